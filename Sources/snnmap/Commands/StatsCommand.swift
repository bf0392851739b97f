import ArgumentParser
import BoardLink
import Reports
import WireProtocol

struct StatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Show what a board has counted since it started.",
    usage: "snnmap stats [<options>]",
    discussion: """
      Frames that arrived damaged tell of cables and connectors.

      Examples:
        snnmap stats
        snnmap stats --device unix:/tmp/board.sock --json
      """)

  @OptionGroup var device: DeviceOption
  @OptionGroup var json: JSONOption

  /// What `--json` prints.
  struct Summary: Encodable {
    var device: String
    var serial: String
    var uptimeSeconds: Double
    var framesReceived: UInt64
    var framesDamaged: UInt64
    var bytesWritten: UInt64
    var clears: UInt64
    var ticks: UInt64
    var inputEvents: UInt64
    var spikes: UInt64

    enum CodingKeys: String, CodingKey {
      case device, serial, clears, ticks, spikes
      case uptimeSeconds = "uptime_seconds"
      case framesReceived = "frames_received"
      case framesDamaged = "frames_damaged"
      case bytesWritten = "bytes_written"
      case inputEvents = "input_events"
    }

    init(_ session: BoardSession, _ counters: BoardStatistics) {
      device = "\(session.address)"
      serial = session.description.serial
      uptimeSeconds = Double(counters.uptimeMilliseconds) / 1000
      framesReceived = counters.framesReceived
      framesDamaged = counters.framesDamaged
      bytesWritten = counters.bytesWritten
      clears = counters.clears
      ticks = counters.ticks
      inputEvents = counters.inputEvents
      spikes = counters.spikes
    }
  }

  func run() throws {
    let session = try device.session()
    defer { session.close() }
    let summary = Summary(session, try session.statistics())
    if json.json {
      try Output.print(json: summary)
      return
    }
    var table = TextTable(["since its start", ""], rightAligned: [1])
    table.add(["up", NumberText.seconds(summary.uptimeSeconds)])
    let counters = [
      ("frames received", summary.framesReceived), ("frames damaged", summary.framesDamaged),
      ("bytes written", summary.bytesWritten), ("clears", summary.clears), ("ticks", summary.ticks),
      ("input events", summary.inputEvents), ("spikes", summary.spikes),
    ]
    for (name, value) in counters { table.add([name, NumberText.grouped(Int(clamping: value))]) }
    try Output.print("\(summary.device) (serial \(summary.serial))")
    try Output.print(table.text)
  }
}

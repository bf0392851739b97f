import ArgumentParser
import BoardLink
import FixedPoint
import Images
import Networks
import Reports

struct FlashCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flash",
    abstract: "Write an image to a board, have it read back and compared, and make it active.",
    usage: "snnmap flash <net.snnimg> [<options>]",
    discussion: """
      An interrupted flash of the same image goes on where it stopped. Until the last step the board runs \
      what it ran before.

      Examples:
        snnmap flash net.snnimg
        snnmap flash net.snnimg --device unix:/tmp/board.sock
      """)

  @Argument(help: ArgumentHelp("The image.", valueName: "net.snnimg"))
  var image: String

  @OptionGroup var device: DeviceOption
  @OptionGroup var json: JSONOption

  /// What `--json` prints.
  struct Summary: Encodable {
    var device: String
    var serial: String
    var slot: Int
    var bytes: Int
    var bytesSent: UInt64
    var bytesHeld: UInt64
    var sha256: String
    var seconds: Double

    enum CodingKeys: String, CodingKey {
      case device, serial, slot, bytes, sha256, seconds
      case bytesSent = "bytes_sent"
      case bytesHeld = "bytes_held"
    }
  }

  func run() throws {
    let image = try LoadedImage(path: image)
    let session = try BoardSession(try DeviceDirectory.select(device.device))
    defer { session.close() }
    let bar = ProgressBar("flash")
    let started = MonotonicClock.seconds
    let result = try image.withBytes { bytes in
      try session.flash(
        bytes, progress: { bar.update(Int($0.done), of: Int($0.total), detail: $0.phase.rawValue) })
    }
    bar.finish()
    let seconds = MonotonicClock.seconds - started
    let summary = Summary(
      device: "\(session.address)", serial: session.description.serial, slot: result.slot, bytes: image.byteCount,
      bytesSent: result.bytesSent, bytesHeld: result.bytesHeld, sha256: image.digest.hex, seconds: seconds)
    if json.json {
      try Output.print(json: summary)
    } else {
      try Output.print(
        "flashed \(image.name) to \(summary.device) (serial \(summary.serial)), slot \(BoardLinkError.slotName(summary.slot)): "
          + "\(NumberText.grouped(summary.bytes)) bytes, read back and equal, active, "
          + "\(NumberText.seconds(seconds))")
    }
  }
}

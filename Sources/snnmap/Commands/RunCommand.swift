import ArgumentParser
import BoardLink
import ChipCatalog
import Datasets
import ImageFormat
import Images
import NetworkFiles
import Reports
import Workflows

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Stream spikes through a board: from a file, or live.",
    usage: "snnmap run [<net.snnimg>] --input <npz|-> --output <npz|-> [<options>]",
    discussion: """
      The files are those of `snnmap emulate`, and in deterministic mode, which loses nothing, so are their \
      bytes. With - spikes are lines of text `tick index count`, read and written as they come: ascending by \
      tick, then by index, # for comments. A line with a tick alone says that no more input comes for the ticks \
      below it, as a spike of that tick does; a tick is executed when its input is complete. Text is one \
      sample, which ends with its last tick. A readout is written as `tick index =membrane`.

      In realtime mode the board executes a tick each period, whatever has come: input that is late, and \
      output that has no room, is dropped and counted.

      Examples:
        snnmap run net.snnimg --input samples.npz --output out.npz
        snnmap run --input - --output - < spikes.txt
        sensor | snnmap run --input - -o - --mode realtime --tick-microseconds 500
      """)

  @Argument(
    help: ArgumentHelp("The image that must be active. Default: whatever the board runs.", valueName: "net.snnimg"))
  var image: String?

  @Option(name: .long, help: ArgumentHelp("The samples, or - for text on standard input.", valueName: "samples.npz|-"))
  var input: String

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file to write, or - for text on standard output.", valueName: "out.npz|-"))
  var output: String

  @Option(name: .long, help: "What makes ticks go by: complete input, or time.")
  var mode: Mode = .deterministic

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("The length of a tick in realtime mode. Default: 1000.", valueName: "N"))
  var tickMicroseconds: UInt32?

  @Flag(name: .long, help: "Write all ticks of the run, not aligned.")
  var raw = false

  @OptionGroup var device: DeviceOption
  @OptionGroup var json: JSONOption

  enum Mode: String, ExpressibleByArgument, CaseIterable {
    case deterministic
    case realtime
  }

  /// What `--json` prints.
  struct Summary: Encodable {
    var device: String
    var mode: String
    var samples: Int
    var ticks: Int
    var executedTicks: Int
    var outputs: Int
    var spikes: Int
    var droppedIn: Int
    var droppedOut: Int
    var output: String

    enum CodingKeys: String, CodingKey {
      case device, mode, samples, ticks, outputs, spikes, output
      case executedTicks = "executed_ticks"
      case droppedIn = "dropped_in"
      case droppedOut = "dropped_out"
    }
  }

  func validate() throws {
    if tickMicroseconds != nil && mode == .deterministic {
      throw ValidationError("--tick-microseconds needs --mode realtime: deterministic ticks wait for their input")
    }
    if tickMicroseconds == 0 { throw ValidationError("--tick-microseconds 0 is no time; write 1000 for a millisecond") }
    if json.json && output == "-" {
      throw ValidationError("--json and --output - both write to standard output; write the spikes to a file")
    }
  }

  func run() throws {
    try OutputFile.check(output, isNoneOf: [input, image])
    let samples = input == "-" ? nil : FileSamples(try SpikeSamples.read(input))
    let named = try image.map { try LoadedImage(path: $0) }
    try named?.requireDevice()
    if let samples, let named { try check(samples, named) }
    // The board is told when the user stops.
    Interruption.letFinish()
    if let named, try runOverLink(named, samples) { return }
    let session = try device.session()
    defer { session.close() }
    do {
      let image = try named ?? StreamRun.activeImage(of: session)
      if let samples, named == nil { try check(samples, image) }
      let run = try StreamRun(session, image: image, pace: pace) { Interruption.isAsked }
      let summary = try stream(run, samples, image)
      Interruption.endAtOnce()
      try report(summary, image, address: session.address)
    } catch BoardLinkError.cancelled {
      session.close()
      Interruption.endInterrupted("interrupted")
    }
  }

  private var pace: StreamPace {
    mode == .deterministic ? .deterministic : .realtime(tickMicroseconds: tickMicroseconds ?? 1000)
  }

  private func check(_ samples: FileSamples, _ image: LoadedImage) throws {
    let lines = image.inputCount
    guard samples.lines == lines else {
      throw WorkflowError(
        .usage,
        "\(input): the samples have \(samples.lines) input lines, the image has \(lines); encode them for this network "
          + "(`snnmap encode --network`)")
    }
  }

  private func stream(_ run: StreamRun, _ samples: FileSamples?, _ image: LoadedImage) throws -> StreamRun.Summary {
    let bar = ProgressBar("run", isQuiet: samples == nil)
    defer { bar.finish() }
    let progress = { (done: Int) in bar.update(done, of: samples?.count ?? 0) }
    let name = "standard input"
    if output == "-" {
      var writer = SpikeTextWriter(host: image.host, isRaw: raw) { try Output.write($0) }
      if let samples { return try run.run(samples, to: &writer, progress: progress) }
      return try run.run(text: 0, name: name) { output, ticks in
        writer.ticks = ticks
        try writer.append(output)
      }
    }
    return try AtomicFile.write(output) { file in
      if let samples { return try run.run(samples, isRaw: raw, to: file, progress: progress) }
      return try run.run(text: 0, name: name, isRaw: raw, to: file)
    }
  }

  private func report(
    _ summary: StreamRun.Summary, _ image: LoadedImage, address: DeviceAddress, spikes: String = "spikes of all neurons"
  ) throws {
    let outputTicks = summary.ticks + (raw ? image.host.depth : 0)
    if json.json {
      try Output.print(
        json: Summary(
          device: "\(address)", mode: mode.rawValue, samples: summary.samples, ticks: outputTicks,
          executedTicks: summary.executedTicks, outputs: image.host.outputCount, spikes: summary.spikes,
          droppedIn: summary.droppedIn, droppedOut: summary.droppedOut, output: output))
      return
    }
    var text =
      "\(output == "-" ? "standard output" : output): \(NumberText.count(summary.samples, "sample")), "
      + "\(outputTicks) ticks, \(image.host.outputCount) outputs, "
      + "\(summary.spikes) \(spikes)"
    if mode == .realtime {
      text += "; dropped \(summary.droppedIn) input spikes (late) and \(summary.droppedOut) output events (no room)"
    }
    // Spikes alone go to standard output.
    if output == "-" { Output.note(text) } else { try Output.print(text) }
  }

  /// Runs samples on a device with a link of its own, configured first; false where the image's family has none.
  private func runOverLink(_ image: LoadedImage, _ samples: FileSamples?) throws -> Bool {
    guard ChipCatalog.linkMaker(for: image) != nil else { return false }
    try LinkRefusal.check(
      [("--input -", input == "-"), ("--output -", output == "-"), ("--mode realtime", mode == .realtime)],
      "its devices take whole samples")
    guard let samples, let linked = try LinkedDevice(image, argument: device.device) else { return false }
    defer { linked.close() }
    do {
      _ = try linked.configure { _, _ in }
      let bar = ProgressBar("run")
      let summary = try AtomicFile.write(output) { file in
        try linked.run(samples, isRaw: raw, to: file, isCancelled: { Interruption.isAsked }) {
          bar.update($0, of: samples.count)
        }
      }
      bar.finish()
      Interruption.endAtOnce()
      try report(summary, image, address: linked.address, spikes: "spikes of the outputs, all that the device tells")
    } catch BoardLinkError.cancelled {
      linked.close()
      Interruption.endInterrupted("interrupted")
    }
    return true
  }
}

import ArgumentParser
import ChipCatalog
import Datasets
import Emulator
import ImageFormat
import Images
import NetworkFiles
import Reports
import Workflows

struct EmulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emulate",
    abstract: "Run samples on an image, bit for bit as the board does, and write the output spikes.",
    usage: "snnmap emulate <net.snnimg> --input <npz> -o <npz> [<options>]",
    discussion: """
      The input is an npz file with `input`, uint8 counts of shape [samples, ticks, inputs] or [ticks, \
      inputs]; `snnmap encode` writes one. The output gets `spikes`, uint8 counts of shape [samples, \
      ticks, outputs], where each output is read on its own clock. --raw gives all T + depth ticks as they \
      leave the board. --trace membranes adds `membrane`, int32 of shape [samples, T + depth, neurons], \
      after each tick, in the network's order.

      Examples:
        snnmap encode --data digits --network net.json -o samples.npz
        snnmap emulate net.snnimg --input samples.npz -o out.npz
        snnmap emulate net.snnimg --input samples.npz -o out.npz --trace membranes
      """)

  @Argument(help: ArgumentHelp("The image.", valueName: "net.snnimg"))
  var image: String

  @Option(name: .long, help: ArgumentHelp("The samples.", valueName: "samples.npz"))
  var input: String

  @Option(name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "out.npz"))
  var output: String

  @Option(name: .long, help: "Also write what the neurons hold.")
  var trace: Trace?

  @Flag(name: .long, help: "Write all ticks of the run, not aligned.")
  var raw = false

  @OptionGroup var threads: ThreadOption
  @OptionGroup var json: JSONOption

  /// What can be traced.
  enum Trace: String, ExpressibleByArgument, CaseIterable {
    case membranes
  }

  /// What `--json` prints.
  struct Summary: Encodable {
    var samples: Int
    var ticks: Int
    var outputs: Int
    var spikes: Int
    var output: String
  }

  func run() throws {
    try OutputFile.check(output, isNoneOf: [input, image])
    let image = try LoadedImage(path: image)
    let samples = FileSamples(try SpikeSamples.read(input))
    let lines = image.inputCount
    guard samples.lines == lines else {
      throw WorkflowError(
        .usage,
        "\(input): the samples have \(samples.lines) input lines, the image has \(lines); encode them for this network "
          + "(`snnmap encode --network`)")
    }
    let emulator = try ChipCatalog.emulator(for: image)
    let recording = EmulationRecording(
      emulator: emulator, samples: samples, isRaw: raw, threads: threads.count)
    let bar = ProgressBar("emulate")
    let spikes = try AtomicFile.write(output) { file in
      try recording.write(to: file, tracingMembranes: trace == .membranes) { bar.update($0, of: samples.count) }
    }
    bar.finish()
    if json.json {
      try Output.print(
        json: Summary(
          samples: samples.count, ticks: recording.outputTicks, outputs: image.host.outputCount, spikes: spikes,
          output: output))
    } else {
      try Output.print(
        "\(output): \(NumberText.count(samples.count, "sample")), \(recording.outputTicks) ticks, \(image.host.outputCount) outputs, "
          + "\(spikes) spikes of all neurons")
    }
  }
}

import ArgumentParser
import BoardLink
import ChipCatalog
import Datasets
import Images
import NetworkFiles
import Networks
import Reports
import ShippedTargets
import Targets
import Workflows

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a network on test samples: accuracy, confusion matrix, spikes.",
    usage: "snnmap evaluate <net.json> --data <data> [<options>]",
    discussion: """
      --on reference runs the network as its file says; emulator compiles it for the recorded target and \
      runs the image; device runs it on a board, and refuses (exit code 9) where the board holds another \
      image. Samples go to the board as whole runs, several under way at a time; with --stream each as a \
      deterministic stream of spikes: slower, with the same result.

      Examples:
        snnmap evaluate net.json --data digits
        snnmap evaluate net.json --data digits --on emulator --json
        snnmap evaluate net.json --data digits --on device
      """)

  @Argument(help: ArgumentHelp("The network file.", valueName: "net.json"))
  var network: String

  @OptionGroup var data: DataOption
  @OptionGroup var events: EventOptions

  @Option(name: .long, help: "Where to run.")
  var on: Venue = .reference

  @Option(
    name: .long,
    help: ArgumentHelp("The target to compile for. Default: the recorded one.", valueName: "name|file.yaml"))
  var target: String?

  @OptionGroup var device: DeviceOption
  @OptionGroup var transfer: TransferOption
  @OptionGroup var threads: ThreadOption
  @OptionGroup var json: JSONOption

  func validate() throws {
    if target != nil && on == .reference {
      throw ValidationError("--target needs --on emulator or --on device: the reference knows no target")
    }
    if device.device != nil && on != .device { throw ValidationError("--device needs --on device") }
    if transfer.stream && on != .device { throw ValidationError("--stream needs --on device") }
  }

  func run() throws {
    let document = try NetworkFile.read(network, checking: .contents)
    let samples = try events.load(data.data, ticks: document.ticks).testSamples(for: document)
    let bar = ProgressBar("evaluate")
    let evaluation = try Evaluation.run(
      samples, on: try runner(document), name: on.rawValue, decoder: document.decoder,
      classNames: document.classNames, outputs: document.network.outputCount
    ) { bar.update($0, of: samples.count) }
    bar.finish()
    if json.json {
      try Output.print(json: evaluation)
    } else {
      try Output.print(EvaluationText.text(evaluation))
    }
  }

  private func runner(_ document: NetworkDocument) throws -> any SampleRunner {
    let threads = threads.count
    if on == .reference {
      if let name = document.target?.name, (try? Target.load(name))?.chip?.timing == .withinTick {
        Output.note(
          "the network is meant for \(name), whose spikes act within the tick: the reference gives other results by "
            + "nature; --on emulator tells the chip's")
      }
      return try ReferenceRunner(document.network, threads: threads)
    }
    let target = try Compilation.target(named: target, of: document, file: network)
    let image = try LoadedImage(name: network, bytes: try Compilation(document, for: target).imageBytes)
    if on == .emulator { return EmulatorRunner(try ChipCatalog.emulator(for: image), threads: threads) }
    if ChipCatalog.linkMaker(for: image) != nil {
      Output.note("the device tells the spikes of its outputs alone: spikes per sample counts no others")
    }
    return try device.runner(for: image, transfer: transfer.transfer)
  }
}

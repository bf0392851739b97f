import ArgumentParser
import BoardLink
import ChipCatalog
import Datasets
import ImageFormat
import Images
import NetworkFiles
import Reports
import Workflows

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Test an image on the emulator or a board: spikes and accuracy, for a CI.",
    usage: "snnmap test <net.snnimg> --data <data> [<options>]",
    discussion: """
      --expect compares every output spike with a recording: npz with `spikes`, as `snnmap emulate` writes \
      it, of the test samples or of all samples. --on device compares the board with the emulator, inner \
      spikes included. Samples go to the board as whole runs, several under way at a time; with --stream each \
      as a deterministic stream of spikes, to test that too: slower, with the same result. Exit code 0 where \
      all is as expected, 8 where not, with the first difference named.

      Examples:
        snnmap test net.snnimg --data digits --min-accuracy 0.96
        snnmap test net.snnimg --data digits --expect out.npz --junit report.xml
        snnmap test net.snnimg --data digits --on device
        snnmap test net.snnimg --data digits --on device --stream
      """)

  @Argument(help: ArgumentHelp("The image.", valueName: "net.snnimg"))
  var image: String

  @OptionGroup var data: DataOption
  @OptionGroup var events: EventOptions

  @Option(name: .long, help: ArgumentHelp("Output spikes that must come out.", valueName: "spikes.npz"))
  var expect: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("The least accuracy, such as 0.96.", valueName: "0-1"))
  var minAccuracy: Double?

  @Option(name: .long, help: "Where to run.")
  var on: ImageVenue = .emulator

  @OptionGroup var device: DeviceOption
  @OptionGroup var transfer: TransferOption

  @Option(name: .long, help: ArgumentHelp("Write a JUnit report.", valueName: "report.xml"))
  var junit: String?

  @OptionGroup var threads: ThreadOption
  @OptionGroup var json: JSONOption

  func validate() throws {
    if let minAccuracy, !(0...1).contains(minAccuracy) {
      throw ValidationError("--min-accuracy \(minAccuracy) is not within 0–1; write 0.96 for 96 %")
    }
    if device.device != nil && on != .device { throw ValidationError("--device needs --on device") }
    if transfer.stream && on != .device { throw ValidationError("--stream needs --on device") }
  }

  func run() throws {
    if let junit {
      try OutputFile.check(junit)
      try OutputFile.check(junit, isNoneOf: [self.image, expect] + data.files)
    }
    let image = try LoadedImage(path: image)
    let dataset = try events.load(data.data, ticks: image.host.ticks)
    let samples = try dataset.testSamples(for: image.host, lines: image.inputCount)
    let emulator = EmulatorRunner(try ChipCatalog.emulator(for: image), threads: threads.count)
    let actual: any SampleRunner =
      on == .device
      ? try device.runner(for: image, transfer: transfer.transfer) : emulator
    let expected = try expect.map {
      try ExpectedSpikes(
        path: $0, testCount: samples.count, trainCount: dataset.train.count, outputs: image.host.outputCount,
        readouts: image.host.readoutCount)
    }
    let bar = ProgressBar("test")
    let result = try ImageTest.run(
      samples, host: image.host, actual: actual, emulator: on == .device ? emulator : nil, expected: expected,
      minimumAccuracy: minAccuracy
    ) { bar.update($0, of: samples.count) }
    bar.finish()
    if let junit {
      try AtomicFile.write(Array(JUnitReport(result, suite: "snnmap test \(image.name)").xml.utf8), to: junit)
    }
    if json.json {
      try Output.print(json: result)
    } else {
      for check in result.checks {
        try Output.print("\(check.failure == nil ? "passed" : "FAILED"): \(check.name)")
      }
      let mismatches =
        result.comparisons == 0
        ? "no spikes compared" : NumberText.count(result.mismatches, "mismatch", plural: "mismatches")
      try Output.print(
        "accuracy \(NumberText.percent(result.accuracy)), "
          + "\(NumberText.count(result.samples, "sample")), \(mismatches)")
    }
    if let failure = result.checks.lazy.compactMap(\.failure).first { throw WorkflowError(.comparison, failure) }
  }
}

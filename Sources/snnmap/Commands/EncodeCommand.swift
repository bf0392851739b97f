import ArgumentParser
import Datasets
import NetworkFiles
import Networks
import Reports
import Workflows

struct EncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Write samples as spikes, for anything that reads npz.",
    usage: "snnmap encode --data <data> -o <samples.npz> [<options>]",
    discussion: """
      The file holds `input`, uint8 counts of shape [samples, ticks, inputs], training samples first, then \
      test samples, with `label`, the mask `test` and `classes`. --network takes ticks and coding from a \
      network file.

      Examples:
        snnmap encode --data digits --ticks 16 -o samples.npz
        snnmap encode --data digits --network net.json -o samples.npz
      """)

  @OptionGroup var data: DataOption
  @OptionGroup var events: EventOptions

  @Option(name: .long, help: ArgumentHelp("Encode as this network was trained.", valueName: "net.json"))
  var network: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Ticks of a sample. Default: those of the data, or 16.", valueName: "count"))
  var ticks: Int?

  @Option(name: .long, help: "How values become spikes (docs/data.md). Default: deterministic.")
  var coding: InputCoding.Kind?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("The seed of the coding `rate`. Default: 1.", valueName: "number"))
  var seed: UInt64?

  @Flag(name: .long, help: "Write bits (np.packbits over the inputs, with `shape`) in place of bytes.")
  var packed = false

  @Option(name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "samples.npz"))
  var output: String

  @OptionGroup var json: JSONOption

  /// What `--json` prints.
  struct Summary: Encodable {
    var output: String
    var samples: Int
    var test: Int
    var ticks: Int
    var inputs: Int
    var coding: String
  }

  func validate() throws {
    if let ticks, !(1...NetworkDocument.maximumTicks).contains(ticks) {
      throw ValidationError("--ticks \(ticks) is not within 1–\(NetworkDocument.maximumTicks)")
    }
    if network != nil && (ticks != nil || coding != nil || seed != nil) {
      throw ValidationError("--network brings its own ticks and coding; leave out --ticks, --coding and --seed")
    }
  }

  func run() throws {
    try OutputFile.check(output, isNoneOf: data.files + (network.map(OutputFile.files(ofNetwork:)) ?? []))
    let document = try network.map { try NetworkFile.read($0) }
    let dataset = try events.load(data.data, ticks: document?.ticks ?? ticks)
    let spikeCoding =
      document?.coding ?? InputCoding.standard(for: dataset, kind: coding, seed: seed ?? 1)
    let spikeTicks = try document?.ticks ?? dataset.resolvedTicks(requested: ticks)
    let total = dataset.train.count + dataset.test.count
    let bar = ProgressBar("encode")
    let lines = spikeCoding.inputCount(for: dataset)
    try dataset.export(
      to: output, encoder: SampleEncoder(coding: spikeCoding, ticks: spikeTicks, inputCount: lines),
      layout: packed ? .packedBits : .counts
    ) { bar.update($0, of: total) }
    bar.finish()
    let summary = Summary(
      output: output, samples: total, test: dataset.test.count, ticks: spikeTicks, inputs: lines,
      coding: spikeCoding.kind.rawValue)
    if json.json {
      try Output.print(json: summary)
    } else {
      try Output.print(
        "\(output): \(NumberText.count(total, "sample")) (\(summary.test) of them test samples), \(spikeTicks) ticks, "
          + "\(summary.inputs) inputs, coding \(summary.coding)")
    }
  }
}

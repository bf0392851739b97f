import ArgumentParser
import Datasets
import NetworkFiles
import Networks
import Reports
import ShippedTargets
import Targets
import Training
import TrainingRuns
import Workflows

struct QuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Make a network in a target's integers of a float network, without training.",
    usage: "snnmap quantize <model> --data <data> -o <net.json> [<options>]",
    discussion: """
      Weights take the scale with the least squared error; then each population's threshold is moved until \
      it spikes as often as in floats on training samples, whose labels are not looked at. Training in \
      integers gives more: `snnmap train --init model.safetensors`.

      Examples:
        snnmap train --data digits --precision float32 -o model.safetensors
        snnmap quantize model.safetensors --data digits --bits 4 -o net.json
      """)

  @Argument(help: ArgumentHelp("A float network, or the folder of a run.", valueName: "model.safetensors"))
  var model: String

  @OptionGroup var data: DataOption
  @OptionGroup var events: EventOptions

  @Option(
    name: .long,
    help: ArgumentHelp("A shipped target (see `snnmap targets`) or a YAML file.", valueName: "name|file.yaml"))
  var target = "board"

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Bits of a weight, 2 (ternary) to 8.", valueName: "2-8"))
  var bits = 8

  @Option(name: [.short, .long], help: ArgumentHelp("The network file to write.", valueName: "net.json"))
  var output: String

  @OptionGroup var threads: ThreadOption
  @OptionGroup var json: JSONOption

  /// What `--json` prints.
  struct Summary: Encodable {
    var network: String
    var output: String
    var target: String
    var weightBits: Int
    var floatAccuracy: Double
    var accuracy: Double
    var samples: Int
    var populations: [PopulationSummary]

    enum CodingKeys: String, CodingKey {
      case network, output, target, accuracy, samples, populations
      case weightBits = "weight_bits"
      case floatAccuracy = "float_accuracy"
    }
  }

  struct PopulationSummary: Encodable {
    var name: String
    var floatRate: Double
    var rate: Double
    var floatLeak: Double?
    var leak: Double?

    enum CodingKeys: String, CodingKey {
      case name, rate, leak
      case floatRate = "float_rate"
      case floatLeak = "float_leak"
    }
  }

  func validate() throws {
    guard (2...8).contains(bits) else { throw ValidationError("--bits \(bits) is not within 2 to 8") }
  }

  private func floatModel() throws -> FloatModelFile {
    let path = (try? RunFolder.open(model)).map(\.folder.floatModelPath) ?? model
    do {
      return try FloatModelFile.read(path)
    } catch {
      guard (try? NetworkFile.read(path)) != nil else { throw error }
      throw WorkflowError(
        .failure,
        "\(path): is a network in integers already; give the model.safetensors that it was made of, or the folder of "
          + "its run")
    }
  }

  func run() throws {
    try OutputFile.check(output)
    try OutputFile.checkSidecar(of: output)
    try OutputFile.check(output, isNoneOf: data.files + [model])
    let file = try floatModel()
    let dataset = try events.load(data.data, ticks: file.model.setting.ticks)
    let outcome = try QuantisationRequest(
      file: file, dataset: dataset, target: try Target.load(target), weightBits: bits, threads: threads.count
    ).run()
    try NetworkFile.write(outcome.document, to: output)
    let populations = outcome.report.map {
      PopulationSummary(
        name: $0.name, floatRate: $0.floatRate, rate: $0.rate, floatLeak: $0.leak?.float, leak: $0.leak?.deployed)
    }
    if json.json {
      try Output.print(
        json: Summary(
          network: file.name, output: output, target: target, weightBits: bits,
          floatAccuracy: outcome.floatAccuracy, accuracy: outcome.accuracy, samples: outcome.samples,
          populations: populations))
      return
    }
    try Output.print("\(output): \(file.name), \(bits)-bit weights for \(outcome.document.target?.name ?? target)")
    for population in populations {
      var line =
        "\(population.name): \(NumberText.fixed(population.rate, 4)) spikes a neuron and tick, in floats "
        + NumberText.fixed(population.floatRate, 4)
      if let before = population.floatLeak, let after = population.leak, before != after {
        line += "; leak \(NumberText.fixed(after, 4)), in floats \(NumberText.fixed(before, 4))"
      }
      try Output.print(line)
    }
    try Output.print(
      "test accuracy: \(NumberText.percent(outcome.accuracy)) of \(NumberText.grouped(outcome.samples)) samples, in "
        + "floats \(NumberText.percent(outcome.floatAccuracy))")
  }
}

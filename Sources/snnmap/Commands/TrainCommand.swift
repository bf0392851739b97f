import ArgumentParser
import Datasets
import NetworkFiles
import Networks
import Reports
import ShippedTargets
import Targets
import Training
import Workflows

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network in a target's own integers and write it as net.json.",
    usage: "snnmap train --data <data> -o <net.json> [<options>]",
    discussion: """
      The forward pass is the board's arithmetic, so the network computes on the board what it computed in \
      training. The same data, options and seed give the same bytes, whatever the number of threads. The \
      test samples are read once, after training.

      Examples:
        snnmap train --data digits -o net.json
        snnmap train --data mnist:mnist-files --layers 128 --bits 4 -o net.json
        snnmap train --data spikes.npz --layers 256,64 --keep best -o net.json
      """)

  @OptionGroup var data: DataOption

  @OptionGroup var network: NetworkOptions

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Ticks of a sample. Default: those of the data, or 16.", valueName: "count"))
  var ticks: Int?

  @Option(name: .long, help: "How values become spikes (docs/data.md). Default: deterministic.")
  var coding: CodingChoice?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Samples of one step. Default: 32, or 128 from 10,000 samples on.", valueName: "count"))
  var batch: Int?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("The greatest learning rate. Default: 0.002.", valueName: "number"))
  var learningRate: Float?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "k of the target's leak: u / 2^k in a tick, or 2^k where it is linear. Default: 3.", valueName: "k"))
  var leakShift: Int?

  @Option(name: .long, help: "The epoch to keep: the last, or the best on a tenth of the training samples.")
  var keep: EpochChoice = .last

  @Option(name: .long, help: "The network's name in reports. Default: that of the data.")
  var name: String?

  @Option(name: [.short, .long], help: ArgumentHelp("The network file to write.", valueName: "net.json"))
  var output: String

  @OptionGroup var threads: ThreadOption
  @OptionGroup var json: JSONOption

  enum CodingChoice: String, ExpressibleByArgument, CaseIterable {
    case direct, rate, deterministic
  }

  enum EpochChoice: String, ExpressibleByArgument, CaseIterable {
    case last, best
  }

  func run() throws {
    try OutputFile.check(output)
    let dataset = try Dataset.load(data.data)
    let target = try Target.load(network.target)
    var request = TrainingRequest(dataset: dataset, target: target)
    request.ticks = ticks
    request.coding = coding.flatMap { InputCoding.Kind(rawValue: $0.rawValue) }
    request.name = name
    request.options.hidden = network.layers.sizes
    request.options.weightBits = network.bits
    if let epochs = network.epochs { request.options.epochs = epochs }
    request.options.seed = network.seed
    request.options.threads = threads.count
    if let batch { request.options.batchSize = batch }
    if let learningRate { request.options.learningRate = learningRate }
    if let leakShift { request.options.leakShift = leakShift }
    request.options.selection = keep == .best ? .bestOnTenth : .lastEpoch
    let started = MonotonicClock.seconds
    let bar = ProgressBar("train")
    let trained = try request.run { step in
      let done = (step.epoch - 1) * step.samplesPerEpoch + step.samples
      bar.update(
        done, of: step.epochs * step.samplesPerEpoch,
        detail: "epoch \(step.epoch) of \(step.epochs)  loss \(NumberText.fixed(step.loss, 3))  "
          + "accuracy \(NumberText.percent(step.accuracy, decimals: 1))")
    }
    bar.finish()
    try NetworkFile.write(trained.document, to: output)
    let summary = TrainingSummary(trained, output: output, seconds: MonotonicClock.seconds - started)
    if json.json {
      try Output.print(json: summary)
    } else {
      try Output.print(
        "\(output): \(summary.network), \(summary.layers.map(String.init).joined(separator: "-")), \(network.bits)-bit weights, "
          + "\(summary.ticks) ticks, \(summary.epochs) \(summary.epochs == 1 ? "epoch" : "epochs"), "
          + NumberText.seconds(summary.seconds)
      )
      try Output.print(
        "test accuracy: \(NumberText.percent(summary.accuracy)) of \(NumberText.grouped(summary.samples)) samples")
    }
  }
}

/// `128` or `128,64`; `0` for no hidden layer.
struct LayerSizes: CustomStringConvertible {
  var sizes: [Int]

  init(sizes: [Int]) {
    self.sizes = sizes
  }

  /// - Throws: `ValidationError`.
  init(parsing text: String) throws {
    if text == "0" {
      sizes = []
      return
    }
    sizes = try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
      guard let size = Int(word), (1...1 << 20).contains(size) else {
        throw ValidationError("write sizes of 1 to \(1 << 20) with commas between, such as 128,64, or 0 for none")
      }
      return size
    }
  }

  var description: String { sizes.isEmpty ? "0" : sizes.map(String.init).joined(separator: ",") }
}

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
    discussion: """
      The forward pass is the board's arithmetic, so the network computes on the board what it computed in
      training. The same data, options and seed give the same bytes, whatever the number of threads. The test
      samples are read once, after training.

      Example: snnmap train --data digits --layers 128 --bits 8 --ticks 16 --target board --epochs 40 -o net.json
      """)

  @OptionGroup var data: DataOption

  @Option(name: .long, help: ArgumentHelp("Neurons of each hidden layer.", valueName: "n,n,…"))
  var layers: LayerSizes = LayerSizes(sizes: [128])

  @Option(name: .long, help: "Bits of a weight, 2 (ternary) to 8.")
  var bits = 8

  @Option(name: .long, help: "Ticks of a sample. Default: those of the data, or 16.")
  var ticks: Int?

  @Option(name: .long, help: "A shipped target or a YAML file.")
  var target = "board"

  @Option(name: .long, help: "Passes over the training samples. Default: 40, or 5 from 10,000 samples on.")
  var epochs: Int?

  @Option(name: .long, help: "Everything random follows from this.")
  var seed: UInt64 = 1

  @Option(name: .long, help: "How values become spikes: direct, rate or deterministic (docs/data.md).")
  var coding: CodingChoice?

  @Option(name: .long, help: "Samples of one step.")
  var batch: Int?

  @Option(name: .long, help: "The greatest learning rate.")
  var learningRate: Float?

  @Option(name: .long, help: "The leak: a membrane loses u / 2^k in a tick.")
  var leakShift: Int?

  @Option(name: .long, help: "The epoch to keep: last, or best on a tenth of the training samples.")
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
    let dataset = try Dataset.load(data.data)
    let target = try Target.load(target)
    var request = TrainingRequest(dataset: dataset, target: target)
    request.ticks = ticks
    request.coding = coding.flatMap { InputCoding.Kind(rawValue: $0.rawValue) }
    request.name = name
    request.options.hidden = layers.sizes
    request.options.weightBits = bits
    if let epochs { request.options.epochs = epochs }
    request.options.seed = seed
    request.options.threads = try threads.count()
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
        "\(output): \(summary.network), \(summary.layers.map(String.init).joined(separator: "-")), \(bits)-bit weights, "
          + "\(summary.ticks) ticks, \(summary.epochs) epochs, \(NumberText.seconds(summary.seconds))")
      try Output.print(
        "test accuracy: \(NumberText.percent(summary.accuracy)) of \(NumberText.grouped(summary.samples)) samples")
    }
  }
}

/// `128` or `128,64`; `0` for no hidden layer.
struct LayerSizes: ExpressibleByArgument {
  var sizes: [Int]

  init(sizes: [Int]) {
    self.sizes = sizes
  }

  init?(argument: String) {
    if argument == "0" {
      sizes = []
      return
    }
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0.map { (1...1 << 20).contains($0) } ?? false }) else { return nil }
    sizes = numbers.compactMap { $0 }
  }

  var defaultValueDescription: String { sizes.map(String.init).joined(separator: ",") }
}

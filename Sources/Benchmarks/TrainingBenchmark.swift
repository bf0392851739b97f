import Datasets
import Kernels
import Networks
import Training

/// Accuracy and speed of training on the real data sets.
struct TrainingBenchmark {
  let arguments: Arguments
  let dataset: Dataset
  let options: TrainingOptions
  let coding: InputCoding

  init(_ arguments: Arguments, data specification: String) throws {
    self.arguments = arguments
    dataset = try Dataset.load(specification)
    var options = TrainingOptions.standard(samples: dataset.train.count)
    options.hidden = try arguments.numbers("layers", options.hidden)
    options.weightBits = try arguments.number("bits", options.weightBits)
    options.ticks = try arguments.number("ticks", options.ticks)
    options.epochs = try arguments.number("epochs", options.epochs)
    options.batchSize = try arguments.number("batch", options.batchSize)
    options.learningRate = try arguments.real("rate", options.learningRate)
    options.warmUp = try arguments.real("warm-up", options.warmUp)
    options.threads = try arguments.number("threads", options.threads)
    options.leakShift = try arguments.number("leak", options.leakShift)
    options.surrogateSlope = try arguments.real("slope", options.surrogateSlope)
    options.logitScale = try arguments.real("logit", options.logitScale)
    options.hasBias = try arguments.number("bias", options.hasBias ? 1 : 0) != 0
    self.options = options
    let kind = arguments.text("coding", InputCoding.standard(for: dataset).kind.rawValue)
    let levels = try arguments.number("levels", 0)
    coding = InputCoding.standard(
      for: dataset, kind: InputCoding.Kind(rawValue: kind), levels: levels == 0 ? nil : levels, seed: 1)
  }

  private func samples(_ set: SampleSet) throws -> EncodedSamples {
    try EncodedSamples(set, coding: coding, ticks: options.ticks, classCount: dataset.classNames.count)
  }

  /// Trains once a seed and prints the test accuracy of each, and their mean.
  func accuracy(seeds: Int) throws {
    let training = try samples(dataset.train), test = try samples(dataset.test)
    // Choices are made on samples held out of the training set; `--judge test` is for the final figure.
    let parts = dataset.train.splitForValidation(seed: 99)
    let held = try samples(parts.validation), rest = try samples(parts.training)
    let isFinal = arguments.text("judge", "test") == "test"
    print(
      "\(dataset.name) \(coding.kind.rawValue)×\(coding.levels), \(options.hidden) T\(options.ticks) int\(options.weightBits), \(isFinal ? "test" : "held-out tenth"): ",
      terminator: "")
    var total = 0.0, seconds = 0.0
    for seed in 1...seeds {
      var options = options
      options.seed = UInt64(seed)
      let clock = ContinuousClock()
      var last: TrainingProgress?
      let start = clock.now
      let model = try Trainer.train(
        on: isFinal ? training : rest, options: options, arithmetic: TrainingArithmetic(), progress: { last = $0 })
      seconds += (clock.now - start).seconds
      let accuracy = try model.accuracy(on: isFinal ? test : held)
      total += accuracy
      let trained = last.map { " (training \(percent($0.accuracy)), spikes \($0.spikesPerSample.map { Int($0) }))" }
      print(percent(accuracy) + (seed == 1 ? trained ?? "" : ""), terminator: " ")
    }
    print("| mean \(percent(total / Double(seeds))), \(tenths(seconds / Double(seeds))) s a run")
  }

  /// Trains one epoch and prints samples a second, the median of three.
  func speed() throws {
    let training = try samples(dataset.train)
    var options = options
    options.epochs = 1
    var rates: [Double] = []
    for _ in 0..<3 {
      let clock = ContinuousClock()
      let start = clock.now
      _ = try Trainer.train(on: training, options: options, arithmetic: TrainingArithmetic())
      rates.append(Double(training.count) / (clock.now - start).seconds)
    }
    let name = try KernelVariant.selected().rawValue
    print(
      "\(dataset.name) \(coding.kind.rawValue)×\(coding.levels), \(options.hidden) T\(options.ticks) B\(options.batchSize), threads \(options.threads), \(name): \(Int(rates.sorted()[1])) samples/s"
    )
  }

  private func percent(_ share: Double) -> String { "\(Double(Int((share * 10000).rounded())) / 100)" }
  private func tenths(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

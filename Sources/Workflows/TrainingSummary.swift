import Networks
import Training
import TrainingRuns

/// What `snnmap train --json` prints.
public struct TrainingSummary: Encodable, Sendable {
  public var network: String
  public var output: String?
  /// The folder of the run.
  public var run: String?
  /// Inputs, hidden layers, outputs.
  public var layers: [Int]?
  public var precision: String
  /// nil in floats.
  public var weightBits: Int?
  public var ticks: Int
  /// Epochs that were trained, and the one that was kept.
  public var epochs: Int
  public var keptEpoch: Int
  public var seed: UInt64
  public var coding: String
  /// nil in floats.
  public var target: String?
  /// Of the test samples, 0–1.
  public var accuracy: Double
  /// The same on the emulated chip; nil for grids of cores, where it is `accuracy` by construction, and in floats.
  public var emulatedAccuracy: Double?
  /// Of the samples held out of training in the epoch that was kept, 0–1; nil where none were.
  public var validationAccuracy: Double?
  /// Test samples.
  public var samples: Int
  /// Mean spikes of a training sample in the last epoch, by population.
  public var spikesPerSample: [String: Double]
  /// Thresholds and leaks, of populations in which some were trained or are others on the target.
  public var neurons: [Neurons]
  /// Populations that hardly take part, or spike all the time, and settings without effect.
  public var warnings: [String]
  public var seconds: Double

  enum CodingKeys: String, CodingKey {
    case network, output, run, layers, precision, ticks, epochs, seed, coding, target, accuracy, samples, neurons
    case warnings, seconds
    case weightBits = "weight_bits"
    case keptEpoch = "kept_epoch"
    case emulatedAccuracy = "emulated_accuracy"
    case validationAccuracy = "validation_accuracy"
    case spikesPerSample = "spikes_per_sample"
  }

  public init(_ outcome: TrainingOutcome, output: String?, run: String?, seconds: Double) {
    network = outcome.floatFile.name
    self.output = output
    self.run = run
    layers = outcome.result.floatModel.layerSizes
    precision = outcome.options.precision.rawValue
    weightBits = outcome.model == nil ? nil : outcome.options.weightBits
    ticks = outcome.options.ticks
    epochs = outcome.result.history.count
    keptEpoch = outcome.result.keptEpoch
    seed = outcome.options.seed
    coding = outcome.floatFile.coding.kind.rawValue
    target = outcome.document?.target?.name
    accuracy = outcome.accuracy
    emulatedAccuracy = outcome.emulatedAccuracy
    validationAccuracy = outcome.result.history.first { $0.epoch == outcome.result.keptEpoch }?.validationAccuracy
    samples = outcome.test.count
    spikesPerSample = [:]
    for population in outcome.result.history.last?.populations ?? [] {
      spikesPerSample[population.name] = population.spikesPerSample
    }
    neurons = outcome.result.neurons.filter(\.isNews).map(Neurons.init)
    warnings = outcome.warnings
    self.seconds = seconds
  }

  /// What the neurons of a population have come to.
  public struct Neurons: Encodable, Sendable {
    public var figures: NeuronFigures

    public init(_ figures: NeuronFigures) { self.figures = figures }

    enum CodingKeys: String, CodingKey {
      case population, threshold, leak, trained
      case integerThreshold = "integer_threshold"
      case targetLeak = "target_leak"
      case currentLeak = "current_leak"
      case targetCurrentLeak = "target_current_leak"
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(figures.name, forKey: .population)
      try container.encodeIfPresent(figures.threshold, forKey: .threshold)
      try container.encodeIfPresent(figures.integerThreshold, forKey: .integerThreshold)
      try container.encodeIfPresent(figures.leak?.factor, forKey: .leak)
      try container.encodeIfPresent(figures.leak?.targetFactor, forKey: .targetLeak)
      try container.encodeIfPresent(figures.currentLeak?.factor, forKey: .currentLeak)
      try container.encodeIfPresent(figures.currentLeak?.targetFactor, forKey: .targetCurrentLeak)
      try container.encode(figures.trainedWords, forKey: .trained)
    }
  }
}

extension TrainingOutcome {
  /// What stands out, in sentences: populations that hardly take part or spike all the time, and what had no effect.
  public var warnings: [String] { result.warnings.map(\.description) + result.unused.map(\.description) }
}

extension NeuronFigures {
  /// What was trained, in the words of model files.
  fileprivate var trainedWords: [String] {
    [
      ("threshold", trainsThreshold), ("leak", leak?.isTrained ?? false),
      ("current_leak", currentLeak?.isTrained ?? false),
    ].filter(\.1).map(\.0)
  }
}

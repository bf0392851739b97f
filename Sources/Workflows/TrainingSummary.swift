import Networks
import Training
import TrainingRuns

/// What `snnmap train --json` prints.
public struct TrainingSummary: Encodable, Sendable {
  public var network: String
  public var output: String?
  /// The folder of the run.
  public var run: String?
  /// Inputs, hidden layers, outputs; nil in floats.
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
  /// Of the samples held out of training in the epoch that was kept, 0–1; nil where none were.
  public var validationAccuracy: Double?
  /// Test samples.
  public var samples: Int
  /// Mean spikes of a training sample in the last epoch, by population.
  public var spikesPerSample: [String: Double]
  /// Populations that hardly take part, or spike all the time.
  public var warnings: [String]
  public var seconds: Double

  enum CodingKeys: String, CodingKey {
    case network, output, run, layers, precision, ticks, epochs, seed, coding, target, accuracy, samples, warnings
    case seconds
    case weightBits = "weight_bits"
    case keptEpoch = "kept_epoch"
    case validationAccuracy = "validation_accuracy"
    case spikesPerSample = "spikes_per_sample"
  }

  public init(_ outcome: TrainingOutcome, output: String?, run: String?, seconds: Double) {
    network = outcome.floatFile.name
    self.output = output
    self.run = run
    layers = outcome.document.map { [$0.network.inputCount] + $0.network.populations.map(\.size) }
    precision = outcome.options.precision.rawValue
    weightBits = outcome.model == nil ? nil : outcome.options.weightBits
    ticks = outcome.options.ticks
    epochs = outcome.result.history.count
    keptEpoch = outcome.result.keptEpoch
    seed = outcome.options.seed
    coding = outcome.floatFile.coding.kind.rawValue
    target = outcome.document?.target?.name
    accuracy = outcome.accuracy
    validationAccuracy = outcome.result.history.first { $0.epoch == outcome.result.keptEpoch }?.validationAccuracy
    samples = outcome.test.count
    spikesPerSample = [:]
    for population in outcome.result.history.last?.populations ?? [] {
      spikesPerSample[population.name] = population.spikesPerSample
    }
    warnings = outcome.result.warnings.map(\.description)
    self.seconds = seconds
  }
}

/// What a training run is asked for. The defaults were chosen by measurement: docs/training.md.
public struct TrainingOptions: Sendable, Hashable {
  /// The sizes of the hidden layers, from the input on; may be empty.
  public var hidden: [Int]
  /// Bits of a weight, 2 (ternary) to 8.
  public var weightBits: Int
  /// T: how many ticks a sample is shown, and its output counted.
  public var ticks: Int
  /// Passes over the training samples.
  public var epochs: Int
  /// Samples of one step.
  public var batchSize: Int
  /// The greatest learning rate of Adam.
  public var learningRate: Float
  /// The share of all steps in which the learning rate rises from 0, 0–1.
  public var warmUp: Float
  /// Everything random comes from this.
  public var seed: UInt64
  /// Threads to compute with; 0 for as many as there are processors. Never changes a result.
  public var threads: Int
  /// k of the leak: a membrane loses u / 2^k a tick. The leak `linear` takes 2^k as its amount, in units of the
  /// membrane; `none` ignores k.
  public var leakShift: Int
  /// The slope of the surrogate, in units of the threshold.
  public var surrogateSlope: Float
  /// What one output spike adds to a class's logit.
  public var logitScale: Float
  /// Whether neurons have a trained bias.
  public var hasBias: Bool
  /// Which epoch is kept.
  public var selection: Selection

  /// Which epoch of a run is kept.
  public enum Selection: Sendable, Hashable {
    /// The last one; all samples train.
    case lastEpoch
    /// The best on a tenth of the training samples, which does not train; the earliest of equals.
    case bestOnTenth
  }

  public init(
    hidden: [Int] = [128], weightBits: Int = 8, ticks: Int = 16, epochs: Int = 5, batchSize: Int = 128,
    learningRate: Float = 0.002, warmUp: Float = 0.1, seed: UInt64 = 1, threads: Int = 0, leakShift: Int = 3,
    surrogateSlope: Float = 4, logitScale: Float = 1, hasBias: Bool = false, selection: Selection = .lastEpoch
  ) {
    self.hidden = hidden
    self.weightBits = weightBits
    self.ticks = ticks
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.warmUp = warmUp
    self.seed = seed
    self.threads = threads
    self.leakShift = leakShift
    self.surrogateSlope = surrogateSlope
    self.logitScale = logitScale
    self.hasBias = hasBias
    self.selection = selection
  }
}

extension TrainingOptions {
  /// The options for a number of training samples, where nothing else is said: small data sets take more
  /// epochs and smaller batches.
  public static func standard(samples: Int) -> TrainingOptions {
    samples < 10_000 ? TrainingOptions(epochs: 40, batchSize: 32) : TrainingOptions()
  }
}

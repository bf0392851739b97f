/// What a training run is asked for beside its model. The defaults were chosen by measurement: docs/training.md.
public struct TrainingOptions: Sendable, Hashable, Codable {
  public var precision: Precision = .integer
  /// Bits of a weight, 2 (ternary) to 8, where the model does not say.
  public var weightBits = 8
  public var clip: WeightClip = .leastSquares
  /// Epochs in 32-bit floats before the integer ones, out of `epochs`; only with `.integer`.
  public var floatEpochs = 0
  /// T: how many ticks a sample is shown.
  public var ticks = 16
  /// Passes over the training samples.
  public var epochs = 5
  /// Samples of one step.
  public var batchSize = 128
  /// The greatest learning rate.
  public var learningRate: Float = 0.002
  /// The share of all steps in which the learning rate rises from 0, 0–1.
  public var warmUp: Float = 0.1
  public var schedule: RateSchedule = .cosine
  public var optimiser: OptimiserOptions = .adam(weightDecay: 0)
  /// The greatest Euclidean norm of a step's gradient; nil for no bound.
  public var gradientNorm: Float?
  public var surrogate = Surrogate(.fastSigmoid, 4)
  public var resetGradient: ResetGradient = .detached
  public var loss: Loss = .countCrossEntropy(scale: 1)
  public var regulariser: RateRegulariser?
  /// Which epoch is kept.
  public var selection: Selection = .lastEpoch
  /// With `.bestOnTenth`: stop after so many epochs without a better one; nil to go on to the end.
  public var patience: Int?
  /// Everything random comes from this.
  public var seed: UInt64 = 1
  /// Threads to compute with; 0 for as many as there are processors. Never changes a result.
  public var threads = 0

  /// Which epoch of a run is kept.
  public enum Selection: String, Sendable, Hashable, Codable, CaseIterable {
    /// The last one; all samples train.
    case lastEpoch = "last"
    /// The best on a tenth of the training samples, which does not train; the earliest of equals.
    case bestOnTenth = "best_on_tenth"
  }

  public init() {}

  /// The options for a number of training samples, where nothing else is said: small data sets take more epochs and
  /// smaller batches.
  public static func standard(samples: Int) -> TrainingOptions {
    var options = TrainingOptions()
    if samples < 10_000 { (options.epochs, options.batchSize) = (40, 32) }
    return options
  }

  /// The options for a model and a number of training samples, where nothing else is said: as `standard(samples:)`, but
  /// gradients that pass a recurrent layer many times are kept small, and a readout has a loss of membranes.
  public static func standard(samples: Int, model: ModelDescription) -> TrainingOptions {
    var options = standard(samples: samples)
    let populations = model.layers.compactMap { layer in
      if case .population(let population) = layer { population } else { nil }
    }
    if populations.contains(where: { $0.recurrentDelay != nil }) {
      options.surrogate = Surrogate(.fastSigmoid, 10)
      options.gradientNorm = 1
    }
    if populations.last?.neurons.role == .readout { options.loss = .membraneCrossEntropy(over: .maximum, scale: 1) }
    return options
  }

  /// Bits of a weight for an arithmetic, where nothing else is said: 8, or the most that it has below.
  public static func standardWeightBits(_ arithmetic: TrainingArithmetic?) -> Int {
    min(TrainingOptions().weightBits, arithmetic?.weightBits.max() ?? .max)
  }
}

/// How far a training run is.
public struct TrainingProgress: Sendable, Hashable {
  /// The epoch in hand, from 1.
  public var epoch: Int
  /// Epochs of the whole run.
  public var epochs: Int
  /// Samples of this epoch that have been trained on.
  public var samples: Int
  /// Samples of a whole epoch.
  public var samplesPerEpoch: Int
  /// The mean loss of this epoch's samples so far, penalties included.
  public var loss: Double
  /// The share of this epoch's samples that were classified rightly while training, 0–1.
  public var accuracy: Double
  /// Accuracy on the validation samples or the held-out tenth, 0–1; known at an epoch's end.
  public var validationAccuracy: Double?
  /// The populations in order.
  public var populations: [PopulationFigures]
  /// The learning rate of the last step.
  public var learningRate: Float
  /// Whether this epoch is computed in floats before the integer ones.
  public var isFloat: Bool
  /// Whether this epoch is the best so far of a run that keeps the best; known at an epoch's end.
  public var isBest: Bool

  /// Whether the epoch is complete.
  public var isEpochEnd: Bool { samples == samplesPerEpoch }
  /// The mean spikes of a sample in each population in this epoch.
  public var spikesPerSample: [Double] { populations.map(\.spikesPerSample) }
  /// What stands out at an epoch's end: populations that are silent or saturated.
  public var warnings: [RateWarning] { isEpochEnd ? populations.compactMap(\.warning) : [] }
}

/// What a population did in an epoch.
public struct PopulationFigures: Sendable, Hashable, Codable {
  public var name: String
  /// The mean spikes of a sample.
  public var spikesPerSample: Double
  /// The mean spikes of a neuron in a tick.
  public var rate: Double
  /// The most spikes of a neuron in a tick; 0 for readouts, which never spike.
  public var spikeCap: Int

  public init(name: String, spikesPerSample: Double, rate: Double, spikeCap: Int) {
    self.name = name
    self.spikesPerSample = spikesPerSample
    self.rate = rate
    self.spikeCap = spikeCap
  }

  /// What stands out: below a spike in a thousand ticks a population is silent, above nine tenths of its cap saturated.
  public var warning: RateWarning? {
    if spikeCap == 0 { return nil }
    if rate < 0.001 { return .silent(population: name, rate: rate) }
    if rate > 0.9 * Double(spikeCap) { return .saturated(population: name, rate: rate) }
    return nil
  }
}

/// A population that hardly takes part.
public enum RateWarning: Sendable, Hashable, CustomStringConvertible {
  /// Fewer than 0.001 spikes a neuron and tick.
  case silent(population: String, rate: Double)
  /// More than nine tenths of the spike cap.
  case saturated(population: String, rate: Double)

  public var description: String {
    switch self {
    case .silent(let population, let rate):
      "\(population) is all but silent: \(rate) spikes a neuron and tick; lower its threshold or raise the inputs"
    case .saturated(let population, let rate):
      "\(population) spikes nearly always: \(rate) spikes a neuron and tick; raise its threshold or its leak"
    }
  }
}

/// What is kept of an epoch.
public struct EpochFigures: Sendable, Hashable, Codable {
  /// From 1.
  public var epoch: Int
  public var loss: Double
  /// On the training samples while they trained, 0–1.
  public var accuracy: Double
  public var validationAccuracy: Double?
  /// The learning rate of the last step.
  public var learningRate: Float
  public var isFloat: Bool
  public var populations: [PopulationFigures]
  /// Thresholds and leaks of the populations in which some are trained; nil where none are.
  public var neurons: [NeuronFigures]?

  public init(
    epoch: Int, loss: Double, accuracy: Double, validationAccuracy: Double?, learningRate: Float, isFloat: Bool,
    populations: [PopulationFigures], neurons: [NeuronFigures]? = nil
  ) {
    self.epoch = epoch
    self.loss = loss
    self.accuracy = accuracy
    self.validationAccuracy = validationAccuracy
    self.learningRate = learningRate
    self.isFloat = isFloat
    self.populations = populations
    self.neurons = neurons
  }
}

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
  /// The mean loss of this epoch's samples so far.
  public var loss: Double
  /// The share of this epoch's samples that were classified rightly while training, 0–1.
  public var accuracy: Double
  /// Accuracy on the validation samples or the held-out tenth, 0–1; known at an epoch's end.
  public var validationAccuracy: Double?
  /// The mean spikes of a sample in each layer in this epoch.
  public var spikesPerSample: [Double]
  /// The learning rate of the last step.
  public var learningRate: Float

  /// Whether the epoch is complete.
  public var isEpochEnd: Bool { samples == samplesPerEpoch }
}

/// What a training run gives.
public struct TrainingResult: Sendable {
  /// The network in integers; nil of a run in floats.
  public var model: TrainedModel?
  /// The values behind it, or the float network itself.
  public var floatModel: FloatModel
  /// The epochs in order.
  public var history: [EpochFigures]
  /// The epoch that was kept, from 1.
  public var keptEpoch: Int
  /// Thresholds and leaks of the network that is kept, one a population.
  public var neurons: [NeuronFigures]
  /// What was asked for and had no effect.
  public var unused: [UnusedSetting]

  /// Populations that were silent or saturated in the last epoch.
  public var warnings: [RateWarning] { history.last?.populations.compactMap(\.warning) ?? [] }
}

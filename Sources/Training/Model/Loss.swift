/// What training makes small: a mean over the samples of a batch.
public enum Loss: Sendable, Hashable, Codable {
  /// Cross-entropy of the softmax over output spike counts times `scale`.
  case countCrossEntropy(scale: Double)
  /// ½‖onehot − mean over ticks of the spikes‖².
  case rateMeanSquared
  /// ½ Σ (count − wanted)², wanted being `right`·T for the label and `wrong`·T for the others.
  case countMeanSquared(right: Double, wrong: Double)
  /// Cross-entropy of the softmax over a readout's membranes times `scale`: the greatest over time of each neuron, or
  /// the mean. In integers membranes are taken in units of the float weights.
  case membraneCrossEntropy(over: MembraneStatistic, scale: Double)

  public enum MembraneStatistic: String, Sendable, Hashable, Codable, CaseIterable {
    case maximum
    case mean
  }
}

/// A penalty on hidden neurons that spike too rarely or too often.
///
/// For each neuron with r spikes a tick in a sample: `strength`·(max(0, lower − r)² + max(0, r − upper)²), the mean
/// over a population's neurons, summed over the hidden populations.
public struct RateRegulariser: Sendable, Hashable, Codable {
  public var strength: Double
  /// Spikes a neuron and tick.
  public var lower: Double
  public var upper: Double

  public init(strength: Double, lower: Double, upper: Double) {
    self.strength = strength
    self.lower = lower
    self.upper = upper
  }
}

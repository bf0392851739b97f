import NeuronCore

extension Population {
  /// Whether no membrane of this population ever passes its threshold: θ > the upper bound, or θ = the upper bound
  /// with the compare `above`.
  ///
  /// With an upper bound of 32767 that is a threshold of 32768, or of 32767 with `above`.
  public var cannotSpike: Bool {
    let least: Int32? =
      switch threshold {
      case .uniform(let value): value
      case .each(let values): values.min()
      }
    guard let least else { return true }
    return !model.compare.passes(Int64(model.upperBound), threshold: Int64(least))
  }

  /// A readout population: `model`'s neurons with a threshold one above their greatest membrane, so that they
  /// integrate and never spike, whatever the compare.
  ///
  /// A 16-bit model gives thresholds of 32768. Of a 32-bit model the greatest membrane becomes 2³¹ − 2, as no
  /// threshold lies above 2³¹ − 1. The floor stays that of the model: `.minusThreshold` is then −32768 for 16 bits.
  public static func readout(
    name: String, size: Int, model: NeuronModel, bias: PerNeuron = .uniform(0), start: PerNeuron = .uniform(0),
    initialMembrane: PerNeuron = .uniform(0)
  ) -> Population {
    var model = model
    model.upperBound = min(model.upperBound, .max - 1)
    return Population(
      name: name, size: size, model: model, threshold: .uniform(model.upperBound + 1), bias: bias, start: start,
      initialMembrane: initialMembrane)
  }
}

extension Loss {
  /// The loss as it is written in options.
  var words: String {
    switch self {
    case .countCrossEntropy: "count cross-entropy"
    case .rateMeanSquared: "rate mean squared"
    case .countMeanSquared: "count mean squared"
    case .membraneCrossEntropy: "membrane cross-entropy"
    }
  }

  /// What the last population has to be.
  var role: NeuronDescription.Role {
    if case .membraneCrossEntropy = self { return .readout }
    return .spiking
  }

  /// Throws numbers out of range, and an output that the loss cannot judge.
  func check(output: PopulationPlan) throws(TrainingError) {
    switch self {
    case .countCrossEntropy(let scale), .membraneCrossEntropy(_, let scale):
      try TrainingOptions.check("scale of the loss", Float(scale), in: TrainingOptions.Allowed.lossScale)
    case .rateMeanSquared:
      break
    case .countMeanSquared(let right, let wrong):
      for (name, share) in [("right", right), ("wrong", wrong)] {
        try TrainingOptions.check("share of the \(name) class", Float(share), in: TrainingOptions.Allowed.rate)
      }
    }
    if output.neurons.role != role {
      let needs = role == .readout ? "a readout as the last layer" : "a last layer that spikes"
      throw .lossDoesNotFit(loss: words, population: output.name, needs: needs)
    }
  }
}

extension RateRegulariser {
  /// Throws numbers out of range.
  func check() throws(TrainingError) {
    try TrainingOptions.check(
      "strength of the rate regulariser", Float(strength), in: TrainingOptions.Allowed.regulariserStrength)
    if !(lower >= 0 && upper >= lower && upper <= 255) {
      throw .option(
        name: "rates of the regulariser", value: "\(lower) to \(upper)",
        allowed: "rates from 0 to 255 spikes a tick, the lower first")
    }
  }
}

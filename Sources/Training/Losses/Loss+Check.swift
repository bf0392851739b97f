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
      if !(scale > 0 && scale <= 1000) {
        throw .option(name: "scale of the loss", value: "\(scale)", allowed: "a number above 0, up to 1000")
      }
    case .rateMeanSquared:
      break
    case .countMeanSquared(let right, let wrong):
      for (name, share) in [("right", right), ("wrong", wrong)] where !(share >= 0 && share <= 255) {
        throw .option(name: "share of the \(name) class", value: "\(share)", allowed: "0 to 255 spikes a tick")
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
    if !(strength >= 0 && strength <= 1e6) {
      throw .option(name: "strength of the rate regulariser", value: "\(strength)", allowed: "0 to 1000000")
    }
    if !(lower >= 0 && upper >= lower && upper <= 255) {
      throw .option(
        name: "rates of the regulariser", value: "\(lower) to \(upper)",
        allowed: "rates from 0 to 255 spikes a tick, the lower first")
    }
  }
}

import FixedPoint
import Kernels
import NeuronCore
import Training

extension RecordedGradient {
  /// Runs the recorded network.
  func probe<R: KernelScalar>(as type: R.Type, variant: KernelVariant) throws -> GradientProbe {
    let setting = GradientProbe.Setting(
      model: ModelDescription(layers: [
        .population(try layer(0, neurons: parameters.weights1.count)),
        .population(try layer(1, neurons: parameters.weights2.count)),
      ]), inputShape: [parameters.weights1[0].count], classCount: parameters.weights2.count, ticks: ticks,
      surrogate: surrogate.surrogate, resetGradient: detachesReset ? .detached : .attached, variant: variant)
    return try GradientProbe(
      as: type, setting, values: [try values(0), try values(1)], counts: (0..<samples).map(counts), labels: labels,
      loss: try trainingLoss())
  }

  private func trainingLoss() throws -> TrainingLoss {
    switch loss {
    case "count_ce": TrainingLoss(.countCrossEntropy(scale: 1))
    case "rate_mse": TrainingLoss(.rateMeanSquared)
    default: throw UnknownRecording(what: "loss \(loss)")
    }
  }

  private func layer(_ index: Int, neurons: Int) throws -> PopulationDescription {
    let factor = isInteger ? 0.5 : (parameters.alpha ?? [])[index]
    return PopulationDescription(
      connection: .dense(neurons: neurons),
      neurons: NeuronDescription(
        leak: NeuronDescription.Leak(factor: factor, isTrained: !isInteger), trainsThreshold: !isInteger,
        reset: try resetRule(), hasBias: true), recurrentDelay: recurrent && index == 0 ? 1 : nil)
  }

  private func resetRule() throws -> Reset {
    switch reset {
    case "soft", nil: .subtractAfterLeak
    case "hard": .zero
    case let other?: throw UnknownRecording(what: "reset \(other)")
    }
  }

  private func values(_ index: Int) throws -> GradientProbe.Values {
    var values = GradientProbe.Values(
      weights: (index == 0 ? parameters.weights1 : parameters.weights2).transposed,
      recurrent: index == 0 && recurrent ? parameters.recurrent1?.transposed : nil,
      biases: index == 0 ? parameters.biases1 : parameters.biases2)
    if let decay, let shift, let theta, let membraneLimit {
      let model = NeuronModel(
        lowerBound: .value(-membraneLimit - 1), upperBound: membraneLimit, leak: try rule(decay, shift[index]),
        reset: .subtractAfterLeak)
      values.integers = GradientProbe.Integers(model: model, threshold: theta[index])
      values.threshold = Double(theta[index])
    } else if let alpha = parameters.alpha, let theta = parameters.theta {
      (values.leak, values.threshold) = (alpha[index], theta[index])
    }
    return values
  }

  private func rule(_ name: String, _ shift: UInt8) throws -> DecayRule {
    switch name {
    case "asr_floor": .floor(shift: shift)
    case "round_to_zero": .towardZero(shift: shift)
    case "at_least_one": .atLeastOne(shift: shift)
    case "mul_q8": .multiply(shift: shift)
    default: throw UnknownRecording(what: "decay \(name)")
    }
  }
}

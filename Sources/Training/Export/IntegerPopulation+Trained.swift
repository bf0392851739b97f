import Kernels

extension IntegerPopulation {
  /// The integers of a trained population in the engine's layout.
  ///
  /// - Parameter views: of the population's parameters, for their layout.
  /// - Throws: `stateDiffers` for arrays of other sizes than the plan's.
  convenience init<R>(
    _ population: TrainedModel.Population, plan: PopulationPlan, views: [ParameterView<R>], chip: ChipRules?
  ) throws(TrainingError) {
    self.init(plan: plan, model: population.model, threshold: population.threshold, chip: chip)
    weightShift = population.weightShift
    recurrentShift = population.recurrentShift
    for (name, values, buffer) in [
      ("weights", population.weights, weights), ("recurrent", population.recurrent, recurrent),
    ] {
      guard let view = views.first(where: { $0.name == name }), let buffer else { continue }
      if values.count != view.count {
        throw .stateDiffers(
          what: "tensor \(plan.name).\(name)", state: "\(values.count) values", run: "\(view.count) values")
      }
      for (value, offset) in zip(values, view.offsets) { buffer.elements[offset] = value }
    }
    if let biases {
      for (channel, bias) in population.biases.prefix(plan.output.channels).enumerated() {
        biases.elements[channel] = bias
      }
    }
  }
}

extension TrainedModel {
  /// Runs one sample; `ModelRunner` serves many.
  public func forward(_ counts: [UInt8]) throws(TrainingError) -> ForwardTrace { try ModelRunner(self).forward(counts) }

  /// The share of a source's samples that are classified rightly, 0–1; 0 without samples.
  public func accuracy(on source: any SampleSource, threads: Int = 0) throws(TrainingError) -> Double {
    try ModelRunner(self, threads: threads).accuracy(on: source)
  }
}

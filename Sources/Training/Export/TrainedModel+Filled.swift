extension TrainedModel {
  /// A model that nobody trained: every weight is the greatest of its bits, and thresholds are the greatest that
  /// training chooses. What it takes of a target is the most that a trained model of these layers takes.
  ///
  /// - Parameter options: of these the bits and the loss.
  /// - Throws: `TrainingError` for layers that the arithmetic does not have.
  public static func filled(
    _ setting: ModelSetting, options: TrainingOptions, arithmetic: TrainingArithmetic
  ) throws(TrainingError) -> TrainedModel {
    let plan = try setting.plan(weightBits: options.weightBits)
    try arithmetic.check(plan)
    var populations: [Population] = []
    for plan in plan.populations {
      let weight = Int8(clamping: arithmetic.weightLimit(bits: plan.weightBits ?? 8))
      let neurons = plan.output.neurons
      populations.append(
        Population(
          name: plan.name, weights: [Int8](repeating: weight, count: plan.weightShape.reduce(1, *)), weightShift: 0,
          recurrent: plan.recurrentDelay == nil ? [] : [Int8](repeating: weight, count: neurons * neurons),
          recurrentShift: 0, biases: [], threshold: arithmetic.thresholds.upperBound,
          floatThreshold: plan.neurons.threshold, model: try arithmetic.model(of: plan)))
    }
    return TrainedModel(setting: setting, arithmetic: arithmetic, options: options, populations: populations)
  }
}

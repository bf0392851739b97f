import Kernels

/// What `Trainer.train` was asked for, checked as far as it does not depend on the precision.
struct TrainingRequest {
  let setting: ModelSetting
  let source: any SampleSource
  let validation: (any SampleSource)?
  let options: TrainingOptions
  let arithmetic: TrainingArithmetic?
  let kernels: KernelSet
  let initial: FloatModel?
  let state: TrainingState?
  let checkpointInterval: Int?
  let checkpoint: (TrainingState) throws -> Void
  let progress: (TrainingProgress) -> Void
  let isCancelled: () -> Bool

  /// Trains with master values and gradients of a type.
  func run<R: KernelScalar>(_ type: R.Type) throws(TrainingError) -> TrainingResult {
    let run = try TrainingRun<R>(
      setting: setting, source: source, validation: validation, options: options, arithmetic: arithmetic,
      kernels: kernels)
    // Kernels work in memory that the run owns.
    defer { withExtendedLifetime(run) {} }
    if let state {
      try run.resume(state)
    } else if let initial {
      for (parameters, plan) in zip(run.parameters, run.plan.populations) { try parameters.take(initial, plan: plan) }
    } else {
      try run.adjustGains()
    }
    try run.train(
      TrainingRun<R>.Observers(
        progress: progress, isCancelled: isCancelled, checkpoint: checkpoint, checkpointInterval: checkpointInterval))
    return try finish(run)
  }

  private func finish<R>(_ run: TrainingRun<R>) throws(TrainingError) -> TrainingResult {
    if options.selection == .bestOnTenth { run.restoreBest() }
    for quantiser in run.quantisers { quantiser.quantise(on: run.pool) }
    let model = run.trainedModel
    if let model, let arithmetic { try Self.checkWeights(of: model, run.plan, arithmetic) }
    let last = run.figures.history.last?.epoch ?? run.figures.epoch
    return TrainingResult(
      model: model, floatModel: run.floatModel, history: run.figures.history,
      keptEpoch: options.selection == .bestOnTenth ? run.figures.best.map { $0.epoch + 1 } ?? last : last,
      neurons: run.neuronFigures, unused: run.plan.unusedSettings(options, model: setting.model))
  }

  /// Throws where a population lost all its weights in rounding: it would pass nothing on.
  private static func checkWeights(
    of model: TrainedModel, _ plan: ModelPlan, _ arithmetic: TrainingArithmetic
  ) throws(TrainingError) {
    for (population, plan) in zip(model.populations, plan.populations)
    where population.weights.allSatisfy({ $0 == 0 }) {
      throw .weightsVanished(
        population: population.name, threshold: Int(arithmetic.thresholds.upperBound), count: plan.maximumCount)
    }
  }
}

import Datasets
import Kernels

/// Trains networks of dense LIF layers with the target's own integers in the forward pass.
public enum Trainer {
  /// Trains a network.
  ///
  /// The result is fixed by samples, options (but `threads`) and arithmetic, on every machine.
  ///
  /// - Parameters:
  ///   - source: the samples to train on.
  ///   - validation: samples whose accuracy each epoch's progress tells; they influence nothing.
  ///   - kernels: the kernels to use; by default those of `SNNMAP_KERNELS`, else the best for the processor.
  ///   - progress: called after every step, and at the end of each epoch with the validation accuracy.
  ///   - isCancelled: asked before every step; `true` ends training with `TrainingError.cancelled`.
  /// - Returns: the model of the epoch that `options.selection` names.
  public static func train(
    on source: any SampleSource, validation: (any SampleSource)? = nil, options: TrainingOptions,
    arithmetic: TrainingArithmetic, kernels variant: KernelVariant? = nil,
    progress: (TrainingProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws(TrainingError) -> TrainedModel {
    let kernels = try KernelSet.forTraining(variant)
    try options.check(against: arithmetic)
    try arithmetic.check(layerInputs: [source.inputCount] + options.hidden, options: options)
    try check(source, validation, arithmetic)
    let parts = try split(source, validation, options)
    let run = try TrainingRun(
      source: parts.training, validation: parts.validation, options: options, arithmetic: arithmetic, kernels: kernels)
    // Kernels work in memory that the run owns.
    defer { withExtendedLifetime(run) {} }
    var best: (accuracy: Double, model: TrainedModel)?
    for epoch in 0..<options.epochs {
      let accuracy = try run.epoch(epoch, progress: progress, isCancelled: isCancelled)
      if options.selection == .bestOnTenth, let accuracy, accuracy > best?.accuracy ?? -1 {
        best = (accuracy, run.model)
      }
    }
    let model = best?.model ?? run.model
    try checkWeights(of: model, arithmetic)
    return model
  }

  /// Throws where a layer lost all its weights in rounding: it would pass nothing on.
  private static func checkWeights(
    of model: TrainedModel, _ arithmetic: TrainingArithmetic
  ) throws(TrainingError) {
    for (index, layer) in model.layers.enumerated() where layer.weights.allSatisfy({ $0 == 0 }) {
      throw .weightsVanished(
        layer: index + 1, threshold: Int(arithmetic.thresholds.upperBound),
        count: index == 0 ? model.maximumInputCount : 1)
    }
  }

  /// The samples that train, and those that an epoch is judged by.
  private static func split(
    _ source: any SampleSource, _ validation: (any SampleSource)?, _ options: TrainingOptions
  ) throws(TrainingError) -> (training: any SampleSource, validation: (any SampleSource)?) {
    guard options.selection == .bestOnTenth else { return (source, validation) }
    let order = SampleEncoder.permutation(count: source.count, seed: options.seed, epoch: options.epochs)
    let held = source.count / 10
    if held == 0 { throw .noSamples }
    return (
      SampleSubset(whole: source, indices: Array(order[held...])),
      SampleSubset(whole: source, indices: Array(order[..<held]))
    )
  }

  private static func check(
    _ source: any SampleSource, _ validation: (any SampleSource)?, _ arithmetic: TrainingArithmetic
  ) throws(TrainingError) {
    if source.count == 0 { throw .noSamples }
    if let validation, validation.inputCount != source.inputCount {
      throw .inputsDiffer(training: source.inputCount, validation: validation.inputCount)
    }
    if source.maximumCount > arithmetic.maximumInputCount {
      throw .inputCount(needed: source.maximumCount, allowed: arithmetic.maximumInputCount)
    }
    for sample in 0..<source.count where !(0..<source.classCount).contains(source.label(sample)) {
      throw .label(sample: sample, label: source.label(sample), classes: source.classCount)
    }
  }
}

import Datasets
import Kernels

/// Trains spiking networks: with a target's own integers in the forward pass, or in floats.
public enum Trainer {
  /// Trains a network.
  ///
  /// The result is fixed by model, samples, options (but `threads`) and arithmetic, on every machine.
  ///
  /// - Parameters:
  ///   - model: the layers.
  ///   - source: the samples to train on.
  ///   - options: everything else that is asked for; `precision` says what to compute with.
  ///   - arithmetic: the target's; needed for integers, unused in floats.
  ///   - validation: samples whose accuracy each epoch's progress tells; they influence nothing. Not used where the
  ///     best epoch on a tenth is kept, which tells of that tenth.
  ///   - initial: values to begin with, in place of random ones.
  ///   - resumeFrom: a state of the same run to go on from, to the same bits.
  ///   - kernels: the kernels to use; by default those of `SNNMAP_KERNELS`, else the best for the processor.
  ///   - checkpointInterval: steps between two states, beside those at the end of epochs; nil for these only.
  ///   - checkpoint: receives states at the end of each epoch, every `checkpointInterval` steps, and before a
  ///     cancelled run ends; what it throws ends the run with `TrainingError.checkpoint`. No state holds values that
  ///     are no numbers.
  ///   - progress: called after every step, and at the end of each epoch with the validation accuracy.
  ///   - isCancelled: asked before every step; `true` ends training with `TrainingError.cancelled`.
  /// - Returns: the network of the epoch that `options.selection` names.
  public static func train(
    _ model: ModelDescription, on source: any SampleSource, options: TrainingOptions,
    arithmetic: TrainingArithmetic? = nil, validation: (any SampleSource)? = nil, initial: FloatModel? = nil,
    resumeFrom state: TrainingState? = nil, kernels variant: KernelVariant? = nil, checkpointInterval: Int? = nil,
    checkpoint: (TrainingState) throws -> Void = { _ in }, progress: (TrainingProgress) -> Void = { _ in },
    isCancelled: () -> Bool = { false }
  ) throws(TrainingError) -> TrainingResult {
    try options.check(precision: options.precision)
    let isInteger = options.precision == .integer
    if isInteger && arithmetic == nil {
      throw .option(name: "precision", value: "integer", allowed: "it with a target, or float32 without one")
    }
    let kernels = try KernelSet.forTraining(variant)
    try check(source, options, arithmetic: isInteger ? arithmetic : nil)
    let setting = ModelSetting(model, source: source, ticks: options.ticks)
    if let validation { try setting.check(validation, "validation samples") }
    let parts = try split(source, validation, options)
    // Escaping closures would outlive the call; these do not.
    return try withoutActuallyEscaping(progress) { (progress) throws(TrainingError) in
      try withoutActuallyEscaping(isCancelled) { (isCancelled) throws(TrainingError) in
        try withoutActuallyEscaping(checkpoint) { (checkpoint) throws(TrainingError) in
          let request = TrainingRequest(
            setting: setting, source: parts.training, validation: parts.validation, options: options,
            arithmetic: isInteger ? arithmetic : nil, kernels: kernels, initial: initial, state: state,
            checkpointInterval: checkpointInterval, checkpoint: checkpoint, progress: progress,
            isCancelled: isCancelled)
          return try options.precision == .float64
            ? request.run(Double.self) : request.run(Float.self)
        }
      }
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
    _ source: any SampleSource, _ options: TrainingOptions, arithmetic: TrainingArithmetic?
  ) throws(TrainingError) {
    if source.count == 0 { throw .noSamples }
    if let arithmetic, source.maximumCount > arithmetic.maximumInputCount {
      throw .inputCount(needed: source.maximumCount, allowed: arithmetic.maximumInputCount)
    }
    for sample in 0..<source.count where !(0..<source.classCount).contains(source.label(sample)) {
      throw .label(sample: sample, label: source.label(sample), classes: source.classCount)
    }
  }
}

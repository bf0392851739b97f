import Kernels
import NeuronCore

/// Makes integers of a float model without training.
public enum Quantiser {
  /// What came of a quantisation, population by population.
  public struct Report: Sendable, Equatable {
    public var name: String
    /// Spikes a neuron and tick on the calibration samples, of the floats and of the integers; 0 for readouts.
    public var floatRate: Double
    public var rate: Double
    /// α as the float model has it and as the target has it; nil without a leak.
    public var leak: (float: Double, deployed: Double)?

    public static func == (left: Report, right: Report) -> Bool {
      left.name == right.name && left.floatRate == right.floatRate && left.rate == right.rate
        && left.leak?.float == right.leak?.float && left.leak?.deployed == right.leak?.deployed
    }
  }

  /// Quantises a float model for a target.
  ///
  /// Weights take the scale with the least squared error. Then, from the input on, each population's threshold is
  /// sought by halving within a factor of 2 around that scale's, so that it spikes as often as in floats on the
  /// calibration samples: rounding of weights and leaks moves rates, and the threshold brings them back.
  ///
  /// - Parameters:
  ///   - source: calibration samples; their first 256 are used. Their labels are not.
  ///   - options: of these the bits, the loss, the threads and the surrogate; ticks are the model's.
  /// - Throws: `TrainingError` for what the target does not have, and for other samples than the model's.
  public static func quantise(
    _ model: FloatModel, calibration source: any SampleSource, options: TrainingOptions,
    arithmetic: TrainingArithmetic, kernels variant: KernelVariant? = nil
  ) throws(TrainingError) -> (model: TrainedModel, report: [Report]) {
    if source.count == 0 { throw .noSamples }
    try model.setting.check(source, "calibration samples")
    var options = options
    options.ticks = model.setting.ticks
    options.precision = .integer
    options.floatEpochs = 0
    try options.check(precision: .integer)
    let count = min(source.count, 256)
    let wanted = try ModelRunner(model, options: options, threads: options.threads, kernels: variant)
      .rates(on: source, count: count)
    let run = try TrainingRun<Float>(
      setting: model.setting, source: source, validation: nil, options: options, arithmetic: arithmetic,
      kernels: try KernelSet.forTraining(variant))
    defer { withExtendedLifetime(run) {} }
    for (parameters, plan) in zip(run.parameters, run.plan.populations) { try parameters.take(model, plan: plan) }
    run.chooseScales()
    for quantiser in run.quantisers { quantiser.quantise(on: run.pool) }
    guard var quantised = run.trainedModel else { throw .network("there are no integers to quantise to") }
    for (index, population) in run.plan.populations.enumerated() where population.neurons.role == .spiking {
      try match(&quantised, index, wanted[index], source, count, options, variant)
    }
    let rates = try ModelRunner(quantised, threads: options.threads, kernels: variant).rates(on: source, count: count)
    let report = zip(run.plan.populations, run.parameters).enumerated().map { index, pair in
      Report(
        name: pair.0.name, floatRate: wanted[index], rate: rates[index],
        leak: pair.0.neurons.leak.map { _ in
          (Double(pair.1.leak.values.elements[0]), quantised.populations[index].model.leak.adjointFactor)
        })
    }
    return (quantised, report)
  }

  /// Seeks the threshold at which a population's rate is nearest to the one that is wanted: rates fall as it rises.
  private static func match(
    _ model: inout TrainedModel, _ index: Int, _ wanted: Double, _ source: any SampleSource, _ count: Int,
    _ options: TrainingOptions, _ variant: KernelVariant?
  ) throws(TrainingError) {
    let first = model.populations[index].threshold
    let bounds = model.arithmetic.thresholds
    var low = max(bounds.lowerBound, first / 2), high = min(bounds.upperBound, first > .max / 2 ? .max : first * 2)
    var best = (distance: Double.infinity, threshold: first)
    func distance(_ threshold: Int32) throws(TrainingError) -> Double {
      model.populations[index].threshold = threshold
      let runner = try ModelRunner(model, threads: options.threads, kernels: variant)
      let rate = try runner.rates(on: source, count: count)[index]
      if (rate - wanted).magnitude < best.distance { best = ((rate - wanted).magnitude, threshold) }
      return rate - wanted
    }
    _ = try distance(first)
    while low <= high {
      let middle = low + (high - low) / 2
      if try distance(middle) > 0 { low = middle + 1 } else { high = middle - 1 }
    }
    model.populations[index].threshold = best.threshold
  }
}

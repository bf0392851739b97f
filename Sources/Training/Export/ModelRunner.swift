import Kernels
import Threads

/// Runs a trained model by the very engine of training's forward pass. One instance serves one thread at a time.
public final class ModelRunner {
  private enum Core {
    case single(Engine<Float>)
    case double(Engine<Double>)
  }

  public let setting: ModelSetting
  private let plan: ModelPlan
  private let core: Core
  private let loss: TrainingLoss

  /// A model in the target's integers.
  ///
  /// - Parameters:
  ///   - threads: to compute `accuracy` with; 0 for as many as there are processors.
  ///   - kernels: by default those of `SNNMAP_KERNELS`, else the best for the processor.
  /// - Throws: `TrainingError.kernels` when the processor does not run the kernels asked for, and `stateDiffers` for
  ///   tensors that do not fit the model.
  public init(_ model: TrainedModel, threads: Int = 1, kernels variant: KernelVariant? = nil) throws(TrainingError) {
    setting = model.setting
    plan = try model.plan()
    loss = TrainingLoss(model.options.loss)
    let parameters = plan.populations.map { PopulationParameters<Float>(plan: $0) }
    var integers: [IntegerPopulation] = []
    guard model.populations.count == plan.populations.count else {
      throw .stateDiffers(
        what: "number of populations", state: "\(model.populations.count)", run: "\(plan.populations.count)")
    }
    for (index, (population, plan)) in zip(model.populations, plan.populations).enumerated() {
      parameters[index].threshold.values.elements[0] = Float(population.floatThreshold)
      integers.append(
        try IntegerPopulation(
          population, plan: plan, views: parameters[index].views(plan), chip: model.arithmetic.chip))
    }
    let engine = Engine(
      plan: plan, parameters: parameters, integers: integers, surrogate: model.options.surrogate,
      resetGradient: .detached, pool: WorkerPool(threads: threads), groupSize: 64,
      kernels: try KernelSet.forTraining(variant))
    engine.prepare()
    core = .single(engine)
  }

  /// A model in floats: in 64 bits where its tensors are.
  ///
  /// - Parameter options: of these the loss, which says how classes are read.
  public init(
    _ model: FloatModel, options: TrainingOptions, threads: Int = 1, kernels variant: KernelVariant? = nil
  ) throws(TrainingError) {
    setting = model.setting
    plan = try model.setting.plan(weightBits: nil)
    loss = TrainingLoss(options.loss)
    let kernels = try KernelSet.forTraining(variant)
    if case .float64 = model.tensors.first?.values {
      core = .double(try ModelRunner.engine(model, plan, options, WorkerPool(threads: threads), kernels))
    } else {
      core = .single(try ModelRunner.engine(model, plan, options, WorkerPool(threads: threads), kernels))
    }
  }

  private static func engine<R: KernelScalar>(
    _ model: FloatModel, _ plan: ModelPlan, _ options: TrainingOptions, _ pool: WorkerPool, _ kernels: KernelSet
  ) throws(TrainingError) -> Engine<R> {
    let parameters = plan.populations.map { PopulationParameters<R>(plan: $0) }
    for (parameters, plan) in zip(parameters, plan.populations) { try parameters.take(model, plan: plan) }
    let engine = Engine(
      plan: plan, parameters: parameters, integers: nil, surrogate: options.surrogate, resetGradient: .detached,
      pool: pool, groupSize: 64, kernels: kernels)
    engine.prepare()
    return engine
  }

  /// The spikes of every population on its own clock, and the membranes of a readout.
  ///
  /// - Parameter counts: [ticks][inputs], flat, in the data's order.
  /// - Returns: for each population [ticks][neurons], flat, in the order [channel][y][x].
  public func forward(_ counts: [UInt8]) throws(TrainingError) -> ForwardTrace {
    let inputs = setting.inputShape.reduce(1, *)
    if counts.count != setting.ticks * inputs {
      throw .shapesDiffer(what: "counts", has: [counts.count], needs: [setting.ticks, inputs])
    }
    switch core {
    case .single(let engine): return engine.forwardTrace(counts: counts)
    case .double(let engine): return engine.forwardTrace(counts: counts)
    }
  }

  /// The share of a source's samples that are classified rightly, 0–1; 0 without samples.
  public func accuracy(on source: any SampleSource) throws(TrainingError) -> Double {
    try setting.check(source, "samples")
    var right = 0
    try evaluate(source, count: source.count) { sample, outcome in
      if outcome.predicted == sample.label { right += 1 }
    }
    return source.count == 0 ? 0 : Double(right) / Double(source.count)
  }

  /// The mean spikes a neuron and tick of every population, over the first samples of a source.
  func rates(on source: any SampleSource, count: Int) throws(TrainingError) -> [Double] {
    var spikes = [Int](repeating: 0, count: plan.populations.count)
    try evaluate(source, count: count) { _, outcome in
      for index in spikes.indices { spikes[index] += outcome.spikes[index] }
    }
    return zip(spikes, plan.populations).map {
      Double($0) / Double(max(count, 1) * plan.ticks * $1.output.neurons)
    }
  }

  private func evaluate(
    _ source: any SampleSource, count: Int, _ body: (BatchSample, SampleOutcome) -> Void
  ) throws(TrainingError) {
    for first in stride(from: 0, to: count, by: 256) {
      let batch = (first..<min(first + 256, count)).map {
        BatchSample(index: $0, draw: 0, label: source.label($0))
      }
      let outcomes =
        switch core {
        case .single(let engine): try engine.evaluate(batch, source: source, loss: loss)
        case .double(let engine): try engine.evaluate(batch, source: source, loss: loss)
        }
      for (sample, outcome) in zip(batch, outcomes) { body(sample, outcome) }
    }
  }
}

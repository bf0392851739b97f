import Kernels
import Threads

/// One training run: its parameters, its engines and its place in the epochs. All memory is allocated at the beginning.
final class TrainingRun<R: KernelScalar> {
  let setting: ModelSetting
  let plan: ModelPlan
  let source: any SampleSource
  let validation: (any SampleSource)?
  let options: TrainingOptions
  let arithmetic: TrainingArithmetic?
  let kernels: KernelSet
  let parameters: [PopulationParameters<R>]
  /// Empty in floats.
  let quantisers: [PopulationQuantiser<R>]
  let loss: TrainingLoss
  let schedule: LearningRateSchedule
  let pool: WorkerPool
  let blocks: [ParameterBlock<R>]
  let stepsPerEpoch: Int
  var optimiser: Optimiser
  var figures: TrainingState.Figures
  /// The values of the best epoch, in the order of `stored`.
  var bestValues: [[R]] = []
  private var engine: Engine<R>?
  private var engineIsFloat = false

  /// Samples that are taken through the network before their gradients are summed: a trade of memory for
  /// fewer hand-overs between threads. A constant, because the sum's order follows from it.
  static var groupSize: Int { 64 }
  /// Steps between two choices of the scales.
  static var scaleInterval: Int { 32 }

  init(
    setting: ModelSetting, source: any SampleSource, validation: (any SampleSource)?, options: TrainingOptions,
    arithmetic: TrainingArithmetic?, kernels: KernelSet
  ) throws(TrainingError) {
    self.setting = setting
    self.source = source
    self.validation = validation
    self.options = options
    self.arithmetic = arithmetic
    self.kernels = kernels
    plan = try setting.plan(weightBits: arithmetic == nil ? nil : options.weightBits)
    try plan.checkTrained()
    try arithmetic?.check(plan)
    guard let output = plan.populations.last else { throw .model(layer: "the model", problem: "has no population") }
    try options.loss.check(output: output)
    try options.regulariser?.check()
    let populations = plan.populations
    parameters = populations.enumerated().map { PopulationParameters(plan: $1, seed: options.seed, index: $0) }
    quantisers = try TrainingRun.quantisers(plan, parameters, arithmetic, options, kernels)
    loss = TrainingLoss(options.loss, regulariser: TrainingRun.penalty(options, plan))
    stepsPerEpoch = (source.count + options.batchSize - 1) / options.batchSize
    let totalSteps = stepsPerEpoch * options.epochs
    schedule = LearningRateSchedule(
      greatest: options.learningRate, schedule: options.schedule,
      warmUpSteps: Int(Double(options.warmUp) * Double(totalSteps)), totalSteps: totalSteps,
      stepsPerEpoch: stepsPerEpoch)
    pool = WorkerPool(threads: options.threads)
    var blocks: [ParameterBlock<R>] = []
    for (index, population) in populations.enumerated() {
      var trained = parameters[index].trained(population)
      if !quantisers.isEmpty, let clip = quantisers[index].clip { trained.append(clip) }
      blocks += ParameterBlock.blocks(of: trained, population: index)
    }
    self.blocks = blocks
    optimiser = Optimiser(options.optimiser)
    figures = TrainingState.Figures(tally: TrainingState.EpochTally(populations: populations.count))
  }

  private static func quantisers(
    _ plan: ModelPlan, _ parameters: [PopulationParameters<R>], _ arithmetic: TrainingArithmetic?,
    _ options: TrainingOptions, _ kernels: KernelSet
  ) throws(TrainingError) -> [PopulationQuantiser<R>] {
    guard let arithmetic else { return [] }
    var made: [PopulationQuantiser<R>] = []
    for (index, population) in plan.populations.enumerated() {
      made.append(
        try PopulationQuantiser(
          plan: population, isFirst: index == 0, isLast: index == plan.populations.count - 1,
          parameters: parameters[index], arithmetic: arithmetic, clip: options.clip, kernels: kernels))
    }
    return made
  }

  private static func penalty(_ options: TrainingOptions, _ plan: ModelPlan) -> RatePenalty? {
    guard let regulariser = options.regulariser, regulariser.strength > 0 else { return nil }
    let layouts = plan.populations.enumerated().map { index, population in
      index == plan.populations.count - 1 ? nil : population.output
    }
    return RatePenalty(options: regulariser, ticks: plan.ticks, layouts: layouts)
  }

  /// Whether the epoch in hand is computed in floats.
  var isFloat: Bool { quantisers.isEmpty || figures.epoch < options.floatEpochs }

  /// The engine of the epoch in hand, its weights as they stand.
  func preparedEngine() throws(TrainingError) -> Engine<R> {
    let made: Engine<R>
    if let engine, engineIsFloat == isFloat {
      made = engine
    } else {
      engine = nil
      made = Engine(
        plan: plan, parameters: parameters, integers: isFloat ? nil : quantisers.map(\.integers),
        surrogate: options.surrogate, resetGradient: options.resetGradient, pool: pool,
        groupSize: min(TrainingRun.groupSize, options.batchSize), kernels: kernels)
      engine = made
      engineIsFloat = isFloat
    }
    if !isFloat { for quantiser in quantisers { quantiser.quantise(on: pool) } }
    made.prepare()
    return made
  }

  /// Chooses all scales anew.
  func chooseScales() {
    for quantiser in quantisers { quantiser.chooseScale() }
  }

  /// What is trained on in one step.
  func batch(_ order: ArraySlice<Int>, draw: UInt64) -> [BatchSample] {
    order.map { BatchSample(index: $0, draw: draw, label: source.label($0)) }
  }
}

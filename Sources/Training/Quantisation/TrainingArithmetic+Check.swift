import NeuronCore

extension TrainingArithmetic {
  /// Throws where a target has no arithmetic that training computes, so that nothing is trained that the target
  /// refuses.
  func check(_ plan: ModelPlan) throws(TrainingError) {
    if !(8...32).contains(membraneBits) {
      throw .unsupported(option: "membrane bits", value: "\(membraneBits)", allowed: "8 to 32")
    }
    // A grid that does not sum exactly has no machine that training knows.
    if !accumulators.contains(.exact) && chip == nil || accumulators.isEmpty {
      throw .target(key: "accumulators", has: words(accumulators), needs: "exact")
    }
    if sums.isEmpty { throw .target(key: "sums", has: "none", needs: "exact or perTerm16") }
    for (index, population) in plan.populations.enumerated() {
      _ = try model(of: population)
      try checkWeights(population)
      try checkDelays(population, isFirst: index == 0)
      try checkPooling(population)
      try checkChip(population, isFirst: index == 0, isLast: index == plan.populations.count - 1)
      if accumulatorBits == 32, greatestSum(population, isFirst: index == 0) >= 1 << 31 {
        throw .target(key: "accumulator_bits", has: "32", needs: "64 for so many sources into \(population.name)")
      }
    }
    let shifts = deployment(plan).shifts
    let lastStart = zip(plan.populations, shifts).map { start(of: $0, shift: $1) }.max() ?? 0
    if lastStart > maximumStart {
      throw .target(key: "maximum_start", has: "\(maximumStart)", needs: "\(lastStart) or more for these layers")
    }
  }

  /// What the rules of a chip add.
  private func checkChip(_ population: PopulationPlan, isFirst: Bool, isLast: Bool) throws(TrainingError) {
    guard let chip else { return }
    if accumulator == .wrap16, greatestInput(population, isFirst: isFirst) >= 1 << 15 {
      throw .target(key: "accumulators", has: "wrap16", needs: "exact for so many sources into \(population.name)")
    }
    func refuse(_ option: String, _ value: String, _ allowed: String) -> TrainingError {
      .unsupported(option: "\(population.name): \(option)", value: value, allowed: allowed)
    }
    if let neurons = chip.neurons {
      let cap = isLast ? neurons.outputCap : neurons.hiddenCap
      if population.neurons.spikeCap != cap {
        throw refuse("spikes a tick", "\(population.neurons.spikeCap)", "\(cap), no more and no less")
      }
    }
    let followsEvents = isEventDriven || accumulator == .saturatePerEvent
    if followsEvents, population.pooling != nil || population.isConvolution {
      throw refuse("layer", population.pooling == nil ? "conv" : "pool", "dense layers, as events count in their order")
    }
    guard isEventDriven else { return }
    if population.recurrentDelay != nil {
      throw refuse("layer", "recurrent", "dense layers: a spike acts at once, not a tick later")
    }
    if population.delay != 0 { throw refuse("delay", "\(population.delay)", "0: a spike acts at once") }
    if population.neurons.spikeCap != 1 || population.neurons.refractoryTicks != 0 {
      throw refuse("spikes a tick and refractory ticks", "of its own", "what events bring")
    }
  }

  private func checkWeights(_ population: PopulationPlan) throws(TrainingError) {
    guard let bits = population.weightBits, !weightBits.contains(bits) else { return }
    throw .unsupported(
      option: "weight bits", value: "\(bits)", allowed: weightBits.map(String.init).joined(separator: ", "))
  }

  /// Delays once deployed lie within the target's: the least of them are made of clock shifts.
  private func checkDelays(_ population: PopulationPlan, isFirst: Bool) throws(TrainingError) {
    let range = isFirst ? inputDelays : delays
    if population.delay > range.upperBound {
      throw .unsupported(
        option: "\(population.name): delay", value: "\(population.delay)", allowed: "0 to \(range.upperBound)")
    }
    if let delay = population.recurrentDelay, !delays.contains(delay) {
      throw .unsupported(
        option: "\(population.name): recurrent delay", value: "\(delay)",
        allowed: "\(delays.lowerBound) to \(delays.upperBound)")
    }
  }

  private func checkPooling(_ population: PopulationPlan) throws(TrainingError) {
    if let problem = population.foldingProblem {
      throw .model(
        layer: population.name,
        problem: problem + "; use other sizes: on a target pooling becomes part of the weights, which this cannot")
    }
  }

  /// The delays of a model on one clock: a layer runs as far behind as its target's least delay asks for.
  ///
  /// deployed delay = trained delay + shift(target) − shift(source), and at least the target's least.
  func deployment(_ plan: ModelPlan) -> (shifts: [Int], delays: [Int]) {
    var shifts: [Int] = [], deployed: [Int] = [], last = 0
    for (index, population) in plan.populations.enumerated() {
      let least = index == 0 ? inputDelays.lowerBound : delays.lowerBound
      let delay = max(population.delay, least)
      last += delay - population.delay
      shifts.append(last)
      deployed.append(delay)
    }
    return (shifts, deployed)
  }

  /// The start tick of a population on its clock: on a chip 0 where nothing but input moves its neurons.
  func start(of population: PopulationPlan, shift: Int) -> Int {
    chip == nil || population.neurons.hasBias ? shift : 0
  }

  private func words<Option>(_ options: [Option]) -> String { options.map { "\($0)" }.joined(separator: ", ") }
}

extension PopulationPlan {
  fileprivate var isConvolution: Bool {
    if case .convolution = connection { true } else { false }
  }
}

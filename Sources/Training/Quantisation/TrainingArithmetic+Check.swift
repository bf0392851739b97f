import NeuronCore

extension TrainingArithmetic {
  /// Throws where a target has no arithmetic that training computes, so that nothing is trained that the target
  /// refuses.
  func check(_ plan: ModelPlan) throws(TrainingError) {
    if !(8...32).contains(membraneBits) {
      throw .unsupported(option: "membrane bits", value: "\(membraneBits)", allowed: "8 to 32")
    }
    if !accumulators.contains(.exact) {
      throw .target(key: "accumulators", has: words(accumulators), needs: "exact")
    }
    if sums.isEmpty { throw .target(key: "sums", has: "none", needs: "exact or perTerm16") }
    for (index, population) in plan.populations.enumerated() {
      _ = try model(of: population)
      try checkWeights(population)
      try checkDelays(population, isFirst: index == 0)
      try checkPooling(population)
      if accumulatorBits == 32, greatestSum(population, isFirst: index == 0) >= 1 << 31 {
        throw .target(key: "accumulator_bits", has: "32", needs: "64 for so many sources into \(population.name)")
      }
    }
    let lastStart = deployment(plan).shifts.last ?? 0
    if lastStart > maximumStart {
      throw .target(key: "maximum_start", has: "\(maximumStart)", needs: "\(lastStart) or more for these layers")
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

  private func words<Option>(_ options: [Option]) -> String { options.map { "\($0)" }.joined(separator: ", ") }
}

import ImageFormat
import Networks
import NeuronCore
import Targets

extension Plan {
  /// Proves that no accumulator leaves its bits: Σ |w| · 2^shift · cap + |b| + cap · |θ| + the greatest |u|.
  func checkAccumulators(_ cores: [CoreContents]) throws(Misfit) {
    let limit: Int64 = target.arithmetic.accumulatorBits == 32 ? 1 << 31 : 1 << 62
    for core in cores {
      for (place, neuron) in core.neurons.enumerated() {
        let index = Int(facts.population[Int(neuron)])
        let population = network.populations[index]
        let inner = Int(neuron) - facts.offsets[index]
        let threshold = population.threshold[inner]
        let lowest = population.model.lowerBound.resolved(threshold: threshold)
        // Each term but the first is below 2^40.
        let own =
          Int64(population.bias[inner].magnitude) + Int64(population.model.spikeCap) * Int64(threshold.magnitude)
          + max(abs(lowest), Int64(population.model.upperBound))
        let (sum, overflow) = core.inputBounds[place].addingReportingOverflow(own)
        let bound = overflow ? Int64.max : sum
        if bound >= limit {
          throw Misfit(
            .accumulatorRange, needed: .count(Int(bound)), available: .count(Int(limit - 1)), target: target.name,
            population: population.name,
            detail: "neuron \(inner) could sum up to that in one tick",
            remedies: [
              Remedy(
                kind: .option,
                text: "scale the weights, bias and threshold of \(population.name) down by 2^\(excess(bound, limit))")
            ])
        }
      }
    }
  }

  /// The halvings that bring a bound below a limit.
  private func excess(_ bound: Int64, _ limit: Int64) -> Int {
    var shift = 0
    while bound >> Int64(shift) >= limit { shift += 1 }
    return shift
  }

  /// What is counted for the whole board when everything is placed.
  func checkBoard(_ mapping: Mapping) throws(Misfit) {
    let budgets = target.budgets
    if mapping.inputRoutes.count > budgets.inputTableEntries {
      throw count(.inputTableEntries, mapping.inputRoutes.count, budgets.inputTableEntries)
    }
    let bytes = MappingReport(mapping).leastImageBytes
    if bytes > budgets.slotBytes { throw count(.slotBytes, bytes, budgets.slotBytes) }
  }

  func count(
    _ resource: Resource, _ needed: Int, _ available: Int, population: String? = nil, core: Int? = nil,
    detail: String? = nil
  ) -> Misfit {
    Misfit(
      resource, needed: .count(needed), available: .count(available), target: target.name, population: population,
      core: core, detail: detail)
  }
}

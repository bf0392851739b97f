import Networks
import Targets

/// Finds what would make a network fit a chip, by trying.
struct ChipExplanation<Family: SingleChipFamily> {
  let family: Family
  let network: Network
  let target: Target

  /// At most this many populations are tried in smaller sizes.
  private static var candidateLimit: Int { 6 }
  private static var remedyLimit: Int { 3 }
  /// Beyond this many neurons sizes are not searched.
  private static var searchLimit: Int { 1 << 16 }

  func explained(_ misfit: Misfit, alternatives: [Target]) -> Misfit {
    var result = misfit
    let others = alternatives.filter { $0.name != target.name && $0.family == Family.name }
    result.nearestTarget = others.first { (try? family.check($0)) != nil && fits(network, $0) }?.name
    if misfit.resource.isAmountOfAChip && network.neuronCount <= Self.searchLimit {
      result.remedies += smallerPopulations(misfit)
    }
    if let name = result.nearestTarget { result.remedies.append(Remedy(kind: .target, text: "use target \(name)")) }
    result.remedies = Array(result.remedies.prefix(Self.remedyLimit))
    return result
  }

  private func fits(_ network: Network, _ target: Target) -> Bool { (try? family.place(network, on: target)) != nil }

  /// For each population that helps by being smaller its greatest size that fits, fewest neurons removed first.
  private func smallerPopulations(_ misfit: Misfit) -> [Remedy] {
    let named = network.populations.indices.filter { network.populations[$0].name == misfit.population }
    let largest = network.populations.indices.sorted {
      (network.populations[$1].size, $0) < (network.populations[$0].size, $1)
    }
    let order = (named + largest.filter { !named.contains($0) }).prefix(Self.candidateLimit)
    let found = order.compactMap { index in greatestSize(of: index).map { (index: index, size: $0) } }
    func removed(_ choice: (index: Int, size: Int)) -> Int { network.populations[choice.index].size - choice.size }
    return found.sorted { (removed($0), $0.index) < (removed($1), $1.index) }.map { choice in
      let population = network.populations[choice.index]
      return Remedy(
        kind: .size,
        text: "reduce population \(population.name) from \(grouped(population.size)) "
          + "to at most \(grouped(choice.size)) neurons")
    }
  }

  private func greatestSize(of index: Int) -> Int? {
    // What is read out stays; a population of no neurons is none.
    let least = network.outputs.reduce(1) { $1.population == index ? max($0, $1.neurons.upperBound) : $0 }
    var low = least
    var high = network.populations[index].size
    guard low < high, fits(network.reduced(index, to: low), target) else { return nil }
    while low + 1 < high {
      let middle = (low + high) / 2
      if fits(network.reduced(index, to: middle), target) { low = middle } else { high = middle }
    }
    return low
  }
}

extension Resource {
  /// Whether it is an amount of which a smaller network takes less.
  fileprivate var isAmountOfAChip: Bool {
    switch self {
    case .neurons, .rows, .synapses, .fanOut, .fanIn, .accumulatorRange: true
    default: false
    }
  }
}

extension Network {
  /// The network with only the first `size` neurons of a population, its projections as lists.
  fileprivate func reduced(_ index: Int, to size: Int) -> Network {
    var result = self
    result.populations[index].size = size
    func shortened(_ values: PerNeuron) -> PerNeuron {
      if case .each(let list) = values { .each(Array(list.prefix(size))) } else { values }
    }
    result.populations[index].threshold = shortened(populations[index].threshold)
    result.populations[index].bias = shortened(populations[index].bias)
    result.populations[index].start = shortened(populations[index].start)
    result.populations[index].initialMembrane = shortened(populations[index].initialMembrane)
    result.projections = projections.map { projection in
      guard projection.target == index || projection.source == .population(index) else { return projection }
      var list = (sources: [UInt32](), targets: [UInt32](), weights: [Int32](), delays: [UInt16](), currents: [UInt8]())
      forEachSynapse(of: projection) { (source, target, weight, delay, current) throws(Never) in
        if projection.target == index && target >= size { return }
        if projection.source == .population(index) && source >= size { return }
        list.sources.append(UInt32(source))
        list.targets.append(UInt32(target))
        list.weights.append(weight)
        list.delays.append(UInt16(delay))
        list.currents.append(UInt8(current))
      }
      var sparse = projection
      sparse.connectivity = .sparse(
        SparseSynapses(
          sources: list.sources, targets: list.targets, weights: Weights(list.weights), delays: list.delays,
          currents: list.currents))
      return sparse
    }
    return result
  }
}

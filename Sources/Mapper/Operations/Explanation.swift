import Networks
import Targets

/// Finds what would make a network fit, by trying.
struct Explanation<Family: GridFamily> {
  let family: Family
  let network: Network
  let target: Target

  /// Beyond this many synapses sizes are not searched, only other targets tried.
  private static var searchLimit: Int { 4_000_000 }
  /// At most this many populations are tried in smaller sizes.
  private static var candidateLimit: Int { 6 }
  private static var remedyLimit: Int { 3 }

  /// The misfit with its remedies, the cheapest first, and the nearest target that fits.
  func explained(_ misfit: Misfit, alternatives: [Target]) -> Misfit {
    var result = misfit
    result.nearestTarget = nearest(alternatives)
    let plan = misfit.resource.isCounted ? trialPlan() : nil
    if let plan { result.remedies += narrowerWeights(misfit, plan) }
    if result.remedies.isEmpty, let remedy = fewerSources(misfit) { result.remedies.append(remedy) }
    if let plan { result.remedies += smallerPopulations(misfit, plan) }
    if let name = result.nearestTarget {
      result.remedies.append(Remedy(kind: .target, text: "use target \(name)"))
    }
    result.remedies = Array(result.remedies.prefix(Self.remedyLimit))
    return result
  }

  /// The first of the targets, from small to large, boards before emulation, that takes the network as it is.
  private func nearest(_ alternatives: [Target]) -> String? {
    let others = alternatives.filter { $0.name != target.name && $0.family == Family.name }
    let ordered = others.sorted { first, second in
      if first.emulationOnly != second.emulationOnly { return second.emulationOnly }
      return (first.topology.coreCount, first.budgets.neuronsPerCore, first.name)
        < (second.topology.coreCount, second.budgets.neuronsPerCore, second.name)
    }
    for candidate in ordered {
      guard (try? family.check(candidate)) != nil else { continue }
      if Certainty(network: network, target: candidate).isCertain, (try? family.check(network, on: candidate)) != nil {
        return candidate.name
      }
      if (try? family.place(network, on: candidate)) != nil { return candidate.name }
    }
    return nil
  }

  private func trialPlan() -> Plan? {
    // Weights of 0 and what is merged may make the table much smaller than its bound.
    guard FanIn(network).synapseBound <= 2 * Self.searchLimit else { return nil }
    guard let table = try? SynapseTable(network, target: target), table.synapseCount <= Self.searchLimit else {
      return nil
    }
    return Plan(
      network: network, target: target, facts: NeuronFacts(network), table: table,
      coreLimit: target.topology.coreCount)
  }

  private func fits(_ plan: Plan) -> Bool { (try? plan.mapping()) != nil }

  /// Narrower weights, where synapse memory is what lacks.
  private func narrowerWeights(_ misfit: Misfit, _ plan: Plan) -> [Remedy] {
    let lacking = misfit.fullBudget ?? misfit.resource
    guard lacking == .synapseBytes || lacking == .slotBytes else { return [] }
    let before = synapseBytes(plan)
    for bits in target.arithmetic.weightBits.sorted(by: >) {
      let narrow = Plan(
        network: network, target: target, facts: plan.facts, table: plan.table.narrowed(to: bits),
        coreLimit: plan.coreLimit)
      let after = synapseBytes(narrow)
      if after < before, fits(narrow) {
        return [
          Remedy(kind: .weights, text: "use \(bits)-bit weights: \(grouped(before)) → \(grouped(after)) synapse bytes")
        ]
      }
    }
    return []
  }

  /// The bytes of all rows: in the one core that there is, or in as many full cores as it takes.
  private func synapseBytes(_ plan: Plan) -> Int {
    var builder = CoreBuilder(table: plan.table, facts: plan.facts, storage: RowStorage(target))
    if target.topology.coreCount == 1 {
      let neurons = Array(0..<UInt32(plan.table.neuronCount))
      return (try? builder.build(neurons[...], limits: .none))?.synapses.count ?? Int.max
    }
    let loads = [Int](repeating: 0, count: plan.table.neuronCount)
    let fill = Fill(facts: plan.facts, limits: plan.limits, style: .dense, routeLoads: loads, coreLimit: .max)
    let order = FillOrder(network, target: target, isKept: nil)
    let result = try? fill.cores(of: order.units, with: &builder)
    return result?.cores.reduce(0) { $0 + $1.synapses.count } ?? Int.max
  }

  /// Fewer sources for each neuron, where a single neuron has more than a core has axons.
  private func fewerSources(_ misfit: Misfit) -> Remedy? {
    guard misfit.resource == .axons, target.budgets.axonsPerCore > 0, let name = misfit.population,
      case .count(let needed) = misfit.needed, case .count(let available) = misfit.available, needed > available
    else { return nil }
    return Remedy(
      kind: .size,
      text: "connect each core's neurons of \(name) to at most \(grouped(available)) sources, "
        + "such as by pooling or pruning: \(grouped(needed)) → \(grouped(available)) axons")
  }

  /// For each population that helps by being smaller its greatest size that fits, fewest neurons removed first.
  private func smallerPopulations(_ misfit: Misfit, _ plan: Plan) -> [Remedy] {
    var found: [(index: Int, size: Int)] = []
    for index in candidates(misfit) {
      if let size = greatestSize(of: index, plan) { found.append((index, size)) }
    }
    func removed(_ choice: (index: Int, size: Int)) -> Int { network.populations[choice.index].size - choice.size }
    return found.sorted { (removed($0), $0.index) < (removed($1), $1.index) }.map { choice in
      let population = network.populations[choice.index]
      return Remedy(
        kind: .size,
        text: "reduce population \(population.name) from \(grouped(population.size)) "
          + "to at most \(grouped(choice.size)) neurons")
    }
  }

  /// The greatest size of a population with which the network fits; nil where none helps.
  private func greatestSize(of index: Int, _ plan: Plan) -> Int? {
    // What is read out stays; a population of no neurons is none.
    var low = max(1, leastSize(of: index))
    var high = network.populations[index].size
    if !fits(reduced(plan, index, to: low)) { return nil }
    while low + 1 < high {
      let middle = (low + high) / 2
      if fits(reduced(plan, index, to: middle)) { low = middle } else { high = middle }
    }
    return low
  }

  /// One past the last neuron of a population that is read out; 0 where none is.
  private func leastSize(of population: Int) -> Int {
    network.outputs.reduce(0) { $1.population == population ? max($0, $1.neurons.upperBound) : $0 }
  }

  /// The populations that may shrink: the one that asks, then the largest.
  private func candidates(_ misfit: Misfit) -> [Int] {
    let free = network.populations.indices.filter { leastSize(of: $0) + 1 < network.populations[$0].size }
    let named = free.filter { network.populations[$0].name == misfit.population }
    let largest = free.sorted {
      (network.populations[$1].size, $0) < (network.populations[$0].size, $1)
    }
    return Array((named + largest.filter { !named.contains($0) }).prefix(Self.candidateLimit))
  }

  private func reduced(_ plan: Plan, _ population: Int, to size: Int) -> Plan {
    var isKept = [Bool](repeating: true, count: plan.table.neuronCount)
    let offset = plan.facts.offsets[population]
    for neuron in offset + size..<plan.facts.offsets[population + 1] { isKept[neuron] = false }
    return Plan(
      network: network, target: target, facts: plan.facts, table: plan.table.keeping(isKept), isKept: isKept,
      coreLimit: plan.coreLimit)
  }
}

extension Resource {
  /// Whether it is an amount of memory or cores, of which a smaller network takes less.
  var isCounted: Bool {
    switch self {
    case .neurons, .axons, .synapseBytes, .routes, .classes, .cores, .inputTableEntries, .slotBytes: true
    default: false
    }
  }
}

import Networks
import Targets

extension Plan {
  /// The misfit of a neuron that does not fit an empty core.
  func misfit(of failure: Fill.Failure, loads: [Int], with builder: inout CoreBuilder) -> Misfit {
    switch failure {
    case .neuron(let neuron, .weight(let weight, let owner)):
      let index = Int(facts.population[Int(owner)])
      _ = neuron
      return Misfit(
        .weight, needed: .option("a weight of \(grouped(Int(weight)))"),
        available: .option(weightLimit), target: target.name,
        population: network.populations[index].name,
        detail: "neuron \(Int(owner) - facts.offsets[index])",
        remedies: [Remedy(kind: .option, text: "scale weights and threshold of the population down")])
    case .neuron(let neuron, .budget(let resource)):
      let name = network.populations[Int(facts.population[Int(neuron)])].name
      let single = try? builder.build([neuron][...], limits: .none)
      switch resource {
      case .axons:
        return count(.axons, single?.axons.count ?? 0, limits.axons, population: name, detail: "for a single neuron")
      case .routes:
        return count(
          .routes, loads[Int(neuron)], min(limits.routes, Self.routesPerNeuron), population: name,
          detail: "for a single neuron")
      case .synapseBytes:
        return count(
          .synapseBytes, single?.synapses.count ?? 0, limits.synapseBytes, population: name,
          detail: "for a single neuron")
      default:
        return count(resource, 1, 0, population: name)
      }
    }
  }

  /// The greatest weight, in words: 1024 · 127 · 2^7 where rows have 8 bits and shifts reach 7.
  private var weightLimit: String {
    let storage = RowStorage(target)
    let greatest = RowStorage.maximumParts * (Int(storage.widest.upperBound) << storage.maximumShift)
    let bits = storage.widths.last?.bits ?? 0
    return "weights up to \(grouped(greatest)): as sums of at most \(grouped(RowStorage.maximumParts)) axons "
      + "of \(bits) bits, shifted left by up to \(storage.maximumShift)"
  }

  /// The misfit of a network that takes more cores than there are.
  func misfit(of result: Fill.Result, with builder: inout CoreBuilder) -> Misfit {
    let available = target.topology.coreCount
    if available == 1, let single = singleCoreMisfit(with: &builder) { return single }
    // The order of the cases settles ties.
    let end = Resource.allCases.max { (result.ends[$0] ?? 0) < (result.ends[$1] ?? 0) } ?? .neurons
    var misfit = count(
      .cores, result.cores.count, available, population: largestPopulation(by: end),
      detail: "most cores are full by their \(end.words)")
    misfit.fullBudget = end
    return misfit
  }

  /// What a board of one core lacks most.
  private func singleCoreMisfit(with builder: inout CoreBuilder) -> Misfit? {
    let neurons = (0..<UInt32(table.neuronCount)).filter { isKept?[Int($0)] ?? true }
    guard let core = try? builder.build(neurons[...], limits: .none) else { return nil }
    let loads = Routing.loads([core], table: table)
    let models = Set(neurons.map { facts.model(of: Int($0)) }).count
    let needs: [(Resource, Int, Int)] = [
      (.neurons, neurons.count, limits.neurons), (.synapseBytes, core.synapses.count, limits.synapseBytes),
      (.axons, core.axons.count, limits.axons), (.routes, routes(of: core, loads), limits.routes),
      (.classes, models, limits.classes),
    ]
    var worst: (resource: Resource, needed: Int, available: Int)?
    for (resource, needed, available) in needs where needed > available {
      if let current = worst, Double(needed) / Double(available) <= Double(current.needed) / Double(current.available) {
        continue
      }
      worst = (resource, needed, available)
    }
    guard let worst else { return nil }
    return count(
      worst.resource, worst.needed, worst.available, population: largestPopulation(by: worst.resource), core: 0)
  }

  /// The misfit of cores whose neurons have too many routes however they are filled.
  func misfit(ofCrowded cores: [CoreContents], _ loads: [Int]) -> Misfit {
    var worst: (neuron: UInt32, routes: Int)?
    for core in cores {
      let total = routes(of: core, loads)
      let widest = core.neurons.max { loads[Int($0)] < loads[Int($1)] }
      if let widest, total > worst?.routes ?? -1 { worst = (widest, total) }
    }
    let name = worst.map { network.populations[Int(facts.population[Int($0.neuron)])].name }
    return count(.routes, worst?.routes ?? 0, limits.routes, population: name)
  }

  /// The population that takes the most of a resource: neurons, or what comes in as synapses.
  func largestPopulation(by resource: Resource) -> String? {
    population(by: resource).map { network.populations[$0].name }
  }

  /// As `largestPopulation(by:)`, its index; the first among equals.
  func population(by resource: Resource) -> Int? {
    var best: (index: Int, amount: Int)?
    for index in network.populations.indices {
      let range = facts.offsets[index]..<facts.offsets[index + 1]
      let amount: Int
      switch resource {
      case .synapseBytes, .axons: amount = table.starts[range.upperBound] - table.starts[range.lowerBound]
      default: amount = range.count
      }
      if amount > best?.amount ?? -1 { best = (index, amount) }
    }
    return best?.index
  }
}

import Mapper
import Networks
import NeuronCore
import Targets

/// Which populations of a network are hidden neurons and which are readouts of a Xylo.
struct XyloRoles {
  /// For each population whether it is read out.
  let isReadout: [Bool]
  let hiddenCount: Int
  let readoutCount: Int

  /// - Throws: the misfit of a population that is neither: read out and connected further, or with another spike cap
  ///   or number of currents than its kind has.
  init(_ network: Network, target: Target) throws(Misfit) {
    var isReadout = [Bool](repeating: false, count: network.populations.count)
    for group in network.outputs {
      isReadout[group.population] = true
      if group.reads == .membranes {
        throw Misfit(
          .outputReading, needed: .option("membranes"), available: .option("spikes"),
          target: target.name,
          population: network.populations[group.population].name,
          remedies: [Remedy(kind: .option, text: "train for this target, whose readouts spike")])
      }
    }
    func refuse(_ projection: Projection, _ needed: String, _ available: String) -> Misfit {
      Misfit(
        .connection, needed: .option(needed), available: .option(available), target: target.name,
        population: projection.name,
        remedies: [Remedy(kind: .option, text: "put a hidden population in between")])
    }
    for projection in network.projections {
      if case .population(let source) = projection.source, isReadout[source] {
        throw refuse(
          projection, "synapses that leave a readout", "readouts that only leave the chip")
      }
      if projection.source == .input, isReadout[projection.target] {
        throw refuse(
          projection, "synapses from inputs to a readout", "readouts that hidden neurons reach")
      }
    }
    for (index, population) in network.populations.enumerated() {
      try Self.check(population, isReadout: isReadout[index], target: target)
    }
    self.isReadout = isReadout
    readoutCount = zip(network.populations, isReadout).reduce(0) { $0 + ($1.1 ? $1.0.size : 0) }
    hiddenCount = network.neuronCount - readoutCount
    let limit = target.budgets.neuronsPerCore - target.budgets.outputs
    if hiddenCount > limit {
      throw Misfit(
        .neurons, needed: .count(hiddenCount), available: .count(limit), target: target.name,
        population: nil, detail: "hidden neurons, the readouts not counted")
    }
  }

  private static func check(_ population: Population, isReadout: Bool, target: Target)
    throws(Misfit)
  {
    let model = population.model
    let cap = isReadout ? 1 : XyloMachine.greatestHiddenCount
    func misfit(_ resource: Resource, _ needed: Int, _ available: String, _ remedy: String)
      -> Misfit
    {
      Misfit(
        resource, needed: .count(needed), available: .option(available), target: target.name,
        population: population.name, remedies: [Remedy(kind: .option, text: remedy)])
    }
    if Int(model.spikeCap) != cap {
      throw misfit(
        .spikeCap, Int(model.spikeCap),
        "\(cap), no more and no less, in \(isReadout ? "readouts" : "hidden neurons")",
        "use a spike cap of \(cap)")
    }
    let most = isReadout ? 1 : target.arithmetic.maximumCurrents
    if !(1...most).contains(model.currents.count) {
      throw misfit(
        .currents, model.currents.count, most == 1 ? "1" : "1 to \(most)",
        "give the neurons a synaptic current")
    }
    let floor: Int64
    switch model.lowerBound {
    case .value(let value): floor = Int64(value)
    case .minusThreshold: floor = 0
    }
    if floor != -32768 || model.upperBound != 32767 {
      throw Misfit(
        .membraneBounds, needed: .option("\(floor) to \(model.upperBound)"),
        available: .option("-32768 to 32767"),
        target: target.name, population: population.name,
        detail: "membranes have 16 bits, no fewer",
        remedies: [Remedy(kind: .option, text: "bound the membrane to -32768 to 32767")])
    }
  }

  /// The network with its hidden populations first, as the chip numbers neurons.
  func ordered(_ network: Network) -> Network {
    let order =
      network.populations.indices.filter { !isReadout[$0] }
      + network.populations.indices.filter { isReadout[$0] }
    if order == Array(network.populations.indices) { return network }
    var places = [Int](repeating: 0, count: order.count)
    for (place, index) in order.enumerated() { places[index] = place }
    var result = network
    result.populations = order.map { network.populations[$0] }
    for index in result.projections.indices {
      result.projections[index].target = places[network.projections[index].target]
      if case .population(let source) = network.projections[index].source {
        result.projections[index].source = .population(places[source])
      }
    }
    for index in result.outputs.indices {
      result.outputs[index].population = places[network.outputs[index].population]
    }
    return result
  }

  /// Checks that synapses come in the chip's order, which matters where a current saturates: inputs first, then hidden
  /// neurons ascending, and no pair of neurons twice.
  func checkOrder(_ network: Network, _ table: ChipTable, target: Target) throws(Misfit) {
    var last = [Int](repeating: -2, count: network.populations.count)
    for projection in network.projections {
      var source = -1
      if case .population(let index) = projection.source { source = index }
      if source <= last[projection.target] {
        throw Misfit(
          .connection, needed: .option("the network's order of projections"),
          available: .option("inputs first, then hidden neurons ascending"), target: target.name,
          population: projection.name, detail: "the order matters where a current saturates",
          remedies: [
            Remedy(kind: .option, text: "list the projection earlier, or make one of those that share both ends")
          ])
      }
      last[projection.target] = source
    }
    var seen = [Int](repeating: -1, count: table.neuronCount * 2)
    for synapse in table.synapses {
      let place = synapse.target * 2 + synapse.current
      if seen[place] == synapse.source {
        throw Misfit(
          .connection, needed: .option("two synapses from one source to one neuron"), available: .option("one"),
          target: target.name, population: network.projections[synapse.projection].name,
          remedies: [Remedy(kind: .option, text: "make one synapse of the two")])
      }
      seen[place] = synapse.source
    }
  }

  /// Inputs reach only the first hidden neurons, and only the last ones reach readouts.
  func checkWindows(_ network: Network, _ table: ChipTable, target: Target, limits: ChipLimits) throws(Misfit) {
    for synapse in table.synapses {
      if synapse.source < table.inputCount, synapse.target >= limits.inputWindow {
        throw Misfit(
          .inputWindow, needed: .count(synapse.target + 1), available: .count(limits.inputWindow),
          target: target.name, population: network.projections[synapse.projection].name,
          detail: "inputs reach the first neurons only",
          remedies: [
            Remedy(kind: .size, text: "connect inputs to at most \(limits.inputWindow) neurons")
          ])
      }
      let fromEnd = hiddenCount - (synapse.source - table.inputCount)
      if synapse.target >= hiddenCount, fromEnd > limits.outputWindow {
        throw Misfit(
          .outputWindow, needed: .count(fromEnd), available: .count(limits.outputWindow),
          target: target.name, population: network.projections[synapse.projection].name,
          detail: "only the last hidden neurons reach readouts",
          remedies: [
            Remedy(kind: .size, text: "connect at most \(limits.outputWindow) neurons to readouts")
          ])
      }
    }
  }
}

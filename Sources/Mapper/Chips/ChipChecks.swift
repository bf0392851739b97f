import FixedPoint
import Networks
import NeuronCore
import Targets

/// The limits that all chips share, against the network that the chip is to run.
public struct ChipChecks {
  let network: Network
  let table: ChipTable
  let target: Target
  let limits: ChipLimits

  /// - Parameters:
  ///   - network: what the chip runs, with its relays.
  ///   - table: its synapses.
  public init(_ network: Network, table: ChipTable, target: Target, limits: ChipLimits) {
    self.network = network
    self.table = table
    self.target = target
    self.limits = limits
  }

  /// - Throws: the first misfit, which names the population or projection, the value and the limit.
  public func run() throws(Misfit) {
    try amount(.neurons, network.neuronCount, target.budgets.neuronsPerCore)
    try amount(.inputs, network.inputCount, target.budgets.inputs)
    try amount(.outputs, network.outputCount, target.budgets.outputs)
    for population in network.populations { try check(population) }
    try checkWeights()
    try amount(.synapses, table.synapses.count, limits.synapses)
    try checkFans()
  }

  private func check(_ population: Population) throws(Misfit) {
    for index in 0..<population.size {
      try value(.threshold, Int(population.threshold[index]), limits.thresholds, population.name)
      try value(.bias, Int(population.bias[index]), limits.biases, population.name)
    }
    for rule in [population.model.leak, population.model.currents.decay(of: 0), population.model.currents.decay(of: 1)]
    {
      guard case .linear(let lambda) = rule else { continue }
      try value(.leakAmount, Int(lambda), 0...limits.maximumLeakAmount, population.name)
    }
  }

  private func checkWeights() throws(Misfit) {
    var signs = [Int](repeating: 0, count: table.sourceCount)
    for synapse in table.synapses {
      let projection = network.projections[synapse.projection].name
      try value(.weight, synapse.weight, limits.weights, projection)
      guard limits.weightSigns == .perSource else { continue }
      let sign = synapse.weight.signum()
      if signs[synapse.source] == -sign {
        throw Misfit(
          .weightSign, needed: .option("both signs from source \(synapse.source - base(of: synapse))"),
          available: .option("one sign for all synapses of a source"), target: target.name, population: projection,
          remedies: [Remedy(kind: .option, text: "train for this target, which gives each source one sign")])
      }
      signs[synapse.source] = sign
    }
  }

  /// The number of the first source of a synapse's projection.
  private func base(of synapse: ChipTable.Synapse) -> Int {
    guard case .population(let index) = network.projections[synapse.projection].source else { return 0 }
    return network.inputCount + network.populationOffsets[index]
  }

  private func checkFans() throws(Misfit) {
    let names = sourceNames
    // What inputs reach is bounded by the neurons there are, or by a window.
    for source in table.inputCount..<table.sourceCount {
      let count = table.starts[source + 1] - table.starts[source]
      try amount(.fanOut, count, limits.synapsesPerNeuron, population: names(source))
    }
    guard limits.sourcesPerNeuron != Budgets.unlimited else { return }
    for (neuron, count) in table.fanIns.enumerated() {
      try amount(.fanIn, count, limits.sourcesPerNeuron, population: names(table.inputCount + neuron))
    }
  }

  /// The population of a source, nil for inputs.
  private var sourceNames: (Int) -> String? {
    let offsets = network.populationOffsets
    return { source in
      guard source >= network.inputCount else { return nil }
      let neuron = source - network.inputCount
      return network.populations[max(0, (offsets.firstIndex { $0 > neuron } ?? 1) - 1)].name
    }
  }

  private func amount(_ resource: Resource, _ needed: Int, _ available: Int, population: String? = nil) throws(Misfit) {
    if needed > available {
      throw Misfit(
        resource, needed: .count(needed), available: .count(available), target: target.name, population: population)
    }
  }

  private func value(_ resource: Resource, _ needed: Int, _ range: ClosedRange<Int>, _ population: String)
    throws(Misfit)
  {
    if range.contains(needed) { return }
    throw Misfit(
      resource, needed: .count(needed),
      available: .option("\(grouped(range.lowerBound)) to \(grouped(range.upperBound))"), target: target.name,
      population: population,
      remedies: [Remedy(kind: .option, text: "train for this target: `snnmap train --target \(target.name)`")])
  }
}

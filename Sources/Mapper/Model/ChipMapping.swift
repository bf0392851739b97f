import Networks
import NeuronCore
import Targets

/// How a network lies on a chip that is no grid of cores.
public struct ChipMapping: Sendable, Equatable {
  /// The network that the chip runs: the user's, changed where the chip asks for it, such as by relays.
  ///
  /// Its neurons are numbered as the chip numbers them.
  public var network: Network
  public var ports: ChipPorts
  /// The chip's own budgets, in the order of reports.
  public var uses: [ChipUse]
  /// What the user has to know, one sentence each: where the chip's run differs from the network as it was given.
  public var notes: [String]

  public init(network: Network, ports: ChipPorts, uses: [ChipUse], notes: [String] = []) {
    self.network = network
    self.ports = ports
    self.uses = uses
    self.notes = notes
  }
}

/// Where a network's inputs and outputs are on a chip.
public struct ChipPorts: Sendable, Equatable, Codable {
  /// The chip's address of each input line: a neuron, a row of the crossbar or a channel.
  public var inputs: [Int]
  /// The chip's neuron of each output.
  public var outputs: [Int]

  public init(inputs: [Int], outputs: [Int]) {
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// What is used of one of a chip's budgets.
public struct ChipUse: Sendable, Equatable, Codable {
  /// What is counted, in the plural: "synapses".
  public var name: String
  public var used: Int
  /// nil where nothing limits it.
  public var budget: Int?

  /// `Int.max` is no budget.
  public init(_ name: String, _ used: Int, of budget: Int) {
    self.name = name
    self.used = used
    self.budget = budget == Budgets.unlimited ? nil : budget
  }
}

extension Mapping {
  /// A chip's mapping: one core with all neurons in their order, whose records only the chip's family knows.
  public init(_ chip: ChipMapping, target: Target) {
    let network = chip.network
    var outputIndices = [Int?](repeating: nil, count: network.neuronCount)
    for (output, place) in network.outputNeurons.enumerated() { outputIndices[place.neuron] = output }
    var neurons: [MappedNeuron] = []
    for (index, population) in network.populations.enumerated() {
      for inner in 0..<population.size {
        neurons.append(
          MappedNeuron(
            population: index, index: inner, classIndex: 0,
            constants: .init(threshold: population.threshold[inner], bias: population.bias[inner]), routes: 0..<0,
            output: outputIndices[neurons.count]))
      }
    }
    let readings = network.outputs.flatMap { group in group.neurons.map { _ in group.reads } }
    self.init(
      target: target, inputCount: network.inputCount,
      populations: network.populations.map { MappedPopulation(name: $0.name, size: $0.size) },
      cores: [MappedCore(number: 0, classes: [], neurons: neurons, axons: [], rows: [], routes: [], synapses: [])],
      inputRouteStarts: [Int](repeating: 0, count: network.inputCount + 1), inputRoutes: [],
      outputs: zip(network.outputNeurons, readings).map {
        MappedOutput(core: 0, neuron: $0.neuron, shift: $0.shift, reads: $1)
      }, chip: chip)
  }
}

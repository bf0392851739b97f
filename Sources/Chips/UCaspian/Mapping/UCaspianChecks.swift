import Mapper
import Networks
import NeuronCore
import Targets

/// What the core asks of a network beyond the limits that all chips share.
struct UCaspianChecks {
  let network: Network
  let target: Target
  let limits: ChipLimits

  /// The greatest numbers that the packets hold, whatever a target file says.
  private static let greatest = (inputs: 128, neurons: UCaspianMachine.neuronCount)

  /// Checks that need no list of synapses, so that a network that is far too large is refused at once.
  func runEarly() throws(Misfit) {
    try amount(.inputs, network.inputCount, min(target.budgets.inputs, Self.greatest.inputs))
    let relays = network.inputCount
    let neurons = min(target.budgets.neuronsPerCore, Self.greatest.neurons)
    if network.neuronCount + relays > neurons {
      throw Misfit(
        .neurons, needed: .count(network.neuronCount + relays), available: .count(neurons), target: target.name,
        detail: relays > 0 ? "\(relays) of them are relays, one for each input line" : nil)
    }
    try checkOutputs()
    for population in network.populations { try check(population) }
    try ChipStarts(network, target: target).check()
  }

  private func amount(_ resource: Resource, _ needed: Int, _ available: Int) throws(Misfit) {
    if needed > available {
      throw Misfit(resource, needed: .count(needed), available: .count(available), target: target.name)
    }
  }

  /// The core clamps at 16 bits and nowhere else.
  private func check(_ population: Population) throws(Misfit) {
    for index in 0..<population.size {
      let floor = population.model.lowerBound.resolved(threshold: population.threshold[index])
      // At least one membrane above the threshold must be there to fire with; what exceeds it is reset.
      guard floor == -32768, population.model.upperBound > population.threshold[index] else {
        throw Misfit(
          .membraneBounds, needed: .option("\(floor) to \(population.model.upperBound)"),
          available: .option("-32768 to 32767"), target: target.name, population: population.name,
          remedies: [Remedy(kind: .option, text: "bound the membrane to -32768 to 32767")])
      }
    }
  }

  /// The core tells spikes alone, each neuron's once.
  private func checkOutputs() throws(Misfit) {
    var seen = Set<Int>()
    let outputs = network.outputNeurons
    var place = 0
    for group in network.outputs {
      guard group.reads == .spikes else {
        throw Misfit(
          .outputs, needed: .option("membranes"), available: .option("spikes"), target: target.name,
          population: group.name,
          remedies: [Remedy(kind: .option, text: "read spikes (decoder spike-count) and train again")])
      }
      for _ in group.neurons {
        guard seen.insert(outputs[place].neuron).inserted else {
          throw Misfit(
            .outputs, needed: .option("neuron \(outputs[place].neuron) as two outputs"),
            available: .option("one output for a neuron"), target: target.name, population: group.name,
            remedies: [Remedy(kind: .option, text: "list each neuron in one output group")])
        }
        place += 1
      }
    }
  }
}

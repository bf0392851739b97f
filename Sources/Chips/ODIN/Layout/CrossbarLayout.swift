import FixedPoint
import Mapper
import Networks
import NeuronCore
import Targets

/// Lays a network on a crossbar whose rows neurons and inputs share: neurons first, in their order, and input lines
/// above them.
struct CrossbarLayout<Family: CrossbarFamily & SingleChipFamily> {
  let network: Network
  let target: Target
  let limits: ChipLimits

  func mapping() throws(Misfit) -> ChipMapping {
    try checkRows()
    try checkOutputs()
    let table = ChipTable(network).withParallelsAdded
    try ChipChecks(network, table: table, target: target, limits: limits).run()
    for population in network.populations { try checkBounds(population) }
    let timing = InstantTiming(network)
    try timing.check(on: target)
    let lowered = timing.lowered(network)
    let rows = network.neuronCount + network.inputCount
    return ChipMapping(
      network: lowered,
      ports: ChipPorts(
        inputs: (0..<network.inputCount).map { network.neuronCount + $0 },
        outputs: network.outputNeurons.map(\.neuron)),
      uses: [
        ChipUse("rows of the crossbar", rows, of: CrossbarMemory.neuronCount),
        ChipUse("neurons", network.neuronCount, of: target.budgets.neuronsPerCore),
        ChipUse("synapses", table.synapses.count, of: limits.synapses),
      ], notes: notes(timing))
  }

  private func checkRows() throws(Misfit) {
    let (neurons, inputs) = (network.neuronCount, network.inputCount)
    let rows = CrossbarMemory.neuronCount
    guard neurons + inputs > rows else { return }
    throw Misfit(
      .rows, needed: .count(neurons + inputs), available: .count(rows), target: target.name,
      detail: "\(neurons) neurons and \(inputs) input lines share its \(rows) rows"
        + (inputs < rows ? "" : ", so that an input of at most \(rows - 1) lines leaves room for neurons"))
  }

  private func checkOutputs() throws(Misfit) {
    var owners = [Int: String]()
    let offsets = network.populationOffsets
    for group in network.outputs {
      if group.reads == .membranes {
        throw Misfit(
          .outputs, needed: .option("membranes of output group \(group.name)"), available: .option("spikes"),
          target: target.name, population: network.populations[group.population].name,
          remedies: [Remedy(kind: .option, text: "read spikes: train with a loss of spike counts")])
      }
      for neuron in group.neurons {
        if let other = owners.updateValue(group.name, forKey: offsets[group.population] + neuron) {
          throw Misfit(
            .outputs, needed: .option("two outputs for neuron \(neuron)"), available: .option("one"),
            target: target.name, population: network.populations[group.population].name,
            detail: "output groups \(other) and \(group.name)",
            remedies: [Remedy(kind: .option, text: "read each neuron once")])
        }
      }
    }
  }

  /// Below, membranes end where the chip's do; above, nothing but the threshold is left to tell.
  private func checkBounds(_ population: Population) throws(Misfit) {
    let range = Family.format.membranes
    for index in 0..<population.size {
      let threshold = population.threshold[index]
      let low = population.model.lowerBound.resolved(threshold: threshold)
      let high = Int64(population.model.upperBound)
      if low == range.lowerBound && (high >= Int64(threshold) || high == range.upperBound) { continue }
      throw Misfit(
        .membraneBounds, needed: .option("\(low) to \(high)"),
        available: .option("\(range.lowerBound) to \(range.upperBound)"), target: target.name,
        population: population.name,
        remedies: [
          Remedy(kind: .option, text: "bound the membrane to \(range.lowerBound) to \(range.upperBound)")
        ])
    }
  }

  private func notes(_ timing: InstantTiming) -> [String] {
    var notes = [
      "Spikes act within the tick, event by event, and a neuron may fire more than once in it: by nature the reference gives "
        + "other results; `snnmap evaluate --on emulator` tells the chip's."
    ]
    let names = timing.loops.indices.filter { timing.loops[$0] }.map { network.projections[$0].name }
    if !names.isEmpty {
      notes.append(
        "Recurrent spikes act within the tick too, in the chip's order of events, and not in the next one: "
          + names.joined(separator: ", ") + ".")
    }
    notes += timing.earlyOutputs(of: network)
    let room = Family.format.queuedEvents - 1
    if network.neuronCount > room {
      notes.append(
        "The queue of \(Family.core) keeps \(room) spikes beside the event that runs and loses further ones without a "
          + "sign, which the emulator does too; \(network.neuronCount) neurons could fire at once.")
    }
    return notes
  }
}

import Networks
import Targets

/// What a network asks of a target in any case, checked before its synapses are laid out.
///
/// Of a large network that cannot fit, this tells in a moment what filling cores would find at length.
struct EarlyChecks {
  let network: Network
  let target: Target

  func run() throws(Misfit) {
    try checkLines()
    try checkFanIn()
  }

  /// What is counted for the whole board.
  private func checkLines() throws(Misfit) {
    let budgets = target.budgets
    if network.inputCount > budgets.inputs {
      throw Misfit(
        .inputs, needed: .count(network.inputCount), available: .count(budgets.inputs), target: target.name)
    }
    if network.outputCount > budgets.outputs {
      throw Misfit(
        .outputs, needed: .count(network.outputCount), available: .count(budgets.outputs), target: target.name,
        population: network.outputs.first?.name)
    }
    let offsets = network.populationOffsets
    var isRead = [Bool](repeating: false, count: network.neuronCount)
    for group in network.outputs {
      for index in group.neurons {
        let neuron = offsets[group.population] + index
        if isRead[neuron] {
          throw Misfit(
            .outputs, needed: .option("two outputs for neuron \(index)"),
            available: .option("one output for each neuron"), target: target.name,
            population: network.populations[group.population].name,
            remedies: [Remedy(kind: .option, text: "name neuron \(index) in one output group only")])
        }
        isRead[neuron] = true
      }
    }
  }

  /// The axons and rows of the widest neuron of each population, against those of an empty core.
  ///
  /// What passes here may still fail as cores are filled: only one neuron of each population is tried.
  private func checkFanIn() throws(Misfit) {
    let room = min(target.budgets.axonsPerCore, target.budgets.synapseBytesPerCore)
    if room == Budgets.unlimited { return }
    let fanIn = FanIn(network)
    var facts: NeuronFacts?
    for population in network.populations.indices where fanIn.bound(of: population) > room {
      let neuron = fanIn.widest(of: population)
      let table = try SynapseTable(into: neuron, of: population, fanIn, target: target)
      let known = facts ?? NeuronFacts(network)
      facts = known
      let plan = Plan(network: network, target: target, facts: known, table: table)
      var builder = CoreBuilder(table: table, facts: known, storage: RowStorage(target))
      let place = UInt32(known.offsets[population] + neuron)
      do throws(CoreShortage) {
        _ = try builder.build([place], limits: plan.limits)
      } catch {
        throw plan.misfit(of: .neuron(place, error), loads: [], with: &builder)
      }
    }
  }
}

import Networks
import NeuronCore
import Targets

/// Puts filled cores, their places and their routes together.
struct Assembly {
  let plan: Plan

  /// - Parameter filled: the cores in the order of filling, no more than the target has.
  func mapping(of filled: [CoreContents]) -> Mapping {
    let placement = Placement(topology: plan.target.topology)
    let placed = filled.enumerated().map { (placement.number(of: $0), $1) }.sorted { $0.0 < $1.0 }
    let routing = Routing(placed.map(\.1), numbers: placed.map(\.0), table: plan.table)
    let outputs = outputIndices()
    let readings = plan.network.outputs.flatMap { group in group.neurons.map { _ in group.reads } }
    var mapping = Mapping(
      target: plan.target, inputCount: plan.table.inputCount,
      populations: plan.network.populations.map { MappedPopulation(name: $0.name, size: $0.size) }, cores: [],
      inputRouteStarts: Array(routing.starts[0...plan.table.inputCount]),
      inputRoutes: Array(routing.routes[0..<routing.starts[plan.table.inputCount]]),
      outputs: zip(plan.network.outputNeurons, readings).map {
        MappedOutput(core: 0, neuron: 0, shift: $0.shift, reads: $1)
      })
    for (number, contents) in placed {
      let core = core(contents, number: number, routing: routing, outputs: outputs)
      for (place, neuron) in core.neurons.enumerated() {
        guard let output = neuron.output else { continue }
        mapping.outputs[output].core = number
        mapping.outputs[output].neuron = place
      }
      mapping.cores.append(core)
    }
    return mapping
  }

  /// The output index of each neuron that is read out.
  private func outputIndices() -> [Int: Int] {
    var indices: [Int: Int] = [:]
    for (output, place) in plan.network.outputNeurons.enumerated() { indices[place.neuron] = output }
    return indices
  }

  private func core(
    _ contents: CoreContents, number: Int, routing: Routing, outputs: [Int: Int]
  ) -> MappedCore {
    var core = MappedCore(
      number: number, classes: [], neurons: [], axons: contents.axons, rows: contents.rows, routes: [],
      synapses: contents.synapses)
    core.neurons.reserveCapacity(contents.neurons.count)
    var classes: [Int: Int] = [:]
    for neuron in contents.neurons.map(Int.init) {
      let index = Int(plan.facts.population[neuron])
      let population = plan.network.populations[index]
      let inner = neuron - plan.facts.offsets[index]
      let model = plan.facts.model(of: neuron)
      let classIndex = classes[model] ?? core.classes.count
      if classIndex == core.classes.count {
        classes[model] = classIndex
        core.classes.append(plan.facts.models[model])
      }
      let first = core.routes.count
      core.routes += routing[plan.table.inputCount + neuron]
      core.neurons.append(
        MappedNeuron(
          population: index, index: inner, classIndex: classIndex,
          constants: NeuronConstants(
            threshold: population.threshold[inner], bias: population.bias[inner],
            start: UInt32(clamping: population.start[inner])),
          routes: first..<core.routes.count, output: outputs[neuron]))
    }
    return core
  }
}

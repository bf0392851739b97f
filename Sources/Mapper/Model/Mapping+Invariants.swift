import ImageFormat
import Networks
import NeuronCore
import Targets

/// What is wrong with a mapping; a mapper that gives one has a fault.
package struct InvariantViolation: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

extension Mapping {
  /// Compares a mapping with the network that it was made of and with its target.
  ///
  /// Every neuron is in one place with its parameters; the axons and rows that the routes of each source
  /// reach, put together again, are exactly the synapses of the network, merged as the mesh does; every
  /// budget holds; no axon can carry more than 255; no accumulator can leave its bits.
  package func checkInvariants(of network: Network) throws(InvariantViolation) {
    try checkNeurons(network)
    try checkBudgets()
    try checkRoutes()
    try checkSynapses(network)
    try checkBounds(network)
  }

  private func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws(InvariantViolation) {
    if !condition { throw InvariantViolation(problem()) }
  }

  private func checkNeurons(_ network: Network) throws(InvariantViolation) {
    let offsets = network.populationOffsets
    var seen = [Bool](repeating: false, count: network.neuronCount)
    let outputs = network.outputNeurons
    let readings = network.outputs.flatMap { group in group.neurons.map { _ in group.reads } }
    try require(outputs.count == self.outputs.count, "\(self.outputs.count) outputs for \(outputs.count)")
    for core in cores {
      for (place, neuron) in core.neurons.enumerated() {
        let global = offsets[neuron.population] + neuron.index
        try require(!seen[global], "neuron \(global) is mapped twice")
        seen[global] = true
        let population = network.populations[neuron.population]
        try require(core.classes[neuron.classIndex] == population.model, "neuron \(global) has another model")
        let constants = NeuronConstants(
          threshold: population.threshold[neuron.index], bias: population.bias[neuron.index],
          start: UInt32(population.start[neuron.index]))
        try require(neuron.constants == constants, "neuron \(global) has other constants")
        if let output = neuron.output {
          let expected = MappedOutput(
            core: core.number, neuron: place, shift: outputs[output].shift, reads: readings[output])
          try require(outputs[output].neuron == global, "output \(output) is neuron \(global)")
          try require(self.outputs[output] == expected, "output \(output) is listed elsewhere")
        } else {
          try require(!outputs.contains { $0.neuron == global }, "neuron \(global) lost its output")
        }
      }
    }
    try require(!seen.contains(false), "neuron \(seen.firstIndex(of: false) ?? 0) is not mapped")
  }

  private func checkBudgets() throws(InvariantViolation) {
    let budgets = target.budgets
    try require(cores.count <= target.topology.coreCount, "\(cores.count) cores")
    var previous = -1
    for core in cores {
      try require(core.number > previous && core.number < target.topology.coreCount, "core number \(core.number)")
      previous = core.number
      try require(!core.neurons.isEmpty, "core \(core.number) is empty")
      try require(core.neurons.count <= budgets.neuronsPerCore, "core \(core.number): neurons")
      try require(core.axons.count <= budgets.axonsPerCore, "core \(core.number): axons")
      try require(core.synapses.count <= budgets.synapseBytesPerCore, "core \(core.number): synapses")
      try require(core.routes.count <= budgets.routesPerCore, "core \(core.number): routes")
      try require(core.classes.count <= budgets.classesPerCore, "core \(core.number): classes")
      try require(Set(core.classes).count == core.classes.count, "core \(core.number): equal classes")
      var end = 0
      var contents = Set<[UInt8]>()
      for row in core.rows {
        try require(row.bytes.lowerBound == end, "core \(core.number): a gap between rows")
        end = row.bytes.upperBound
        let key = [row.format.rawValue, UInt8(row.bits)] + withUnsafeBytes(of: row.count, Array.init)
        try require(contents.insert(key + core.synapses[row.bytes]).inserted, "core \(core.number): equal rows")
      }
      try require(end == core.synapses.count, "core \(core.number): bytes without a row")
      try require(
        Set(core.axons.map(\.row)).count == core.rows.count, "core \(core.number): a row without an axon")
    }
    try require(inputRoutes.count <= budgets.inputTableEntries, "input table")
    try require(outputs.count <= budgets.outputs, "outputs")
  }

  private func checkRoutes() throws(InvariantViolation) {
    try require(inputRouteStarts.count == inputCount + 1, "input table has \(inputRouteStarts.count) lines")
    try require(inputRouteStarts.last == inputRoutes.count, "input table's end")
    var isUsed = cores.map { [Bool](repeating: false, count: $0.axons.count) }
    func use(_ route: Route) throws(InvariantViolation) {
      guard let core = index(ofCore: route.core), cores[core].axons.indices.contains(route.axon) else {
        throw InvariantViolation("a route to core \(route.core), axon \(route.axon)")
      }
      isUsed[core][route.axon] = true
    }
    for route in inputRoutes { try use(route) }
    for core in cores {
      var end = 0
      for neuron in core.neurons {
        try require(neuron.routes.lowerBound == end, "core \(core.number): a gap between routes")
        end = neuron.routes.upperBound
        for route in core.routes[neuron.routes] { try use(route) }
      }
      try require(end == core.routes.count, "core \(core.number): routes without a neuron")
    }
    try require(!isUsed.contains { $0.contains(false) }, "an axon that no route reaches")
  }
}

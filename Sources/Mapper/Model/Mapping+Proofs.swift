import Networks
import NeuronCore
import Targets

/// A synapse as the mesh merges it; `delay` is that of the network.
private struct MergedSynapse: Hashable {
  /// Inputs first, then neurons in the network's numbering.
  var source: Int
  var target: Int
  var delay: Int
  var current: Int
}

extension Mapping {
  /// Calls `body` with each source (inputs first, then neurons), its greatest count in a tick, and its routes.
  private func forEachSource(
    _ network: Network,
    _ body: (_ source: Int, _ cap: Int, _ routes: ArraySlice<Route>) throws(InvariantViolation) -> Void
  ) throws(InvariantViolation) {
    let offsets = network.populationOffsets
    for line in 0..<inputCount { try body(line, 255, routes(ofInput: line)) }
    for core in cores {
      for neuron in core.neurons {
        let source = inputCount + offsets[neuron.population] + neuron.index
        let cap = Int(network.populations[neuron.population].model.spikeCap)
        try body(source, cap, core.routes[neuron.routes])
      }
    }
  }

  /// Puts the network together again out of routes, axons and rows, and compares.
  func checkSynapses(_ network: Network) throws(InvariantViolation) {
    var difference: [MergedSynapse: Int64] = [:]
    let offsets = network.populationOffsets
    for projection in network.projections {
      var base = 0
      if case .population(let index) = projection.source { base = inputCount + offsets[index] }
      network.forEachSynapse(of: projection) { (source, target, weight, delay, current) throws(Never) in
        let key = MergedSynapse(
          source: base + source, target: offsets[projection.target] + target, delay: delay, current: current)
        difference[key, default: 0] += Int64(weight)
      }
    }
    try forEachSource(network) { (source, _, routes) throws(InvariantViolation) in
      if Set(routes).count != routes.count { throw InvariantViolation("source \(source) has a route twice") }
      for route in routes {
        guard let index = index(ofCore: route.core) else { continue }
        let core = cores[index]
        let axon = core.axons[route.axon]
        core.forEachSynapse(of: axon, layout: target.costs.layout) { neuron, weight in
          let place = core.neurons[neuron]
          let key = MergedSynapse(
            source: source, target: offsets[place.population] + place.index,
            delay: axon.delay + (source < inputCount ? 0 : 1), current: axon.current)
          difference[key, default: 0] -= Int64(weight)
        }
      }
    }
    if let wrong = difference.first(where: { $0.value != 0 }) {
      throw InvariantViolation("\(wrong.key) differs by \(wrong.value)")
    }
  }

  /// Counts stay within 255 on every axon, and sums within the accumulator of every neuron.
  func checkBounds(_ network: Network) throws(InvariantViolation) {
    var caps = cores.map { [Int](repeating: 0, count: $0.axons.count) }
    var sums = cores.map { [Int64](repeating: 0, count: $0.neurons.count) }
    try forEachSource(network) { (_, cap, routes) throws(InvariantViolation) in
      for route in routes {
        guard let index = index(ofCore: route.core) else { continue }
        caps[index][route.axon] += cap
        cores[index].forEachSynapse(of: cores[index].axons[route.axon], layout: target.costs.layout) {
          sums[index][$0] += Int64($1.magnitude) * Int64(cap)
        }
      }
    }
    if caps.contains(where: { $0.contains { $0 > 255 } }) { throw InvariantViolation("an axon can exceed 255") }
    let limit = target.arithmetic.accumulatorBits == 32 ? Int64(1) << 31 : 1 << 62
    for (core, bounds) in zip(cores, sums) {
      for (neuron, bound) in zip(core.neurons, bounds) {
        let model = core.classes[neuron.classIndex]
        let threshold = neuron.constants.threshold
        let membrane = max(abs(model.lowerBound.resolved(threshold: threshold)), Int64(model.upperBound))
        let own = Int64(neuron.constants.bias.magnitude) + Int64(model.spikeCap) * Int64(threshold.magnitude) + membrane
        if bound + own >= limit { throw InvariantViolation("core \(core.number): a sum can reach \(bound + own)") }
      }
    }
  }
}

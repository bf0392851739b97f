import NeuronCore

extension Network {
  /// Checks everything that a network must fulfil to mean something; whoever reads one from outside
  /// calls this before using it.
  ///
  /// - Throws: the first fault in the order populations, projections, outputs.
  public func validate() throws(NetworkError) {
    try validate(leastDelayBetweenNeurons: 1)
  }

  /// The same for layers trained on clocks of their own, whose delays between neurons may be 0.
  func validate(leastDelayBetweenNeurons leastDelay: Int) throws(NetworkError) {
    try checkSizes()
    for (index, population) in populations.enumerated() {
      try population.validate(as: .population(index: index, name: population.name))
    }
    var incoming = [IncomingBound](repeating: IncomingBound(), count: populations.count)
    var synapses = 0
    for (index, projection) in projections.enumerated() {
      let element = NetworkElement.projection(index: index, name: projection.name)
      let count = try validate(projection, as: element, leastDelay: leastDelay)
      // Both are at most `NetworkLimits.synapses`.
      synapses += count
      if synapses > NetworkLimits.synapses {
        throw .tooMany("synapses", of: .network, count: synapses, limit: NetworkLimits.synapses)
      }
      let bound = projection.connectivity.weightMagnitudeBound
      if !incoming[projection.target].add(synapses: count, magnitude: bound) { throw .sumTooWide(element) }
    }
    for (index, output) in outputs.enumerated() {
      try validate(output, as: .output(index: index, name: output.name))
    }
  }

  private func checkSizes() throws(NetworkError) {
    try check("inputs", inputCount, in: 0...NetworkLimits.neurons, of: .network)
    if populations.isEmpty { throw .empty("populations", of: .network) }
    try limit("populations", populations.count, NetworkLimits.populations)
    try limit("projections", projections.count, NetworkLimits.projections)
    try limit("output groups", outputs.count, NetworkLimits.outputGroups)
    var neurons = 0
    for (index, population) in populations.enumerated() {
      let element = NetworkElement.population(index: index, name: population.name)
      try check("size", population.size, in: 1...NetworkLimits.neurons, of: element)
      neurons += population.size
      try limit("neurons", neurons, NetworkLimits.neurons)
    }
  }

  private func limit(_ what: String, _ count: Int, _ limit: Int) throws(NetworkError) {
    if count > limit { throw .tooMany(what, of: .network, count: count, limit: limit) }
  }

  private func validate(_ output: OutputGroup, as element: NetworkElement) throws(NetworkError) {
    try check("population", output.population, in: 0...populations.count - 1, of: element)
    if output.neurons.isEmpty { throw .empty("neurons", of: element) }
    let last = populations[output.population].size - 1
    try check("first neuron", output.neurons.lowerBound, in: 0...last, of: element)
    try check("last neuron", output.neurons.upperBound - 1, in: 0...last, of: element)
    try check("shift", output.shift, in: 0...NetworkLimits.start, of: element)
    let population = populations[output.population]
    if output.reads == .membranes && !population.cannotSpike {
      throw .readoutCanSpike(element, population: population.name, upperBound: Int(population.model.upperBound))
    }
  }
}

/// A bound on what can arrive at a neuron of one population in one tick.
private struct IncomingBound {
  private var total: Int64 = 0

  /// Adds synapses; false when 2⁶² could be passed.
  mutating func add(synapses: Int, magnitude: Int64) -> Bool {
    let (product, productOverflow) = Int64(synapses).multipliedReportingOverflow(by: magnitude &* 255)
    let (sum, sumOverflow) = total.addingReportingOverflow(product)
    total = sum
    return !productOverflow && !sumOverflow && sum < 1 << 62
  }
}

/// Throws unless a number lies in its range.
func check(
  _ what: String, _ value: Int, in allowed: ClosedRange<Int>, of element: NetworkElement, index: Int? = nil
) throws(NetworkError) {
  if !allowed.contains(value) {
    throw .outOfRange(what, of: element, index: index, value: value, allowed: allowed)
  }
}

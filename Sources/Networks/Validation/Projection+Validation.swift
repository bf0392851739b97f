import NeuronCore

extension Network {
  /// Checks one projection and counts its synapses.
  func validate(
    _ projection: Projection, as element: NetworkElement, leastDelay: Int
  ) throws(NetworkError) -> Int {
    let populationRange = 0...populations.count - 1
    try check("target population", projection.target, in: populationRange, of: element)
    var least = 0
    if case .population(let index) = projection.source {
      try check("source population", index, in: populationRange, of: element)
      least = leastDelay
    }
    let target = populations[projection.target]
    let currents = 0...max(target.model.currents.count - 1, 0)
    try checkDelay(projection.delay, least: least, element, synapse: nil)
    try check("current", projection.current, in: currents, of: element)
    let sources = sourceCount(of: projection)
    let synapses = try projection.connectivity.validate(as: element, sources: sources, targets: target.size)
    if case .sparse(let list) = projection.connectivity {
      for (index, delay) in list.delays.enumerated() {
        try checkDelay(Int(delay), least: least, element, synapse: index)
      }
      for (index, current) in list.currents.enumerated() {
        try check("current", Int(current), in: currents, of: element, index: index)
      }
    }
    return synapses
  }

  private func checkDelay(
    _ delay: Int, least: Int, _ element: NetworkElement, synapse: Int?
  ) throws(NetworkError) {
    if delay < least { throw .delayTooShort(element, synapse: synapse, delay: delay, minimum: least) }
    try check("delay", delay, in: least...NetworkLimits.delay, of: element, index: synapse)
  }
}

extension Connectivity {
  /// Checks shapes, indices and counts, and counts the synapses.
  fileprivate func validate(
    as element: NetworkElement, sources: Int, targets: Int
  ) throws(NetworkError) -> Int {
    switch self {
    case .dense(let weights):
      // Both sizes are at most 2²⁴.
      try limitSynapses(sources * targets, element)
      try checkCount("weights", weights.count, expected: sources * targets, element)
      return weights.count
    case .sparse(let list):
      return try list.validate(as: element, sources: sources, targets: targets)
    case .convolution(let convolution):
      return try convolution.validate(as: element, sources: sources, targets: targets)
    case .sumPooling(let pooling):
      return try pooling.validate(as: element, sources: sources, targets: targets)
    case .oneToOne(let weights):
      try checkCount("neurons in the target", targets, expected: sources, element)
      if weights.count != 1 { try checkCount("weights", weights.count, expected: sources, element) }
      return sources
    }
  }

  /// A bound on the magnitude of a weight: that of the stored width, or the true one of wide weights.
  var weightMagnitudeBound: Int64 {
    switch self {
    case .dense(let weights), .oneToOne(let weights): weights.magnitudeBound
    case .sparse(let list): list.weights.magnitudeBound
    case .convolution(let convolution): convolution.weights.magnitudeBound
    case .sumPooling(let pooling): Int64(pooling.weight.magnitude)
    }
  }
}

extension Weights {
  /// No weight's magnitude is greater; found without reading the weights where their width says enough.
  fileprivate var magnitudeBound: Int64 {
    switch element {
    case .int8: 128
    case .int16: 32768
    case .int32: greatestMagnitude
    }
  }

  private var greatestMagnitude: Int64 {
    withBytes { bytes in
      var greatest: UInt32 = 0
      for index in 0..<count {
        greatest = max(greatest, bytes.loadUnaligned(fromByteOffset: index &* 4, as: Int32.self).magnitude)
      }
      return Int64(greatest)
    }
  }
}

extension SparseSynapses {
  fileprivate func validate(
    as element: NetworkElement, sources sourceCount: Int, targets targetCount: Int
  ) throws(NetworkError) -> Int {
    let count = sources.count
    try limitSynapses(count, element)
    try checkCount("target indices", targets.count, expected: count, element)
    try checkCount("weights", weights.count, expected: count, element)
    if !delays.isEmpty { try checkCount("delays", delays.count, expected: count, element) }
    if !currents.isEmpty { try checkCount("currents", currents.count, expected: count, element) }
    for index in 0..<count {
      if sources[index] >= sourceCount {
        let allowed = 0...max(sourceCount - 1, 0)
        throw .outOfRange("source", of: element, index: index, value: Int(sources[index]), allowed: allowed)
      }
      if targets[index] >= targetCount {
        let allowed = 0...targetCount - 1
        throw .outOfRange("target", of: element, index: index, value: Int(targets[index]), allowed: allowed)
      }
    }
    return count
  }
}

func checkCount(
  _ what: String, _ actual: Int, expected: Int, _ element: NetworkElement
) throws(NetworkError) {
  if actual != expected { throw .wrongCount(what, of: element, expected: expected, actual: actual) }
}

func limitSynapses(_ count: Int, _ element: NetworkElement) throws(NetworkError) {
  if count > NetworkLimits.synapses {
    throw .tooMany("synapses", of: element, count: count, limit: NetworkLimits.synapses)
  }
}

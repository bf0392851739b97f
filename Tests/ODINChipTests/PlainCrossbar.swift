import FixedPoint
import Networks
import NeuronCore

/// A crossbar core as its description has it, neuron by neuron and event by event, made from the network.
struct PlainCrossbar {
  /// [row][neuron].
  var weights: [[Int]]
  var thresholds: [Int] = []
  var leaks: [Int] = []
  let bounds: ClosedRange<Int>
  /// The spikes kept beside the event that runs.
  let room: Int
  let neuronCount: Int
  var membranes: [Int]
  /// The counts of the tick.
  var counts: [Int]
  var queue: [Int] = []

  init(_ network: Network, on core: Core) {
    bounds = core.membranes
    room = core.queueRoom
    neuronCount = network.neuronCount
    membranes = Array(repeating: 0, count: neuronCount)
    counts = membranes
    weights = Array(repeating: membranes, count: neuronCount + network.inputCount)
    let offsets = network.populationOffsets
    for projection in network.projections {
      var row = neuronCount
      if case .population(let source) = projection.source { row = offsets[source] }
      let column = offsets[projection.target]
      network.forEachSynapse(of: projection) { (source, target, weight, _, _) throws(Never) in
        weights[row + source][column + target] += Int(weight)
      }
    }
    for population in network.populations {
      for neuron in 0..<population.size {
        thresholds.append(Int(population.threshold[neuron]))
        if case .linear(let amount) = population.model.leak { leaks.append(Int(amount)) } else { leaks.append(0) }
      }
    }
  }

  /// - Returns: whether the tick comes to an end within the budget.
  mutating func tick(_ input: ArraySlice<UInt8>) -> Bool {
    for neuron in 0..<neuronCount {
      counts[neuron] = 0
      let membrane = membranes[neuron]
      change(neuron, to: membrane >= 0 ? max(0, membrane - leaks[neuron]) : min(0, membrane + leaks[neuron]))
    }
    if !drain() { return false }
    for (line, count) in input.enumerated() {
      for _ in 0..<count {
        queue.append(neuronCount + line)
        if !drain() { return false }
      }
    }
    return true
  }

  private mutating func change(_ neuron: Int, to value: Int) {
    membranes[neuron] = min(max(value, bounds.lowerBound), bounds.upperBound)
    guard membranes[neuron] >= thresholds[neuron] else { return }
    membranes[neuron] = 0
    counts[neuron] += 1
    if queue.count < room + 1 { queue.append(neuron) }
  }

  private mutating func drain() -> Bool {
    var done = 0
    while let row = queue.first {
      if done == 65_536 { return false }
      done += 1
      for neuron in 0..<neuronCount { change(neuron, to: membranes[neuron] + weights[row][neuron]) }
      queue.removeFirst()
    }
    return true
  }
}

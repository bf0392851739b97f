import FixedPoint
import Networks
import NeuronCore
import TestSupport

/// A random network that fits a core, with samples for it.
struct RandomCrossbar {
  let network: Network
  let ticks: Int
  let input: [UInt8]

  /// - Parameter recurrent: whether populations may feed themselves and earlier ones.
  init(seed: UInt64, on core: Core, recurrent: Bool) {
    var random = RandomStream(seed: seed, stream: 0x6F64_696E)
    let inputs = random.within(1...40)
    let count = random.within(1...4)
    var populations: [Population] = []
    var projections: [Projection] = []
    let sizes = (0..<count).map { _ in random.within(1...50) }
    // Sources of one sign each, as ODIN asks.
    var signs: [[Int]] = []
    for size in [inputs] + sizes { signs.append((0..<size).map { _ in random.oneIn(3) ? -1 : 1 }) }
    func add(from source: Int, to target: Int, delay: Int, gain: Int) {
      var list = SparseSynapses(sources: [], targets: [], weights: Weights([Int8]()))
      var weights: [Int8] = []
      for pre in signs[source].indices {
        for post in 0..<sizes[target] where random.oneIn(2) {
          let magnitude = random.within(0...min(gain, 7))
          let signed =
            core == .odin
            ? signs[source][pre] * magnitude : random.oneIn(3) ? -random.within(0...min(gain, 8)) : magnitude
          list.sources.append(UInt32(pre))
          list.targets.append(UInt32(post))
          weights.append(Int8(signed))
        }
      }
      list.weights = Weights(weights)
      projections.append(
        Projection(
          name: "s\(projections.count)", source: source == 0 ? .input : .population(source - 1), target: target,
          connectivity: .sparse(list), delay: delay))
    }
    for index in 0..<count {
      let leak: DecayRule = random.oneIn(3) ? .none : .linear(amount: UInt32(random.within(0...9)))
      let thresholds = (0..<sizes[index]).map { _ in Int32(random.within(1...60)) }
      populations.append(
        Population(
          name: "p\(index)", size: sizes[index], model: core.model(leak: leak), threshold: .each(thresholds),
          start: .uniform(Int32(index))))
      add(from: index, to: index, delay: index == 0 ? 0 : 1, gain: 7)
      // A shortcut waits for the way through the layers.
      if index > 0 && random.oneIn(2) { add(from: 0, to: index, delay: index, gain: 7) }
    }
    if recurrent {
      add(from: count, to: random.within(0...count - 1), delay: random.within(1...3), gain: random.within(1...3))
    }
    let last = random.within(0...count - 1)
    network = Network(
      inputCount: inputs, populations: populations, projections: projections,
      outputs: [
        OutputGroup(name: "out", population: last, neurons: 0..<sizes[last], shift: last + random.within(0...2))
      ])
    ticks = random.within(1...12)
    input = random.input(count: inputs, ticks: ticks, maximum: random.oneIn(2) ? 1 : 4)
  }
}

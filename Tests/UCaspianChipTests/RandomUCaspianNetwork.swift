import FixedPoint
import Networks
import NeuronCore

/// Networks as the uCaspian core takes them, by seed: any populations and delays, small thresholds, some starts that
/// nothing arrives before.
struct RandomUCaspianNetwork {
  var network: Network
  /// [ticks][inputs], counts of 0 and 1.
  var input: [UInt8]
  var ticks: Int

  /// - Parameter ownDelays: whether synapses of one neuron may have different delays, which takes relays.
  init(seed: UInt64, ownDelays: Bool) {
    var random = RandomStream(seed: seed, stream: 0x75_6361_7370)
    func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.next() % UInt32(range.count)) }
    let inputs = within(1...20)
    var populations: [Population] = []
    for index in 0..<within(1...3) {
      let size = within(1...20)
      // Thresholds that some inputs pass and others do not, and now and then corners.
      let thresholds = (0..<size).map { _ in Int32(within(0...9) == 0 ? [0, 255][within(0...1)] : within(0...120)) }
      populations.append(
        Population(
          name: "p\(index)", size: size,
          model: NeuronModel(
            upperBound: within(0...1) == 0 ? 32767 : 300, accumulator: within(0...1) == 0 ? .exact : .wrap16,
            compare: .above, reset: .zero), threshold: .each(thresholds)))
    }
    let sparsity = within(0...4)
    func synapses(_ sources: Int, _ targets: Int, _ delays: ClosedRange<Int>) -> Connectivity {
      var list = (sources: [UInt32](), targets: [UInt32](), weights: [Int32](), delays: [UInt16]())
      for source in 0..<sources {
        for target in 0..<targets where within(0...sparsity) == 0 {
          list.sources.append(UInt32(source))
          list.targets.append(UInt32(target))
          list.weights.append(Int32(within(0...2) == 0 ? within(-128...127) : within(0...127)))
          if ownDelays { list.delays.append(UInt16(within(delays))) }
        }
      }
      return .sparse(
        SparseSynapses(
          sources: list.sources, targets: list.targets, weights: Weights(list.weights), delays: list.delays))
    }
    // One delay for all that leaves a population, where synapses have none of their own.
    let inputDelay = within(0...15)
    var projections: [Projection] = []
    for target in populations.indices where target == 0 || within(0...1) == 0 {
      projections.append(
        Projection(
          name: "in \(target)", source: .input, target: target,
          connectivity: synapses(inputs, populations[target].size, 0...15), delay: inputDelay))
    }
    for source in populations.indices {
      let delay = within(1...16)
      for target in populations.indices where within(0...1) == 0 {
        projections.append(
          Projection(
            name: "\(source) to \(target)", source: .population(source), target: target,
            connectivity: synapses(populations[source].size, populations[target].size, 1...16), delay: delay))
      }
    }
    if !ownDelays && inputDelay > 0 && within(0...1) == 0 {
      // Nothing arrives before the shortest way from the inputs.
      populations[0].start = .uniform(Int32(within(0...1)))
    }
    let last = populations.count - 1
    let first = within(0...populations[last].size - 1)
    network = Network(
      name: "random", inputCount: inputs, populations: populations, projections: projections,
      outputs: [
        OutputGroup(name: "out", population: last, neurons: first..<populations[last].size, shift: within(0...3))
      ])
    ticks = within(1...60)
    let rarity = within(1...6)
    input = (0..<ticks * inputs).map { _ in within(0...rarity) == 0 ? 1 : 0 }
  }
}

import FixedPoint
import Networks
import NeuronCore

/// A network by seed for the emulator's benchmarks.
enum EmulatedNetwork: String, CaseIterable {
  /// 784-512-10, every synapse of 8 bits.
  case dense = "784-512-10"
  /// 10,000 neurons, each with 1,000 synapses on others.
  case recurrent10k = "recurrent-10k"
  /// 100,000 neurons, each with 1,000 synapses on others.
  case recurrent100k = "recurrent-100k"
  /// 16-63-8 on a Xylo: every synapse, synaptic currents, no recurrence.
  case xylo = "xylo-16-63-8"

  var ticks: Int {
    switch self {
    case .dense: 100
    case .xylo: 1000
    case .recurrent10k: 1000
    case .recurrent100k: 200
    }
  }

  /// The network; the threshold of its hidden layer, or of all its neurons, is given.
  func network(seed: UInt64, threshold: Int32) -> Network {
    switch self {
    case .dense: Self.layers([784, 512, 10], seed: seed, threshold: threshold)
    case .xylo: Self.currents([16, 63, 8], seed: seed)
    case .recurrent10k: Self.recurrent(10_000, synapses: 1_000, seed: seed, threshold: threshold)
    case .recurrent100k: Self.recurrent(100_000, synapses: 1_000, seed: seed, threshold: threshold)
    }
  }

  /// The target where none is named.
  var standardTarget: String { self == .xylo ? "xylo-audio-2" : "sim" }

  /// What the threshold is searched for: the activity of the hidden layer, spikes a neuron and tick.
  ///
  /// Nil: the threshold is `standardThreshold`.
  var hiddenActivity: Double? { self == .dense ? 0.1 : nil }

  /// For recurrent networks: with the bias about 12 spikes a second at ticks of 1 ms.
  static let standardThreshold: Int32 = 15_500

  /// The least to the greatest threshold that may be found.
  static let thresholds: ClosedRange<Int32> = 64...30_000

  private static func layers(_ sizes: [Int], seed: UInt64, threshold: Int32) -> Network {
    var populations: [Population] = []
    var projections: [Projection] = []
    for layer in 1..<sizes.count {
      var stream = RandomStream(seed: seed, stream: UInt64(layer))
      let weights = (0..<sizes[layer - 1] * sizes[layer]).map { _ in weight(&stream) }
      let isHidden = layer + 1 < sizes.count
      populations.append(
        Population(
          name: isHidden ? "hidden" : "output", size: sizes[layer], model: .lif(leak: .floor(shift: 4)),
          threshold: .uniform(isHidden ? threshold : 500)))
      projections.append(
        Projection(
          name: "to layer \(layer)", source: layer == 1 ? .input : .population(layer - 2), target: layer - 1,
          connectivity: .dense(Weights(weights)), delay: layer == 1 ? 0 : 1))
    }
    return Network(
      name: sizes.map(String.init).joined(separator: "-"), inputCount: sizes[0], populations: populations,
      projections: projections,
      outputs: [
        OutputGroup(name: "output", population: sizes.count - 2, neurons: 0..<sizes[sizes.count - 1], shift: 0)
      ])
  }

  /// Layers of neurons with a synaptic current each, as a Xylo has them.
  private static func currents(_ sizes: [Int], seed: UInt64) -> Network {
    var populations: [Population] = []
    var projections: [Projection] = []
    for layer in 1..<sizes.count {
      var stream = RandomStream(seed: seed, stream: UInt64(layer))
      let weights = (0..<sizes[layer - 1] * sizes[layer]).map { _ in weight(&stream) }
      let isHidden = layer + 1 < sizes.count
      let model = NeuronModel(
        accumulator: .saturatePerEvent, currents: .one(.atLeastOneFloor(shift: 2)), leak: .atLeastOneFloor(shift: 3),
        sum: .perTerm16, compare: .atLeast, reset: .subtractBeforeLeak, spikeCap: isHidden ? 31 : 1)
      populations.append(
        Population(name: isHidden ? "hidden" : "output", size: sizes[layer], model: model, threshold: .uniform(400)))
      projections.append(
        Projection(
          name: "to layer \(layer)", source: layer == 1 ? .input : .population(layer - 2), target: layer - 1,
          connectivity: .dense(Weights(weights)), delay: layer == 1 ? 0 : 1))
    }
    return Network(
      name: sizes.map(String.init).joined(separator: "-"), inputCount: sizes[0], populations: populations,
      projections: projections,
      outputs: [
        OutputGroup(name: "output", population: sizes.count - 2, neurons: 0..<sizes[sizes.count - 1], shift: 0)
      ])
  }

  /// Leaky neurons with a bias each and random synapses: synapse k of a neuron goes to a random one of the k-th share of all.
  private static func recurrent(_ count: Int, synapses: Int, seed: UInt64, threshold: Int32) -> Network {
    var stream = RandomStream(seed: seed, stream: 0)
    let share = UInt32(count / synapses)
    var sources: [UInt32] = []
    var targets: [UInt32] = []
    var weights: [Int8] = []
    sources.reserveCapacity(count * synapses)
    targets.reserveCapacity(count * synapses)
    weights.reserveCapacity(count * synapses)
    for source in 0..<UInt32(count) {
      for synapse in 0..<UInt32(synapses) {
        sources.append(source)
        targets.append(synapse * share + stream.next() % share)
        weights.append(weight(&stream))
      }
    }
    let bias = (0..<count).map { _ in 300 + Int32(stream.next() % 101) }
    return Network(
      name: "recurrent \(count) x \(synapses)", inputCount: 0,
      populations: [
        Population(
          name: "recurrent", size: count, model: .lif(leak: .floor(shift: 6)), threshold: .uniform(threshold),
          bias: .each(bias))
      ],
      projections: [
        Projection(
          name: "recurrent", source: .population(0), target: 0,
          connectivity: .sparse(SparseSynapses(sources: sources, targets: targets, weights: Weights(weights))), delay: 1
        )
      ],
      outputs: [OutputGroup(name: "first", population: 0, neurons: 0..<1, shift: 0)])
  }

  /// −127…127 without 0.
  private static func weight(_ stream: inout RandomStream) -> Int8 {
    let magnitude = Int8(truncatingIfNeeded: 1 + stream.next() % 127)
    return stream.next() & 1 == 0 ? magnitude : -magnitude
  }
}

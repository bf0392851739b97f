import Networks
import NeuronCore

/// Two input lines, a neuron that spikes when both are active in the same tick, and one that repeats it 3 ticks later.
enum CoincidenceDetector {
  static let ticks = 10

  static var document: NetworkDocument {
    // In every tick a membrane loses half of what it holds.
    let model = NeuronModel.lif(leak: .floor(shift: 1))
    let network = Network(
      name: "coincidence", inputCount: 2,
      populations: [
        Population(name: "detector", size: 1, model: model, threshold: .uniform(10)),
        Population(name: "echo", size: 1, model: model, threshold: .uniform(1)),
      ],
      projections: [
        Projection(
          name: "both", source: .input, target: 0, connectivity: .dense(Weights([6, 6] as [Int8])), delay: 0),
        Projection(
          name: "later", source: .population(0), target: 1, connectivity: .dense(Weights([1] as [Int8])), delay: 3),
      ],
      outputs: [
        OutputGroup(name: "detector", population: 0, neurons: 0..<1, shift: 0),
        OutputGroup(name: "echo", population: 1, neurons: 0..<1, shift: 0),
      ])
    return NetworkDocument(
      network: network, ticks: ticks, coding: InputCoding(kind: .spikes), decoder: .spikeCount,
      classNames: ["detector", "echo"])
  }

  /// One sample, [ticks][inputs]: line 0 alone in tick 0, line 1 alone in tick 1, both in tick 5.
  static var input: [UInt8] {
    var counts = [UInt8](repeating: 0, count: ticks * 2)
    counts[0 * 2 + 0] = 1
    counts[1 * 2 + 1] = 1
    counts[5 * 2 + 0] = 1
    counts[5 * 2 + 1] = 1
    return counts
  }
}

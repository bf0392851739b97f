import FixedPoint
import Networks
import NeuronCore

/// Networks as a Xylo takes them, by seed: inputs, one or two hidden populations, readouts; weights that saturate now
/// and then.
struct RandomXyloNetwork {
  var network: Network
  /// [ticks][inputs], counts up to 15.
  var input: [UInt8]
  var ticks: Int

  init(seed: UInt64) {
    var random = RandomStream(seed: seed, stream: 0x78_796C6F)
    func within(_ range: ClosedRange<Int>) -> Int {
      range.lowerBound + Int(random.next() % UInt32(range.count))
    }
    func decay() -> DecayRule { .atLeastOneFloor(shift: UInt8(within(0...9))) }
    let inputs = within(1...16)
    let hiddenPopulations = within(1...2)
    var populations: [Population] = []
    func population(_ name: String, _ size: Int, cap: UInt8, currents: CurrentDecays) -> Population {
      let model = NeuronModel(
        accumulator: .saturatePerEvent, currents: currents, leak: decay(), sum: .perTerm16, compare: .atLeast,
        reset: .subtractBeforeLeak, spikeCap: cap)
      let biases: PerNeuron =
        within(0...2) == 0 ? .each((0..<size).map { _ in Int32(within(-200...200)) }) : .uniform(0)
      return Population(
        name: name, size: size, model: model, threshold: .each((0..<size).map { _ in Int32(within(1...6000)) }),
        bias: biases)
    }
    for index in 0..<hiddenPopulations {
      let currents: CurrentDecays = within(0...1) == 0 ? .one(decay()) : .two(decay(), decay())
      populations.append(population("hidden \(index)", within(1...70), cap: 31, currents: currents))
    }
    populations.append(population("out", within(1...8), cap: 1, currents: .one(decay())))
    let readout = hiddenPopulations
    let shifts = (within(0...6), within(0...5), within(0...5))
    var projections: [Projection] = []
    func project(_ source: ProjectionSource, _ size: Int, to target: Int, shift: Int, delay: Int) {
      let count = populations[target].size
      let currents = populations[target].model.currents.count
      if within(0...1) == 0 {
        let weights = (0..<size * count).map { _ in Int32(within(-128...127)) << Int32(shift) }
        projections.append(
          Projection(
            name: "\(source) to \(target)", source: source, target: target, connectivity: .dense(Weights(weights)),
            delay: delay, current: within(0...currents - 1)))
      } else {
        var list = (sources: [UInt32](), targets: [UInt32](), weights: [Int32](), currents: [UInt8]())
        for from in 0..<size {
          for to in 0..<count where within(0...3) == 0 {
            list.sources.append(UInt32(from))
            list.targets.append(UInt32(to))
            list.weights.append(Int32(within(-128...127)) << Int32(shift))
            list.currents.append(UInt8(within(0...currents - 1)))
          }
        }
        projections.append(
          Projection(
            name: "\(source) to \(target)", source: source, target: target,
            connectivity: .sparse(
              SparseSynapses(
                sources: list.sources, targets: list.targets, weights: Weights(list.weights),
                currents: list.currents)), delay: delay))
      }
    }
    for target in 0..<hiddenPopulations {
      project(.input, inputs, to: target, shift: shifts.0, delay: 0)
      for source in 0..<hiddenPopulations where within(0...1) == 0 {
        project(.population(source), populations[source].size, to: target, shift: shifts.1, delay: 1)
      }
    }
    for source in 0..<hiddenPopulations {
      project(.population(source), populations[source].size, to: readout, shift: shifts.2, delay: 1)
    }
    network = Network(
      name: "random", inputCount: inputs, populations: populations, projections: projections,
      outputs: [
        OutputGroup(name: "out", population: readout, neurons: 0..<populations[readout].size, shift: within(0...2))
      ])
    ticks = within(1...40)
    input = (0..<ticks * inputs).map { _ in within(0...3) == 0 ? UInt8(within(1...15)) : 0 }
  }
}

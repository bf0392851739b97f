import FixedPoint
import Mapper
import MeshMachine
import Networks
import NeuronCore
import TestSupport
import Testing

/// Every option of the neurons, one at a time.
@Suite struct NeuronOptionTests {
  /// Options that differ from plain ones in one place.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let options: RandomOptions

    init(_ name: String, _ change: (inout RandomOptions) -> Void) {
      testDescription = name
      var options = RandomOptions.mesh
      options.populations = 1...3
      options.membraneBits = [16]
      options.maximumCurrents = 0
      options.floorsAtMinusThreshold = [false]
      options.sums = [.exact]
      options.compares = [.atLeast]
      options.resets = [.subtractAfterLeak]
      options.spikeCaps = [1]
      options.refractoryTicks = 0...0
      options.starts = 0...0
      options.nonPositiveThresholdsOneIn = 0
      change(&options)
      self.options = options
    }
  }

  static let cases: [Case] =
    RandomOptions.Leak.allCases.map { leak in Case("leak \(leak)") { $0.leaks = [leak] } }
    + Reset.allCases.map { reset in Case("reset \(reset)") { $0.resets = [reset] } }
    + [
      Case("compare above") { $0.compares = [.above] },
      Case("sum perTerm16") { $0.sums = [.perTerm16] },
      Case("currents") { $0.maximumCurrents = 2 },
      Case("currents under perTerm16") {
        $0.maximumCurrents = 2
        $0.sums = [.perTerm16]
      },
      Case("caps") { $0.spikeCaps = [2, 3, 31, 255] },
      Case("refractory") { $0.refractoryTicks = 1...9 },
      Case("starts") { $0.starts = 0...20 },
      Case("thresholds of 0 or less") {
        $0.nonPositiveThresholdsOneIn = 1
        $0.resets = [.zero]
      },
      Case("floor at minus the threshold") { $0.floorsAtMinusThreshold = [true] },
      Case("narrow membranes") { $0.membraneBits = [8, 12] },
      Case("single spikes from inputs") { $0.maximumInputCount = 1 },
    ]

  @Test("20 random networks with each option: spikes and membranes equal the interpreter's", arguments: cases)
  func options(_ item: Case) throws {
    var spikes = 0
    for seed in 0..<20 {
      let random = RandomNetwork.make(seed: UInt64(seed), options: item.options)
      let deployed = try Deployed(random.network, on: seed % 2 == 0 ? "board" : "sim")
      let totalTicks = random.ticks + 16
      let trace = try deployed.run(random.input, totalTicks: totalTicks)
      let expected = try deployed.interpreted(random.input, totalTicks: totalTicks)
      #expect(trace.spikes == expected.spikes, "seed \(seed)")
      #expect(trace.membranes == expected.membranes, "seed \(seed)")
      spikes += trace.spikes.reduce(0) { $0 + Int($1) }
    }
    #expect(spikes > 100)
  }

  /// Line 0 feeds current 0 (or the membrane), line 1 current 1, with counts whose sums a test can follow.
  @Test("the machine's neuron is NeuronCore's: state after every tick, 300 random neurons")
  func neuronCore() throws {
    var options = RandomOptions.mesh
    options.populations = 1...1
    for seed in 0..<300 {
      var random = RandomStream(seed: UInt64(seed), stream: 9)
      let population = RandomNetwork.make(seed: UInt64(seed), options: options).network.populations[0]
      let (model, currents) = (population.model, population.model.currents.count)
      let weights = [Int8(random.within(-128...127)), Int8(random.within(-128...127))]
      let network = Network(
        inputCount: 2,
        populations: [
          Population(
            name: "a", size: 1, model: model, threshold: .uniform(population.threshold[0]),
            bias: .uniform(population.bias[0]), start: .uniform(population.start[0]))
        ],
        projections: (0..<2).map { line in
          Projection(
            name: "line \(line)", source: .input, target: 0,
            connectivity: .sparse(
              SparseSynapses(sources: [UInt32(line)], targets: [0], weights: Weights([weights[line]]))), delay: 0,
            current: line == 1 && currents == 2 ? 1 : 0)
        }, outputs: [OutputGroup(name: "out", population: 0, neurons: 0..<1, shift: 0)])
      try Deployed(network, on: seed % 3 == 0 ? "sim" : "board").withMachine { machine in
        var state = NeuronState()
        let constants = NeuronConstants(
          threshold: population.threshold[0], bias: population.bias[0], start: UInt32(population.start[0]))
        for tick in 0..<40 {
          let counts = (0..<2).map { _ in random.oneIn(2) ? UInt8(random.below(256)) : 0 }
          for line in 0..<2 { try machine.addInput(line: UInt32(line), count: counts[line]) }
          let sums = (0..<2).map { Int64(weights[$0]) * Int64(counts[$0]) }
          let outcome = model.tick(
            &state, constants: constants, input0: currents == 2 ? sums[0] : sums[0] + sums[1],
            input1: currents == 2 ? sums[1] : 0, tick: UInt32(tick))
          var spikes: UInt8 = 0
          machine.tick { spikes = $0.count }
          #expect(spikes == outcome.spikes && machine.state(core: 0, neuron: 0) == state, "seed \(seed), tick \(tick)")
        }
      }
    }
  }
}

import FixedPoint
import Mapper
import Networks
import NeuronCore
import ShippedTargets
import Targets
import Testing
import UCaspianChip

@Suite("What uCaspian has not")
struct UCaspianMisfitTests {
  static let model = NeuronModel(compare: .above, reset: .zero)

  /// 64 inputs, a hidden population and 10 outputs, all to all.
  static func layered(hidden: Int, weight: Int8 = 1) -> Network {
    func dense(_ count: Int) -> Connectivity { .dense(Weights([Int8](repeating: weight, count: count))) }
    return Network(
      inputCount: 64,
      populations: [
        Population(name: "hidden", size: hidden, model: model, threshold: .uniform(5)),
        Population(name: "out", size: 10, model: model, threshold: .uniform(5), start: .uniform(1)),
      ],
      projections: [
        Projection(name: "in", source: .input, target: 0, connectivity: dense(64 * hidden), delay: 0),
        Projection(name: "up", source: .population(0), target: 1, connectivity: dense(hidden * 10), delay: 1),
      ], outputs: [OutputGroup(name: "out", population: 1, neurons: 0..<10, shift: 1)])
  }

  /// What `map` refuses after a change.
  private func misfit(_ network: Network = layered(hidden: 55), _ change: (inout Network) -> Void = { _ in }) throws
    -> Misfit?
  {
    var network = network
    change(&network)
    do {
      _ = try UCaspianFamily().map(network, to: try Target.load("ucaspian"))
      return nil
    } catch let misfit as Misfit {
      return misfit
    }
  }

  @Test("64-H-10 fits up to H = 55, and who asks for 64 is told so")
  func greatestLayer() throws {
    #expect(try misfit(Self.layered(hidden: 55)) == nil)
    let misfit = try #require(try misfit(Self.layered(hidden: 64)))
    #expect(misfit.resource == .synapses)
    #expect(misfit.needed == .count(64 * 64 + 64 * 10) && misfit.available == .count(4096))
    #expect(misfit.remedies.first?.text == "reduce population hidden from 64 to at most 55 neurons")
    #expect(try self.misfit(Self.layered(hidden: 56))?.resource == .synapses)
  }

  @Test("Weights of 0 take no synapse")
  func zeroWeights() throws {
    let mapping = try UCaspianFamily().map(Self.layered(hidden: 150, weight: 0), to: try Target.load("ucaspian"))
    #expect(mapping.chip?.uses.first { $0.name == "synapses" }?.used == 0)
    #expect(mapping.chip?.uses.first { $0.name == "neurons" }?.used == 64 + 150 + 10)
  }

  @Test("Each limit and each lack is a misfit that names what, how much and the limit")
  func lacks() throws {
    #expect(try misfit() == nil)
    let inputs = try #require(
      try misfit {
        $0.inputCount = 129
        $0.projections[0].connectivity = .dense(Weights([Int8](repeating: 0, count: 129 * 55)))
      })
    #expect(inputs.resource == .inputs && inputs.needed == .count(129) && inputs.available == .count(128))
    let neurons = try #require(try misfit(Self.layered(hidden: 183, weight: 0)))
    #expect(neurons.resource == .neurons && neurons.needed == .count(257) && neurons.detail?.contains("64") == true)
    #expect(try misfit { $0.populations[0].threshold = .uniform(256) }?.needed == .count(256))
    #expect(try misfit { $0.populations[0].threshold = .uniform(-1) }?.resource == .threshold)
    #expect(try misfit { $0.populations[0].bias = .uniform(1) }?.resource == .bias)
    #expect(try misfit { $0.populations[0].model.compare = .atLeast }?.resource == .compare)
    #expect(try misfit { $0.populations[0].model.reset = .subtractBeforeLeak }?.resource == .reset)
    #expect(try misfit { $0.populations[0].model.leak = .floor(shift: 3) }?.resource == .leak)
    #expect(try misfit { $0.populations[0].model.lowerBound = .value(0) }?.resource == .membraneBounds)
    #expect(try misfit { $0.populations[0].model.lowerBound = .minusThreshold }?.resource == .membraneBounds)
    #expect(try misfit { $0.populations[0].model.upperBound = 5 }?.resource == .membraneBounds)
    #expect(try misfit { $0.populations[0].model.refractoryTicks = 1 }?.resource == .refractoryTicks)
    #expect(try misfit { $0.populations[0].model.spikeCap = 2 }?.resource == .spikeCap)
    #expect(try misfit { $0.populations[0].start = .uniform(1) }?.resource == .start)
    #expect(try misfit { $0.projections[0].delay = 16 }?.resource == .inputDelay)
    #expect(try misfit { $0.projections[1].delay = 17 }?.resource == .delay)
    #expect(try misfit { $0.projections[1].delay = 16 } == nil)
    #expect(
      try misfit { $0.projections[1].connectivity = .dense(Weights([Int16](repeating: 128, count: 550))) }?.needed
        == .count(128))
    #expect(
      try misfit {
        $0.populations[0].model.upperBound = 4
        $0.outputs = [OutputGroup(name: "u", population: 0, neurons: 0..<1, shift: 0, reads: .membranes)]
      }?.resource == .outputs)
    #expect(
      try misfit { $0.outputs.append(OutputGroup(name: "again", population: 1, neurons: 3..<4, shift: 2)) }?.population
        == "again")
  }

  @Test("More than 255 synapses of one neuron, and sums beyond 16 bits, are found")
  func fanOutAndSums() throws {
    // One neuron with 2 synapses to each of 130.
    let pairs = (0..<260).map { UInt32($0 % 130) }
    func network(_ weight: Int32) -> Network {
      Network(
        inputCount: 1,
        populations: [
          Population(name: "one", size: 1, model: Self.model, threshold: .uniform(0)),
          Population(name: "many", size: 130, model: Self.model, threshold: .uniform(0)),
        ],
        projections: [
          Projection(
            name: "in", source: .input, target: 0, connectivity: .oneToOne(Weights([Int8(1)])), delay: 0),
          Projection(
            name: "out", source: .population(0), target: 1,
            connectivity: .sparse(
              SparseSynapses(
                sources: [UInt32](repeating: 0, count: 260), targets: pairs,
                weights: Weights([Int32](repeating: weight, count: 260)))), delay: 1),
        ], outputs: [OutputGroup(name: "out", population: 1, neurons: 0..<130, shift: 1)])
    }
    let fanOut = try #require(try misfit(network(1)))
    #expect(fanOut.resource == .fanOut && fanOut.needed == .count(260) && fanOut.population == "one")
    // 150 sources with 2 synapses of 127 each on one neuron: 38,100.
    let sources = (0..<300).map { UInt32($0 % 150) }
    func sums(_ accumulator: Accumulator) -> Network {
      Network(
        inputCount: 1,
        populations: [
          Population(name: "many", size: 150, model: Self.model, threshold: .uniform(0)),
          Population(
            name: "one", size: 1, model: NeuronModel(accumulator: accumulator, compare: .above, reset: .zero),
            threshold: .uniform(0)),
        ],
        projections: [
          Projection(
            name: "up", source: .population(0), target: 1,
            connectivity: .sparse(
              SparseSynapses(
                sources: sources, targets: [UInt32](repeating: 0, count: 300),
                weights: Weights([Int32](repeating: 127, count: 300)))), delay: 1)
        ], outputs: [OutputGroup(name: "out", population: 1, neurons: 0..<1, shift: 1)])
    }
    #expect(try misfit(sums(.exact))?.resource == .accumulatorRange)
    #expect(try misfit(sums(.wrap16)) == nil)
  }
}

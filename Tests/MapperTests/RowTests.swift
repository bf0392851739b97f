import FixedPoint
import ImageFormat
import Mapper
import MeshChip
import Networks
import NeuronCore
import Targets
import TestSupport
import Testing

@Suite("Rows and axons")
struct RowTests {
  private func core(_ network: Network, _ target: Target = TestTargets.board) throws -> MappedCore {
    let mapping = try MeshFamily().map(network, to: target)
    try mapping.checkInvariants(of: network)
    return try #require(mapping.cores.first)
  }

  @Test(
    "a row takes the narrowest width that holds it",
    arguments: [
      ([1, -1, 1, 1], 2), ([-2, 1, 1, 1], 4), ([3, -8, 7, 1], 4), ([15, 1, 1, 1], 8), ([-128, 127, 1, 1], 8),
    ] as [([Int32], Int)])
  func width(weights: [Int32], bits: Int) throws {
    let core = try core(TestNetworks.single(weights: weights))
    #expect(core.axons.count == 1)
    #expect(core.rows.map(\.bits) == [bits])
    #expect(core.synapses.count == (weights.count * bits + 7) / 8)
  }

  @Test("a shift makes even weights narrower: 16 and −32 take 4 bits at shift 2 and 2 do at 5")
  func shift() throws {
    let four = try core(TestNetworks.single(weights: [16, -32, 16, 16]))
    #expect(four.rows[0].bits == 4)
    #expect(four.axons[0].shift == 2)
    let two = try core(TestNetworks.single(weights: [32, -32, 32, 32]))
    #expect(two.rows[0].bits == 2)
    #expect(two.axons[0].shift == 5)
  }

  @Test("a weight of 1000 and one of 1 share no axon; 16256 takes one, 16257 two")
  func split() throws {
    #expect(try core(TestNetworks.single(weights: [1000, 1])).axons.count == 2)
    #expect(try core(TestNetworks.single(weights: [16256])).axons.count == 1)
    #expect(try core(TestNetworks.single(weights: [16257])).axons.count == 2)
    #expect(try core(TestNetworks.single(weights: [-8_000_000])).axons.count > 400)
  }

  @Test("a far-apart row is sparse, and in the wide layout bridges gaps beyond 65535")
  func sparse() throws {
    var weights = [Int32](repeating: 0, count: 200)
    weights[0] = 90
    weights[199] = -90
    let compact = try core(TestNetworks.single(weights: weights))
    #expect(compact.rows.map(\.format) == [.sparse])
    #expect(compact.synapses == [0, 90, 199, UInt8(bitPattern: -90)])
    weights = [Int32](repeating: 0, count: 140_000)
    weights[2] = 5
    weights[139_999] = 6
    let wide = try core(TestNetworks.single(weights: weights), TestTargets.sim)
    #expect(wide.rows.map(\.count) == [4])
    #expect(wide.synapses == [2, 0, 5, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0, 0xDF, 0x22, 6])
  }

  @Test("equal rows of inputs are stored once, on an axon each")
  func equalRows() throws {
    let core = try core(TestNetworks.dense([6, 4], weight: { _, target in Int8(10 + target) }))
    #expect(core.axons.count == 6)
    #expect(core.rows.count == 1)
    #expect(core.synapses.count == 4)
  }

  @Test("neurons with equal rows share an axon while their caps sum to at most 255")
  func sharedAxons() throws {
    let one = try core(TestNetworks.dense([2, 20, 3], weight: { _, target in Int8(target + 1) }))
    // Two inputs, and one for all twenty neurons.
    #expect(one.axons.count == 3)
    var model = NeuronModel.lif(leak: .none)
    model.spikeCap = 100
    let capped = try core(TestNetworks.dense([2, 20, 3], model: model, weight: { _, target in Int8(target + 1) }))
    #expect(capped.axons.count == 12)
  }

  @Test("parallel synapses become one with the sum of their weights, or two axons, or none")
  func parallel() throws {
    func network(_ weights: [Int8]) -> Network {
      var network = TestNetworks.single(weights: [1])
      network.projections[0].connectivity = .sparse(
        SparseSynapses(
          sources: weights.map { _ in 0 }, targets: weights.map { _ in 0 }, weights: Weights(weights)))
      return network
    }
    #expect(try core(network([3, 4])).axons.count == 1)
    #expect(try core(network([127, 127, 1])).axons.count == 2)
    #expect(try core(network([5, -5])).axons.isEmpty)
  }

  @Test("two delays and two currents of one source take an axon each")
  func lines() throws {
    var network = TestNetworks.single(weights: [1])
    network.populations[0].model.currents = .two(.floor(shift: 1), .floor(shift: 2))
    network.projections[0].connectivity = .sparse(
      SparseSynapses(
        sources: [0, 0, 0], targets: [0, 0, 0], weights: Weights([1, 1, 1] as [Int8]), delays: [0, 14, 0],
        currents: [0, 0, 1]))
    let core = try core(network)
    #expect(core.axons.map(\.delay) == [0, 0, 14])
    #expect(core.axons.map(\.current) == [0, 1, 0])
  }

  @Test("sum pooling takes an axon for each output")
  func pooling() throws {
    let shape = MapShape(channels: 2, height: 8, width: 8)
    let pooled = MapShape(channels: 2, height: 4, width: 4)
    let model = NeuronModel.lif(leak: .none)
    let network = Network(
      inputCount: 1,
      populations: [
        Population(name: "map", size: shape.count, model: model, threshold: .uniform(5)),
        Population(name: "pool", size: pooled.count, model: model, threshold: .uniform(1)),
      ],
      projections: [
        Projection(
          name: "pooling", source: .population(0), target: 1,
          connectivity: .sumPooling(
            SumPooling(input: shape, output: pooled, kernelHeight: 2, kernelWidth: 2, strideY: 2, strideX: 2)),
          delay: 1)
      ], outputs: [OutputGroup(name: "out", population: 1, neurons: 0..<pooled.count, shift: 1)])
    let core = try core(network)
    #expect(core.axons.count == pooled.count)
    #expect(core.rows.count == 1)
    #expect(core.synapses.count == 1)
  }
}

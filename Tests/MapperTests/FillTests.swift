import FixedPoint
import Mapper
import MeshChip
import Networks
import NeuronCore
import Targets
import TestSupport
import Testing

@Suite("Filling and placement")
struct FillTests {
  @Test("784-128-10 takes two cores of the board, cut by synapse memory")
  func mnistShape() throws {
    let network = TestNetworks.dense([784, 128, 10])
    let mapping = try MeshFamily().map(network, to: TestTargets.board)
    try mapping.checkInvariants(of: network)
    #expect(mapping.cores.count == 2)
    #expect(mapping.cores[0].neurons.count == 83)
  }

  @Test("feature maps are cut into tiles, with far fewer axons than in rows")
  func tiles() throws {
    let input = MapShape(channels: 4, height: 32, width: 32)
    let output = MapShape(channels: 16, height: 32, width: 32)
    let weights = (0..<16 * 4 * 9).map { Int8($0 % 13 + 1) }
    let network = Network(
      inputCount: input.count,
      populations: [
        Population(name: "map", size: output.count, model: .lif(leak: .none), threshold: .uniform(50))
      ],
      projections: [
        Projection(
          name: "convolution", source: .input, target: 0,
          connectivity: .convolution(
            Convolution(
              input: input, output: output, kernelHeight: 3, kernelWidth: 3, paddingY: 1, paddingX: 1,
              weights: Weights(weights))), delay: 0)
      ], outputs: [OutputGroup(name: "out", population: 0, neurons: 0..<10, shift: 0)])
    let tight = TestTargets.changed { $0.budgets.axonsPerCore = 256 }
    let mapping = try MeshFamily().map(network, to: TestTargets.changed(tight) { $0.topology.coresX = 64 })
    try mapping.checkInvariants(of: network)
    // 16,384 neurons fill 64 cores of 256.
    #expect(mapping.cores.count <= 72)
    #expect(MappingReport(mapping).totals.axons < 64 * 160)
  }

  @Test("routes that overflow a core are spread over more cores")
  func routes() throws {
    let network = TestNetworks.dense([4, 64, 256], weight: { Int8(($0 * 7 + $1 * 3) % 50 + 1) })
    let target = TestTargets.changed {
      $0.budgets.routesPerCore = 64
      $0.budgets.neuronsPerCore = 64
    }
    let mapping = try MeshFamily().map(network, to: target)
    try mapping.checkInvariants(of: network)
    // Each of the 64 neurons reaches four cores.
    #expect(mapping.cores.count >= 8)
  }

  @Test("cores follow each other at one hop, across chips")
  func placement() throws {
    let network = TestNetworks.dense([3, 30], weight: { Int8($0 + $1 + 1) })
    let target = TestTargets.changed {
      $0.budgets.neuronsPerCore = 1
      $0.topology = Topology(chipsX: 2, chipsY: 2, coresX: 3, coresY: 3)
    }
    let mapping = try MeshFamily().map(network, to: target)
    try mapping.checkInvariants(of: network)
    var places: [Int: Int] = [:]
    for core in mapping.cores { places[core.neurons[0].index] = core.number }
    for neuron in 0..<8 {
      #expect(target.topology.hops(from: try #require(places[neuron]), to: try #require(places[neuron + 1])) == 1)
    }
  }

  @Test("a network without synapses is mapped too")
  func isolated() throws {
    var network = TestNetworks.single(weights: [1, 1])
    network.projections = []
    let mapping = try MeshFamily().map(network, to: TestTargets.micro)
    try mapping.checkInvariants(of: network)
    #expect(mapping.cores.count == 1)
    #expect(mapping.inputRoutes.isEmpty)
  }
}

@Suite("Determinism of mapping")
struct MappingDeterminism {
  @Test("ten runs give the same mapping")
  func repeated() throws {
    let network = TestNetworks.dense([100, 300, 50, 10])
    let first = try MeshFamily().map(network, to: TestTargets.board)
    for _ in 1..<10 { #expect(try MeshFamily().map(network, to: TestTargets.board) == first) }
  }
}

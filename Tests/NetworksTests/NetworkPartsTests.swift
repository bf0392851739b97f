import FixedPoint
import Networks
import NeuronCore
import TestSupport
import Testing

@Suite struct NetworkPartsTests {
  @Test("synapses come by source, a sparse row in the order of its list")
  func eventOrder() throws {
    let list = SparseSynapses(
      sources: [2, 0, 2, 2], targets: [1, 0, 0, 1], weights: Weights([Int8(1), 2, 3, 4]), delays: [5, 6, 7, 8])
    let model = NeuronModel.lif(leak: .none)
    let projection = Projection(name: "p", source: .input, target: 0, connectivity: .sparse(list), delay: 0)
    let network = Network(
      inputCount: 3, populations: [Population(name: "a", size: 2, model: model, threshold: .uniform(1))],
      projections: [projection], outputs: [])
    try network.validate()
    var seen: [[Int]] = []
    network.forEachSynapse(of: projection) { source, target, weight, delay, current in
      seen.append([source, target, Int(weight), delay, current])
    }
    #expect(seen == [[0, 0, 2, 6, 0], [2, 1, 1, 5, 0], [2, 0, 3, 7, 0], [2, 1, 4, 8, 0]])
  }

  @Test("rows of every layout but sparse ascend by target")
  func ascendingRows() {
    for seed in 0..<UInt64(100) {
      let network = RandomNetwork.make(seed: seed).network
      for projection in network.projections {
        if case .sparse = projection.connectivity { continue }
        let rows = SynapseRows(projection, of: network)
        for source in 0..<rows.sourceCount {
          var last = -1
          rows.forEach(source: source) { synapse in
            #expect(synapse.target > last)
            last = synapse.target
          }
        }
      }
    }
  }

  @Test("weights of every width hold their values, and windows of other bytes do")
  func weights() {
    #expect(Weights([Int8(-128), 127]).values == [-128, 127])
    #expect(Weights([Int16(-32768), 5])[0] == -32768)
    #expect(Weights([Int32.min, .max]).values == [.min, .max])
    #expect(Weights([Int8(3), -4]) == Weights([Int32(3), -4]))
    #expect(Weights([Int8(3)]) != Weights([Int8(4)]))
  }

  @Test("a digest's hexadecimal text is its bytes and reads back")
  func digestHex() throws {
    let digest = Array("abc".utf8).withUnsafeBytes { SHA256.digest(of: $0) }
    #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest(hex: digest.hex) == digest)
    #expect(Digest(hex: digest.hex.uppercased()) == digest)
    #expect(Digest(hex: "ba78") == nil)
    #expect(Digest(hex: String(repeating: "g", count: 64)) == nil)
  }

  @Test("outputs are numbered through their groups")
  func outputNumbering() {
    var network = Fault.valid
    network.outputs.append(OutputGroup(name: "more", population: 2, neurons: 0..<1, shift: 4))
    #expect(network.outputCount == 7)
    #expect(network.depth == 4)
    #expect(network.neuronCount == 49)
    #expect(network.populationOffsets == [0, 32, 40, 49])
    #expect(network.outputNeurons.map(\.neuron) == [34, 35, 36, 37, 38, 39, 40])
    #expect(network.outputNeurons.map(\.shift) == [1, 1, 1, 1, 1, 1, 4])
  }
}

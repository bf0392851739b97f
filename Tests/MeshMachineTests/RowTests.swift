import FixedPoint
import ImageFormat
import Mapper
import Networks
import NeuronCore
import Testing

/// Rows of every format, through the machine and the interpreter.
@Suite struct RowTests {
  @Test(
    "dense rows of 8, 4 and 2 bits deliver every weight at every shift",
    arguments: [(8, -128...127), (4, -8...7), (2, -1...1)], 0...7)
  func widths(_ width: (bits: Int, weights: ClosedRange<Int>), shift: Int) throws {
    // Enough of every weight that a dense row is smaller than a sparse one.
    let plain = (0..<256).map { Int32(width.weights.lowerBound + $0 % width.weights.count) << Int32(shift) }
    let deployed = try Deployed(.dense([plain]))
    let axon = try #require(deployed.axons.first)
    #expect(deployed.axons.count == 1)
    #expect(axon.row.format == .dense && axon.row.bits == width.bits && axon.axon.shift == shift)
    let trace = try deployed.run([1, 0, 1], totalTicks: 3)
    #expect(Array(trace.membranes[..<256]) == plain)
    #expect(Array(trace.membranes[512...]) == plain.map { min(max(2 * $0, -32768), 32767) })
    #expect(trace.spikes.filter { $0 > 0 }.count == plain.count { 2 * $0 >= 32767 })
  }

  @Test("weights of 3 and 5 to 7 bits are stored in the next wider row", arguments: [(3, 4), (5, 8), (6, 8), (7, 8)])
  func storedWidths(_ bits: (trained: Int, stored: Int)) throws {
    let top = Int32(1) << Int32(bits.trained - 1)
    let weights = (0..<64).map { Int32($0) % (2 * top) - top }
    let deployed = try Deployed(.dense([weights]))
    #expect(deployed.axons.map(\.row.bits) == [bits.stored])
    #expect(try deployed.run([3], totalTicks: 1).membranes == weights.map { 3 * $0 })
  }

  @Test("a count multiplies the weight: 255 · 127 and 255 · −128 reach the membrane's bounds exactly")
  func counts() throws {
    let deployed = try Deployed(.dense([[127, -128, 1, -1]]))
    #expect(try deployed.run([255], totalTicks: 1).membranes == [32385, -32640, 255, -255])
  }

  @Test("a compact sparse row reaches the first and the last neuron of a core and no other")
  func compactSparse() throws {
    var weights = [Int32](repeating: 0, count: 256)
    weights[0] = -128
    weights[255] = 127
    let deployed = try Deployed(.dense([weights]))
    let axon = try #require(deployed.axons.first)
    #expect(axon.row.format == .sparse && axon.row.count == 2 && axon.row.bytes.count == 4)
    #expect(try deployed.run([2], totalTicks: 1).membranes == weights.map { 2 * $0 })
  }

  @Test("a wide sparse row bridges gaps of more than 65535 neurons by fillers")
  func wideSparse() throws {
    let size = 200_000
    let targets: [UInt32] = [0, 1, 65_536, 199_999]
    let network = Network(
      inputCount: 1,
      populations: [Population(name: "a", size: size, model: .lif(leak: .none), threshold: .uniform(1000))],
      projections: [
        Projection(
          name: "in", source: .input, target: 0,
          connectivity: .sparse(
            SparseSynapses(sources: [0, 0, 0, 0], targets: targets, weights: Weights([5, -6, 7, -8] as [Int8]))),
          delay: 1)
      ], outputs: [OutputGroup(name: "out", population: 0, neurons: 0..<1, shift: 0)])
    let deployed = try Deployed(network, on: "sim")
    let axon = try #require(deployed.axons.first)
    // From 65536 to 199999 is more than two steps of 65535.
    #expect(axon.row.format == .sparse && axon.row.count == 6 && axon.row.bytes.count == 18)
    let trace = try deployed.run([3], totalTicks: 2)
    #expect(trace.membranes[..<size].allSatisfy { $0 == 0 })
    var expected = [Int32](repeating: 0, count: size)
    for (target, weight) in zip(targets, [15, -18, 21, -24] as [Int32]) { expected[Int(target)] = weight }
    #expect(Array(trace.membranes[size...]) == expected)
    let interpreted = try deployed.interpreted([3], totalTicks: 2)
    #expect(trace.membranes == interpreted.membranes)
  }

  @Test("a wide dense row of odd count is read to its last nibble", arguments: ["board", "sim"])
  func oddCounts(_ target: String) throws {
    for size in [1, 2, 3, 5, 7, 31, 33] {
      let weights = (0..<size).map { Int32($0 % 15) - 7 }
      let other = (0..<size).map { Int32($0 % 3) - 1 }
      let deployed = try Deployed(.dense([weights, other]), on: target)
      let expected = zip(weights, other).map { 2 * $0 + 3 * $1 }
      #expect(try deployed.run([2, 3], totalTicks: 1).membranes == expected, "\(size) on \(target)")
    }
  }

  @Test("sources with equal rows share an axon: pooling 2×2 of caps 1 takes one axon for each output")
  func sharedAxons() throws {
    let map = MapShape(channels: 1, height: 4, width: 4)
    var model = NeuronModel.lif(leak: .none)
    model.reset = .zero
    let network = Network(
      inputCount: 16,
      populations: [
        Population(name: "map", size: 16, model: model, threshold: .uniform(1)),
        Population(name: "pool", size: 4, model: model, threshold: .uniform(3)),
      ],
      projections: [
        Projection(name: "in", source: .input, target: 0, connectivity: .oneToOne(Weights([1] as [Int8])), delay: 0),
        Projection(
          name: "pool", source: .population(0), target: 1,
          connectivity: .sumPooling(
            SumPooling(
              input: map, output: MapShape(channels: 1, height: 2, width: 2), kernelHeight: 2, kernelWidth: 2,
              strideY: 2, strideX: 2)), delay: 1),
      ], outputs: [OutputGroup(name: "out", population: 1, neurons: 0..<4, shift: 0)])
    let deployed = try Deployed(network)
    // 16 inputs have an axon each, as an input may carry 255; the 16 neurons of the map share 4.
    #expect(deployed.axons.count == 20)
    // Three spikes in the first square, four in the last, two in the others.
    let input: [UInt8] = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1]
    let trace = try deployed.run(input, totalTicks: 2)
    #expect(Array(trace.spikes[..<16]) == input && trace.spikes[16..<20].allSatisfy { $0 == 0 })
    #expect(Array(trace.spikes[36...]) == [1, 0, 0, 1])
    let interpreted = try deployed.interpreted(input, totalTicks: 2)
    #expect(trace.spikes == interpreted.spikes)
  }
}

import FixedPoint
import Networks
import NeuronCore
import TestSupport
import Testing

/// Outputs that read membranes: what they give, what decides by them, and what is refused.
@Suite struct ReadoutTests {
  @Test("the readouts of 200 random networks are the traced membranes of their neurons, tick by tick")
  func membranes() throws {
    var compared = 0
    for seed in 0..<200 as Range<UInt64> {
      let random = RandomNetwork.make(seed: seed)
      let network = random.network
      let trace = try NetworkInterpreter(network).run(input: random.input, ticks: random.ticks, recording: .membranes)
      let readouts = network.readoutNeurons
      #expect(readouts.count == network.readoutCount && trace.readouts.count == trace.ticks * readouts.count)
      let aligned = trace.alignedReadouts(of: network, ticks: random.ticks)
      for (place, readout) in readouts.enumerated() {
        #expect(network.outputNeurons[readout.output].neuron == readout.neuron)
        for tick in 0..<trace.ticks {
          let membrane = trace.membranes[tick * trace.neuronCount + readout.neuron]
          #expect(trace.readouts[tick * readouts.count + place] == membrane)
          #expect(trace[tick: tick, neuron: readout.neuron] == 0)
          if tick >= readout.shift && tick < readout.shift + random.ticks {
            #expect(aligned[(tick - readout.shift) * readouts.count + place] == membrane)
          }
          compared += 1
        }
      }
    }
    #expect(compared > 5_000)
  }

  @Test("a readout population never spikes, whatever the width, the compare and the floor")
  func cannotSpike() {
    for bits in [8, 16, 24, 32] {
      for compare in Comparison.allCases {
        var model = NeuronModel.lif(leak: .floor(shift: 2), membraneBits: bits)
        model.compare = compare
        let population = Population.readout(name: "r", size: 3, model: model)
        #expect(population.cannotSpike)
        #expect(population.model.upperBound == min(model.upperBound, .max - 1))
        #expect(population.threshold == .uniform(population.model.upperBound + 1))
        let at = Population(name: "r", size: 3, model: model, threshold: .uniform(model.upperBound))
        #expect(at.cannotSpike == (compare == .above))
        let mixed = Population(
          name: "r", size: 2, model: model, threshold: .each([model.upperBound, model.upperBound - 1]))
        #expect(!mixed.cannotSpike)
      }
    }
  }

  @Test("membranes of neurons that can spike are refused, and so is a decoder that ranks what is not read")
  func refusals() throws {
    var network = TestNetworks.dense([4, 3])
    network.outputs[0].reads = .membranes
    #expect(
      throws: NetworkError.readoutCanSpike(.output(index: 0, name: "out"), population: "layer1", upperBound: 32767)
    ) { try network.validate() }
    var readouts = TestNetworks.dense([4, 3])
    readouts.addReadouts(2)
    try readouts.validate()
    for decoder in Decoder.allCases {
      for (network, reads) in [(TestNetworks.dense([4, 3]), OutputReading.spikes), (readouts, .membranes)] {
        let document = NetworkDocument(network: network, ticks: 4, decoder: decoder)
        if decoder.reads == reads {
          try document.validateFields()
        } else {
          let error = #expect(throws: DocumentError.self) { try document.validateFields() }
          #expect(error?.description.contains("the decoder \(decoder.rawValue) needs outputs that read") == true)
        }
      }
    }
    #expect(NetworkDocument(network: readouts, ticks: 4).decoder == .membraneMaximum)
    #expect(NetworkDocument(network: TestNetworks.dense([4, 3]), ticks: 4).decoder == .spikeCount)
  }

  @Test("decoders rank counts, greatest membranes and exact sums of membranes, ties to the lowest index")
  func decoders() {
    let spikes: [UInt8] = [0, 2, 1, 1, 0, 1]
    let membranes: [Int32] = [-9, -4, -4, -1, -4, -3]
    func ranked(_ decoder: Decoder) -> [Int64] { decoder.scores(spikes: spikes, membranes: membranes, outputs: 3) }
    func chosen(_ decoder: Decoder) -> Int { decoder.classIndex(spikes: spikes, membranes: membranes, outputs: 3) }
    #expect(ranked(.spikeCount) == [1, 2, 2] && chosen(.spikeCount) == 1)
    #expect(ranked(.membraneMaximum) == [-1, -4, -3] && chosen(.membraneMaximum) == 0)
    #expect(ranked(.membraneMean) == [-10, -8, -7] && chosen(.membraneMean) == 2)
    #expect(Decoder.membraneMean.classIndex(ofScores: [-3, -2, -2]) == 1)
    #expect(Decoder.membraneMaximum.classIndex(ofScores: [Int64](repeating: .min, count: 2)) == 0)
    let extremes = [Int32](repeating: .max, count: 65535) + [.max]
    #expect(
      Decoder.membraneMean.scores(spikes: [], membranes: extremes, outputs: 1) == [65536 * Int64(Int32.max)])
  }

  @Test("a convolution with folded pooling has the synapses of pooling and convolution one after the other")
  func folding() {
    var random = RandomStream(seed: 1, stream: 1)
    for _ in 0..<60 {
      let extent = random.within(1...3)
      let channels = random.within(1...2)
      let padding = random.within(0...1)
      let pooled = MapShape(channels: channels, height: random.within(1...4), width: random.within(1...4))
      // Rows that fill no window are left out.
      let surplus = padding == 0 ? random.within(0...extent - 1) : 0
      let unpooled = MapShape(
        channels: channels, height: pooled.height * extent + surplus, width: pooled.width * extent + surplus)
      let kernel = random.within(1...min(2, pooled.height + 2 * padding, pooled.width + 2 * padding))
      let stride = random.within(1...2)
      let output = MapShape(
        channels: random.within(1...2), height: (pooled.height + 2 * padding - kernel) / stride + 1,
        width: (pooled.width + 2 * padding - kernel) / stride + 1)
      let weights = (0..<output.channels * channels * kernel * kernel).map { _ in
        Int8(truncatingIfNeeded: random.next())
      }
      let convolution = Convolution(
        input: pooled, output: output, kernelHeight: kernel, kernelWidth: kernel, strideY: stride, strideX: stride,
        paddingY: padding, paddingX: padding, weights: Weights(weights))
      let pooling = SumPooling(
        input: unpooled, output: pooled, kernelHeight: extent, kernelWidth: extent, strideY: extent, strideX: extent)
      let first = matrix(.sumPooling(pooling), unpooled.count, pooled.count)
      let second = matrix(.convolution(convolution), pooled.count, output.count)
      let folded = matrix(
        .convolution(convolution.foldingSumPooling(extent, of: unpooled)), unpooled.count, output.count)
      for source in 0..<unpooled.count {
        for target in 0..<output.count {
          let sum = (0..<pooled.count).reduce(Int32(0)) { $0 + first[source][$1] * second[$1][target] }
          #expect(folded[source][target] == sum)
        }
      }
    }
  }

  private func matrix(_ connectivity: Connectivity, _ sources: Int, _ targets: Int) -> [[Int32]] {
    let network = Network(
      inputCount: sources,
      populations: [Population(name: "a", size: targets, model: .lif(leak: .none), threshold: .uniform(1))],
      projections: [Projection(name: "p", source: .input, target: 0, connectivity: connectivity, delay: 0)],
      outputs: [])
    let rows = SynapseRows(network.projections[0], of: network)
    return (0..<sources).map { source in
      var row = [Int32](repeating: 0, count: targets)
      rows.forEach(source: source) { row[$0.target] += $0.weight }
      return row
    }
  }
}

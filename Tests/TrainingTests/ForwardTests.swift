import FixedPoint
import Kernels
import Networks
import NeuronCore
import Testing
import Training

/// The forward pass of training against the plain interpreter of the deployed network.
@Suite("The forward pass")
struct ForwardTests {
  @Test("random networks spike as their deployed network does", arguments: KernelVariant.supported)
  func equalsInterpreter(_ variant: KernelVariant) throws {
    var spikes = 0, possible = 0
    for seed in 0..<200 {
      var random = RandomStream(seed: UInt64(seed), stream: 7)
      let model = Self.model(&random)
      let network = try model.network()
      let runner = try TrainedModelRunner(model, kernels: variant)
      let interpreter = try NetworkInterpreter(network)
      for _ in 0..<3 {
        let input = Self.input(model, &random)
        let layers = runner.forward(input)
        let trace = try interpreter.run(input: input, ticks: model.ticks)
        var first = 0
        for (index, layer) in model.layers.enumerated() {
          for tick in 0..<model.ticks {
            let deployed = (0..<layer.outputs).map { trace[tick: tick + index, neuron: first + $0] }
            let trained = Array(layers[index][tick * layer.outputs..<(tick + 1) * layer.outputs])
            #expect(deployed == trained, "seed \(seed), layer \(index), tick \(tick)")
            spikes += trained.reduce(0) { $0 + Int($1) }
            possible += layer.outputs
          }
          first += layer.outputs
        }
      }
    }
    // Neither silent nor saturated: the comparison means something.
    #expect(Double(spikes) > 0.02 * Double(possible) && Double(spikes) < 0.9 * Double(possible))
  }

  static func model(_ random: inout RandomStream) -> TrainedModel {
    let depth = 1 + Int(random.below(4))
    let sizes = (0...depth).map { _ in 1 + Int(random.below(40)) }
    let shift = UInt8(random.below(9))
    let leaks: [DecayRule] = [
      .floor(shift: shift), .towardZero(shift: shift), .atLeastOne(shift: shift), .atLeastOneFloor(shift: shift),
      .multiply(shift: shift), .linear(amount: 1 + random.below(50)), .none,
    ]
    var neurons = NeuronModel.lif(
      leak: leaks[Int(random.below(7))], membraneBits: [8, 12, 16, 24, 32][Int(random.below(5))])
    neurons.reset = Reset.allCases[Int(random.below(3))]
    neurons.compare = Comparison.allCases[Int(random.below(2))]
    let weightBits = 2 + Int(random.below(7))
    let limit = (1 << (weightBits - 1)) - 1
    let maximumCount = [1, 16, 255][Int(random.below(3))]
    let hasBias = random.below(2) == 1
    let layers = (0..<depth).map { index in
      let count = sizes[index] * sizes[index + 1]
      let threshold = 1 + Int(random.below(UInt32(min(limit * 4 * (index == 0 ? maximumCount : 1), 30000))))
      return TrainedModel.Layer(
        inputs: sizes[index], outputs: sizes[index + 1],
        weights: (0..<count).map { _ in Int8(Int(random.below(UInt32(2 * limit + 1))) - limit) },
        biases: (0..<sizes[index + 1]).map { _ in
          hasBias ? Int32(random.below(UInt32(threshold))) - Int32(threshold / 2) : 0
        },
        threshold: Int32(threshold))
    }
    return TrainedModel(
      layers: layers, model: neurons, ticks: 1 + Int(random.below(70)), maximumInputCount: maximumCount)
  }

  /// Half of the inputs are the same in every tick.
  static func input(_ model: TrainedModel, _ random: inout RandomStream) -> [UInt8] {
    let inputs = model.layers[0].inputs, isConstant = random.below(2) == 1
    var frame = [UInt8](repeating: 0, count: inputs)
    var counts: [UInt8] = []
    for tick in 0..<model.ticks {
      if tick == 0 || !isConstant {
        frame = frame.map { _ in random.below(3) == 0 ? UInt8(1 + random.below(UInt32(model.maximumInputCount))) : 0 }
      }
      counts += frame
    }
    return counts
  }
}

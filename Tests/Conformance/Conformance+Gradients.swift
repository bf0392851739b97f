import FixedPoint
import Networks
import NeuronCore
import Testing

/// The forward part of a recorded integer training step, as its file spells it.
struct IntegerGolden: Decodable {
  struct Parameters: Decodable {
    let weights1: [[Int32]]
    let bias1: [Int32]
    let recurrent1: [[Int32]]?
    let weights2: [[Int32]]
    let bias2: [Int32]

    private enum CodingKeys: String, CodingKey {
      case weights1 = "W1"
      case bias1 = "b1"
      case recurrent1 = "V1"
      case weights2 = "W2"
      case bias2 = "b2"
    }
  }

  struct Forward: Decodable {
    let membranes1: [[[Int32]]]
    let spikes1: [[[UInt8]]]
    let membranes2: [[[Int32]]]
    let spikes2: [[[UInt8]]]

    private enum CodingKeys: String, CodingKey {
      case membranes1 = "U1"
      case spikes1 = "S1"
      case membranes2 = "U2"
      case spikes2 = "S2"
    }
  }

  let decay: String
  let recurrent: Bool
  let membraneLimit: Int32
  let ticks: Int
  let samples: Int
  let sizes: [Int]
  let shift: [UInt8]
  let theta: [Int32]
  let parameters: Parameters
  let input: [[[UInt8]]]
  let forward: Forward

  private enum CodingKeys: String, CodingKey {
    case decay, recurrent, sizes, shift, theta, forward
    case membraneLimit = "membrane_limit"
    case ticks = "T"
    case samples = "B"
    case parameters = "params"
    case input = "X"
  }
}

extension IntegerGolden {
  /// Two layers as they were trained: layer 2 sees layer 1's spikes of the same step.
  func trainedNetwork() throws -> Network {
    var projections = [
      Projection(name: "W1", source: .input, target: 0, connectivity: dense(parameters.weights1), delay: 0)
    ]
    if recurrent, let weights = parameters.recurrent1 {
      projections.append(
        Projection(name: "V1", source: .population(0), target: 0, connectivity: dense(weights), delay: 1))
    }
    projections.append(
      Projection(name: "W2", source: .population(0), target: 1, connectivity: dense(parameters.weights2), delay: 0))
    return Network(
      inputCount: sizes[0],
      populations: [try layer("hidden", 0, parameters.bias1), try layer("output", 1, parameters.bias2)],
      projections: projections,
      outputs: [OutputGroup(name: "class", population: 1, neurons: 0..<sizes[2], shift: 0)])
  }

  private func layer(_ name: String, _ index: Int, _ bias: [Int32]) throws -> Population {
    let model = NeuronModel(
      lowerBound: .value(-membraneLimit - 1), upperBound: membraneLimit, leak: try rule(shift[index]))
    return Population(
      name: name, size: sizes[index + 1], model: model, threshold: .uniform(theta[index]), bias: .each(bias))
  }

  private func rule(_ shift: UInt8) throws -> DecayRule {
    switch decay {
    case "asr_floor": .floor(shift: shift)
    case "round_to_zero": .towardZero(shift: shift)
    case "at_least_one": .atLeastOne(shift: shift)
    case "mul_q8": .multiply(shift: shift)
    default: throw GoldenMismatch(description: "unknown decay rule \(decay)")
    }
  }

  /// [target][source] as [source][target].
  private func dense(_ rows: [[Int32]]) -> Connectivity {
    let sources = rows.first?.count ?? 0
    return .dense(Weights((0..<sources).flatMap { source in rows.map { $0[source] } }))
  }
}

extension Conformance {
  @Test("every recorded integer training step has the recorded forward pass: spikes and U of both layers")
  func integerForward() throws {
    guard let folder = GoldenFolder.find("gradients") else { return }
    try folder.replayAll(prefix: "int_") { file in
      let golden = try folder.decode(IntegerGolden.self, file)
      let trained = try golden.trainedNetwork()
      let shifts = try ClockShifts(trained: trained)
      guard shifts.shifts == [0, 1] else {
        throw GoldenMismatch(description: "shifts \(shifts.shifts) where [0, 1] are needed")
      }
      let interpreter = try NetworkInterpreter(shifts.deploy(trained))
      for sample in 0..<golden.samples { try replay(sample, of: golden, interpreter, shifts) }
    }
  }

  private func replay(
    _ sample: Int, of golden: IntegerGolden, _ interpreter: NetworkInterpreter, _ shifts: ClockShifts
  ) throws {
    let network = interpreter.network
    let input = golden.input.flatMap { $0[sample] }
    let trace = try interpreter.run(input: input, ticks: golden.ticks, recording: .membranesBeforeReset)
    guard trace.ticks == golden.ticks + 1 else {
      throw GoldenMismatch(description: "a run of \(trace.ticks) ticks where T + 1 are needed")
    }
    let layers = [
      (golden.forward.membranes1, golden.forward.spikes1), (golden.forward.membranes2, golden.forward.spikes2),
    ]
    for (layer, (membranes, spikes)) in layers.enumerated() {
      let neurons = network.populationOffsets[layer]..<network.populationOffsets[layer + 1]
      let places = shifts.window(of: layer, ticks: golden.ticks).flatMap { tick in
        neurons.map { tick * trace.neuronCount + $0 }
      }
      let name = "of layer \(layer + 1), sample \(sample)"
      try compare(
        places.map { trace.membranesBeforeReset[$0] }, membranes.flatMap { $0[sample] }, "U \(name)",
        perTick: neurons.count)
      try compare(
        places.map { trace.spikes[$0] }, spikes.flatMap { $0[sample] }, "spikes \(name)", perTick: neurons.count)
    }
    let recorded = golden.forward.spikes2.flatMap { $0[sample] }
    try compare(
      trace.alignedOutputs(of: network, ticks: golden.ticks), recorded, "aligned outputs", perTick: golden.sizes[2])
    let counts = (0..<golden.sizes[2]).map { output in
      golden.forward.spikes2.reduce(0) { $0 + Int($1[sample][output]) }
    }
    try compare(trace.outputCounts(of: network, ticks: golden.ticks), counts, "counts", perTick: counts.count)
  }
}

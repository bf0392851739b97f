import FixedPoint
import Networks
import NeuronCore
import TestSupport
import Testing

@Suite struct ValidationTests {
  @Test("random networks are valid")
  func randomNetworks() throws {
    for seed in 0..<UInt64(300) {
      try RandomNetwork.make(seed: seed).network.validate()
      try RandomNetwork.make(seed: seed, options: .mesh).network.validate()
    }
  }

  @Test("each fault is found, and the message names the place and is one line", arguments: Fault.all)
  func fault(_ fault: Fault) throws {
    var network = Fault.valid
    try network.validate()
    fault.plant(&network)
    do {
      try network.validate()
      Issue.record("not found: \(fault.name)")
    } catch {
      #expect(error.description.contains(fault.text), "\(error)")
      #expect(!error.description.contains("\n"))
    }
  }

  @Test("thresholds of 0 or less go with reset zero")
  func nonPositiveThresholds() throws {
    var network = Fault.valid
    network.populations[0].threshold = .uniform(-3)
    network.populations[0].model.reset = .zero
    try network.validate()
    network.populations[0].model.lowerBound = .minusThreshold
    #expect(throws: NetworkError.self) { try network.validate() }
  }

  @Test("counts beyond every limit are refused without being computed wrongly")
  func hugeSizes() {
    var network = Fault.valid
    network.populations[0].size = .max
    #expect(throws: NetworkError.self) { try network.validate() }
    network = Fault.valid
    network.inputCount = .max
    #expect(throws: NetworkError.self) { try network.validate() }
    network = Fault.valid
    network.inputCount = 1 << 24
    network.populations[0].size = 1 << 20
    #expect(throws: NetworkError.self) { try network.validate() }
    for extent in [1 << 16, .max, 0, -1] {
      network = Fault.valid
      let huge = MapShape(channels: extent, height: extent, width: extent)
      network.projections[2].connectivity = .convolution(
        Convolution(input: huge, output: huge, kernelHeight: 1, kernelWidth: 1, weights: Weights([Int8(1)])))
      #expect(throws: NetworkError.self) { try network.validate() }
    }
  }
}

/// A way to break a valid network, and what its message must say.
struct Fault: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  let plant: @Sendable (inout Network) -> Void

  var testDescription: String { name }

  init(_ name: String, _ text: String, _ plant: @escaping @Sendable (inout Network) -> Void) {
    self.name = name
    self.text = text
    self.plant = plant
  }

  /// Input 4 → maps (dense), maps → pooled, maps → wide by convolution, pooled → pooled (sparse).
  static let valid: Network = {
    let model = NeuronModel.lif(leak: .floor(shift: 2))
    let maps = MapShape(channels: 2, height: 4, width: 4)
    let pooled = MapShape(channels: 2, height: 2, width: 2)
    let convolution = Convolution(
      input: maps, output: MapShape(channels: 1, height: 3, width: 3), kernelHeight: 2, kernelWidth: 2,
      weights: Weights([Int8](repeating: 1, count: 8)))
    let list = SparseSynapses(
      sources: [0, 7], targets: [7, 0], weights: Weights([Int8(1), -1]), delays: [1, 2], currents: [0, 0])
    return Network(
      inputCount: 4,
      populations: [
        Population(name: "maps", size: 32, model: model, threshold: .uniform(9)),
        Population(name: "pooled", size: 8, model: model, threshold: .each([Int32](repeating: 5, count: 8))),
        Population(name: "wide", size: 9, model: model, threshold: .uniform(3)),
      ],
      projections: [
        Projection(
          name: "in", source: .input, target: 0, connectivity: .dense(Weights([Int8](repeating: 2, count: 128))),
          delay: 0),
        Projection(
          name: "pool", source: .population(0), target: 1,
          connectivity: .sumPooling(
            SumPooling(input: maps, output: pooled, kernelHeight: 2, kernelWidth: 2, strideY: 2, strideX: 2)),
          delay: 1),
        Projection(
          name: "conv", source: .population(0), target: 2, connectivity: .convolution(convolution), delay: 1),
        Projection(name: "loop", source: .population(1), target: 1, connectivity: .sparse(list), delay: 1),
        Projection(
          name: "same", source: .population(1), target: 1, connectivity: .oneToOne(Weights([Int8(1)])), delay: 1),
      ],
      outputs: [OutputGroup(name: "out", population: 1, neurons: 2..<8, shift: 1)])
  }()

  static let all: [Fault] = populations + projections + layouts + outputs

  private static let populations: [Fault] = [
    Fault("no populations", "the network has no populations") { $0.populations = [] },
    Fault("negative inputs", "the network: inputs is -1") { $0.inputCount = -1 },
    Fault("empty population", "population 1 'pooled': size is 0") { $0.populations[1].size = 0 },
    Fault("too many neurons", "neurons") { $0.populations[1].size = (1 << 24) - 10 },
    Fault("few thresholds", "population 1 'pooled' has 2 thresholds where 8") {
      $0.populations[1].threshold = .each([1, 2])
    },
    Fault("few biases", "population 0 'maps' has 1 biases where 32") { $0.populations[0].bias = .each([0]) },
    Fault("few starts", "population 0 'maps' has 1 starts") { $0.populations[0].start = .each([0]) },
    Fault("few initial membranes", "population 0 'maps' has 1 initial membranes") {
      $0.populations[0].initialMembrane = .each([0])
    },
    Fault("threshold 0", "population 1 'pooled': threshold [3] is 0") {
      $0.populations[1].threshold = .each([1, 1, 1, 0, 1, 1, 1, 1])
    },
    Fault("floor above 0", "population 0 'maps': lower bound is 1") { $0.populations[0].model.lowerBound = .value(1) },
    Fault("ceiling below 0", "population 0 'maps': upper bound is -1") { $0.populations[0].model.upperBound = -1 },
    Fault("cap 0", "population 0 'maps': spike cap is 0") { $0.populations[0].model.spikeCap = 0 },
    Fault("shift 32", "population 0 'maps': leak shift is 32") { $0.populations[0].model.leak = .floor(shift: 32) },
    Fault("current's shift 40", "shift of current 1 is 40") {
      $0.populations[0].model.currents = .two(.none, .multiply(shift: 40))
    },
    Fault("negative start", "population 2 'wide': start is -1") { $0.populations[2].start = .uniform(-1) },
    Fault("initial beyond bounds", "population 2 'wide': initial membrane [0] is 40000") {
      $0.populations[2].initialMembrane = .uniform(40000)
    },
  ]

  private static let projections: [Fault] = [
    Fault("unknown target", "projection 0 'in': target population is 3") { $0.projections[0].target = 3 },
    Fault("unknown source", "projection 1 'pool': source population is -1") {
      $0.projections[1].source = .population(-1)
    },
    Fault("delay 0 between neurons", "projection 1 'pool': delay is 0; the least is 1") { $0.projections[1].delay = 0 },
    Fault("negative delay", "projection 0 'in': delay is -1") { $0.projections[0].delay = -1 },
    Fault("endless delay", "projection 0 'in': delay is 70000") { $0.projections[0].delay = 70000 },
    Fault("current without currents", "projection 0 'in': current is 1") { $0.projections[0].current = 1 },
    Fault("weights missing", "projection 0 'in' has 3 weights where 128") {
      $0.projections[0].connectivity = .dense(Weights([Int8(1), 2, 3]))
    },
    Fault("one to one of unequal sizes", "projection 0 'in' has 32 neurons in the target where 4") {
      $0.projections[0].connectivity = .oneToOne(Weights([Int8(1)]))
    },
    Fault("sums beyond 63 bits", "projection 0 'in': its synapses could sum beyond 63 bits") { network in
      // 2²⁴ synapses of −2³¹ with counts of 255.
      network.inputCount = 1 << 24
      network.projections[0].connectivity = .sumPooling(
        SumPooling(
          input: MapShape(channels: 1, height: 4096, width: 4096),
          output: MapShape(channels: 1, height: 8, width: 4), kernelHeight: 512, kernelWidth: 1024, strideY: 512,
          strideX: 1024, weight: .min))
    },
  ]

  private static let layouts: [Fault] = [
    sparse("source", "projection 3 'loop': source [1] is 8") { $0.sources[1] = 8 },
    sparse("target", "projection 3 'loop': target [0] is 9") { $0.targets[0] = 9 },
    sparse("targets", "projection 3 'loop' has 1 target indices where 2") { $0.targets.removeLast() },
    sparse("weights", "projection 3 'loop' has 1 weights where 2") { $0.weights = Weights([Int8(1)]) },
    sparse("delays", "projection 3 'loop' has 3 delays where 2") { $0.delays.append(1) },
    sparse("currents", "projection 3 'loop' has 1 currents where 2") { $0.currents.removeLast() },
    sparse("delay of a synapse", "projection 3 'loop': delay [1] is 0") { $0.delays[1] = 0 },
    sparse("current of a synapse", "projection 3 'loop': current [1] is 2") { $0.currents[1] = 2 },
    convolution("kernel 0", "kernel height is 0") { $0.kernelHeight = 0 },
    convolution("stride 0", "horizontal stride is 0") { $0.strideX = 0 },
    convolution("padding", "vertical padding is -1") { $0.paddingY = -1 },
    convolution("large kernel", "a kernel of 9 does not fit into 4") { $0.kernelWidth = 9 },
    convolution("weights of kernels", "has 1 weights where 8") { $0.weights = Weights([Int8(1)]) },
    convolution("inputs", "inputs in its maps") { $0.input.channels = 3 },
    convolution("outputs", "neurons in its maps") { $0.output.channels = 2 },
    convolution("shape", "the output is 9×1×1, but input, kernel, stride and padding give 9×3×3") {
      $0.output = MapShape(channels: 9, height: 1, width: 1)
    },
    Fault("pooled channels", "projection 1 'pool'") { network in
      let maps = MapShape(channels: 1, height: 8, width: 4)
      network.projections[1].connectivity = .sumPooling(
        SumPooling(
          input: maps, output: MapShape(channels: 2, height: 4, width: 1), kernelHeight: 2, kernelWidth: 4,
          strideY: 2, strideX: 2))
    },
  ]

  private static let outputs: [Fault] = [
    Fault("output of nothing", "output group 0 'out' has no neurons") { $0.outputs[0].neurons = 2..<2 },
    Fault("output beyond", "output group 0 'out': last neuron is 8") { $0.outputs[0].neurons = 2..<9 },
    Fault("output before", "output group 0 'out': first neuron is -1") { $0.outputs[0].neurons = -1..<3 },
    Fault("output's population", "output group 0 'out': population is 5") { $0.outputs[0].population = 5 },
    Fault("output's shift", "output group 0 'out': shift is -2") { $0.outputs[0].shift = -2 },
  ]

  private static func sparse(
    _ name: String, _ text: String, _ change: @escaping @Sendable (inout SparseSynapses) -> Void
  ) -> Fault {
    Fault("sparse: " + name, text) { network in
      guard case .sparse(var list) = network.projections[3].connectivity else { return }
      change(&list)
      network.projections[3].connectivity = .sparse(list)
    }
  }

  private static func convolution(
    _ name: String, _ text: String, _ change: @escaping @Sendable (inout Convolution) -> Void
  ) -> Fault {
    Fault("convolution: " + name, text) { network in
      guard case .convolution(var convolution) = network.projections[2].connectivity else { return }
      change(&convolution)
      network.projections[2].connectivity = .convolution(convolution)
    }
  }
}

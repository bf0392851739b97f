import FixedPoint
import ImageFormat
import Images
import Mapper
import MeshChip
import MeshMachine
import Networks
import NeuronCore
import ShippedTargets
import Targets

/// A network as the image of a target, with a machine to run it.
struct Deployed {
  let network: Network
  let mapping: Mapping
  let image: [UInt8]

  /// Maps and writes a network.
  ///
  /// - Parameter change: what to change in the mapping, for images that the mapper does not make.
  init(_ network: Network, on target: String = "board", change: (inout Mapping) -> Void = { _ in }) throws {
    let target = try Target.load(target)
    var mapping = try MeshFamily().map(network, to: target)
    change(&mapping)
    self.network = network
    self.mapping = mapping
    image = try ImageBuilder.image(
      of: NetworkDocument(network: network, ticks: 1), networkDigest: "", mapping: mapping,
      targetDigest: target.digest, encoder: MeshFamily())
  }

  /// The axons of all cores with their rows.
  var axons: [(axon: Axon, row: Row)] {
    mapping.cores.flatMap { core in core.axons.map { ($0, core.rows[$0.row]) } }
  }

  /// What the machine did, neurons in the network's order.
  struct Trace: Equatable {
    /// [ticks][neurons].
    var spikes: [UInt8] = []
    var membranes: [Int32] = []
    /// Current 0 of every neuron.
    var currents: [Int32] = []
  }

  /// Calls `body` with a machine for the image.
  func withMachine<R>(_ body: (inout MeshMachine) throws -> R) throws -> R {
    try image.withUnsafeBytes { bytes in
      let mesh = try MeshImage(try ImageView(bytes, verifyingDigests: true))
      try mesh.validate()
      let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: MeshMachine.memoryNeeded(for: mesh), alignment: 16)
      defer { memory.deallocate() }
      // Whatever the memory held before must not matter.
      for index in memory.indices { memory[index] = 0xA5 }
      var machine = try MeshMachine(image: mesh, memory: memory)
      return try body(&machine)
    }
  }

  /// Runs `totalTicks` ticks, of which the input has the first.
  func run(_ input: [UInt8], totalTicks: Int) throws -> Trace {
    try withMachine { try run(input, totalTicks: totalTicks, on: &$0) }
  }

  func run(_ input: [UInt8], totalTicks: Int, on machine: inout MeshMachine) throws -> Trace {
    let offsets = network.populationOffsets
    let neurons = network.neuronCount
    var trace = Trace()
    for tick in 0..<totalTicks {
      for line in 0..<network.inputCount where tick * network.inputCount + line < input.count {
        try machine.addInput(line: UInt32(line), count: input[tick * network.inputCount + line])
      }
      var spikes = [UInt8](repeating: 0, count: neurons)
      machine.tick { spike in
        guard let core = mapping.cores.first(where: { $0.number == Int(spike.core) }) else { return }
        let neuron = core.neurons[Int(spike.neuron)]
        spikes[offsets[neuron.population] + neuron.index] = spike.count
      }
      var membranes = [Int32](repeating: 0, count: neurons)
      var currents = membranes
      for (place, core) in mapping.cores.enumerated() {
        for (index, neuron) in core.neurons.enumerated() {
          let state = machine.state(core: place, neuron: index)
          membranes[offsets[neuron.population] + neuron.index] = state.membrane
          currents[offsets[neuron.population] + neuron.index] = state.current0
        }
      }
      trace.spikes += spikes
      trace.membranes += membranes
      trace.currents += currents
    }
    return trace
  }

  /// What the interpreter says the network does.
  func interpreted(_ input: [UInt8], totalTicks: Int) throws -> NetworkTrace {
    let ticks = network.inputCount == 0 ? 0 : input.count / network.inputCount
    return try NetworkInterpreter(network)
      .run(input: input, ticks: ticks, totalTicks: totalTicks, recording: [.membranes])
  }
}

extension Network {
  /// One input line per row of `weights` ([lines][neurons]), dense to one population.
  static func dense(
    _ weights: [[Int32]], model: NeuronModel = .lif(leak: .none), threshold: Int32 = 32767, delay: Int = 0,
    current: Int = 0
  ) -> Network {
    let size = weights.first?.count ?? 0
    return Network(
      inputCount: weights.count,
      populations: [Population(name: "a", size: size, model: model, threshold: .uniform(threshold))],
      projections: [
        Projection(
          name: "in", source: .input, target: 0, connectivity: .dense(Weights(weights.flatMap { $0 })), delay: delay,
          current: current)
      ], outputs: [OutputGroup(name: "out", population: 0, neurons: 0..<1, shift: 0)])
  }
}

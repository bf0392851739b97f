import FixedPoint
import ImageFormat
import Mapper
import MeshMachine
import Networks
import NeuronCore
import Testing

/// Delivery, state and refusals of the machine.
@Suite struct MachineTests {
  /// Two relays: an input line to neuron 0 with one delay, neuron 0 to neuron 1 with another.
  private func relay(inputDelay: Int, delay: Int) -> Network {
    var model = NeuronModel.lif(leak: .none)
    model.reset = .zero
    let one = Connectivity.dense(Weights([1] as [Int8]))
    return Network(
      inputCount: 1,
      populations: [
        Population(name: "a", size: 1, model: model, threshold: .uniform(1)),
        Population(name: "b", size: 1, model: model, threshold: .uniform(1)),
      ],
      projections: [
        Projection(name: "in", source: .input, target: 0, connectivity: one, delay: inputDelay),
        Projection(name: "ab", source: .population(0), target: 1, connectivity: one, delay: delay),
      ], outputs: [OutputGroup(name: "out", population: 1, neurons: 0..<1, shift: 0)])
  }

  @Test("delays of 0–14 from inputs and 1–15 between neurons arrive in their tick", arguments: 0...14, 1...15)
  func delays(inputDelay: Int, delay: Int) throws {
    let deployed = try Deployed(relay(inputDelay: inputDelay, delay: delay))
    // More ticks of input than the ring has.
    let input = (0..<40).map { UInt8([0, 3, 4, 17, 39].contains($0) ? 1 : 0) }
    let trace = try deployed.run(input, totalTicks: 75)
    let a = (0..<75).filter { trace.spikes[2 * $0] > 0 }
    let b = (0..<75).filter { trace.spikes[2 * $0 + 1] > 0 }
    #expect(a == [0, 3, 4, 17, 39].map { $0 + inputDelay })
    #expect(b == [0, 3, 4, 17, 39].map { $0 + inputDelay + delay })
  }

  @Test("one source with every delay reaches the same neuron once in each tick")
  func everyDelay() throws {
    let network = Network(
      inputCount: 1,
      populations: [Population(name: "a", size: 1, model: .lif(leak: .none), threshold: .uniform(32767))],
      projections: (0...14).map {
        Projection(
          name: "d\($0)", source: .input, target: 0, connectivity: .dense(Weights([Int8($0 + 1)])), delay: $0)
      }, outputs: [OutputGroup(name: "out", population: 0, neurons: 0..<1, shift: 0)])
    let trace = try Deployed(network).run([2], totalTicks: 16)
    // 2·(1 + 2 + … + n) = n·(n + 1), n = 15 at last.
    let sums = (0..<16).map { (tick: Int) -> Int32 in
      let arrived = Int32(min(tick + 1, 15))
      return arrived * (arrived + 1)
    }
    #expect(trace.membranes == sums)
  }

  @Test("an event of a line that is not there, and a second one in a tick, are refused; a count of 0 is none")
  func refusedInput() throws {
    let deployed = try Deployed(.dense([[1], [2]]))
    try deployed.withMachine { machine in
      #expect(throws: MachineError.inputOutOfRange(line: 2, lines: 2)) { try machine.addInput(line: 2, count: 1) }
      #expect(throws: MachineError.inputOutOfRange(line: .max, lines: 2)) { try machine.addInput(line: .max, count: 0) }
      try machine.addInput(line: 1, count: 0)
      try machine.addInput(line: 1, count: 5)
      try machine.addInput(line: 1, count: 0)
      #expect(throws: MachineError.duplicateInput(line: 1, tick: 0)) { try machine.addInput(line: 1, count: 1) }
      try machine.addInput(line: 0, count: 1)
      machine.tick { _ in }
      // The refused event changed nothing, and in the next tick the line is free again.
      #expect(machine.state(core: 0, neuron: 0).membrane == 1 + 5 * 2)
      try machine.addInput(line: 1, count: 1)
      #expect(throws: MachineError.duplicateInput(line: 1, tick: 1)) { try machine.addInput(line: 1, count: 1) }
      machine.clear()
      try machine.addInput(line: 1, count: 1)
    }
  }

  @Test("clear restores everything: a run after another equals the first, pending deliveries included")
  func clear() throws {
    let deployed = try Deployed(relay(inputDelay: 14, delay: 15))
    try deployed.withMachine { machine in
      let input = [UInt8](repeating: 1, count: 20)
      let first = try deployed.run(input, totalTicks: 20, on: &machine)
      #expect(machine.currentTick == 20)
      machine.clear()
      #expect(machine.currentTick == 0)
      for index in 0..<2 { #expect(machine.state(core: 0, neuron: index) == NeuronState()) }
      #expect(try deployed.run(input, totalTicks: 20, on: &machine) == first)
      // Without input, nothing of the run before is left on its way.
      machine.clear()
      #expect(try deployed.run([], totalTicks: 40, on: &machine).spikes.allSatisfy { $0 == 0 })
    }
  }

  @Test("pending counts of one axon add up in a tick and saturate at 255")
  func saturation() throws {
    // The mapper proves that this does not happen; here both lines are led to one axon.
    let deployed = try Deployed(.dense([[1], [1]])) { mapping in
      let route = mapping.inputRoutes[0]
      mapping.inputRoutes = [route, route]
      mapping.inputRouteStarts = [0, 1, 2]
    }
    for (first, second, sum) in [(1, 2, 3), (100, 155, 255), (250, 10, 255), (255, 255, 255)] as [(UInt8, UInt8, Int32)]
    {
      #expect(try deployed.run([first, second], totalTicks: 1).membranes == [sum])
    }
  }

  @Test("too little memory is an error that tells both sizes")
  func memory() throws {
    let deployed = try Deployed(.dense([[1]]))
    try deployed.image.withUnsafeBytes { bytes in
      let image = try MeshImage(try ImageView(bytes, verifyingDigests: true))
      let needed = MeshMachine.memoryNeeded(for: image)
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: needed - 1, alignment: 16)
      defer { memory.deallocate() }
      #expect(throws: ImageError.memory(needed: UInt64(needed), available: UInt64(needed - 1))) {
        _ = try MeshMachine(image: image, memory: memory).currentTick
      }
    }
  }

  @Test("a full core of the micro board needs at most 48 KiB")
  func microMemory() throws {
    let weights = (0..<64).map { line in (0..<256).map { Int32(($0 + line) % 3) - 1 } }
    let deployed = try Deployed(.dense(weights, threshold: 100), on: "board-micro")
    try deployed.withMachine { machine in
      #expect(MeshMachine.memoryNeeded(for: machine.image) <= 48 * 1024)
    }
  }

  @Test("an image without cores runs")
  func empty() throws {
    let deployed = try Deployed(.dense([[1]])) { mapping in
      mapping.cores = []
      mapping.outputs = []
      mapping.inputRoutes = []
      mapping.inputRouteStarts = [0, 0]
    }
    try deployed.withMachine { machine in
      try machine.addInput(line: 0, count: 255)
      machine.tick { _ in Issue.record("a spike of no neuron") }
      #expect(machine.currentTick == 1)
    }
  }

  @Test("spikes come ascending by core and neuron, with counts and output indices")
  func order() throws {
    let size = 700
    let weights = (0..<size).map { _ in Int32(50) }
    var network = Network.dense([weights], model: .lif(leak: .none), threshold: 10)
    network.populations[0].model.spikeCap = 9
    network.outputs = [OutputGroup(name: "out", population: 0, neurons: 5..<8, shift: 0)]
    let deployed = try Deployed(network)
    #expect(deployed.mapping.cores.count >= 3)
    try deployed.withMachine { machine in
      try machine.addInput(line: 0, count: 1)
      var spikes: [MeshSpike] = []
      machine.tick { spikes.append($0) }
      #expect(spikes.count == size && spikes.allSatisfy { $0.count == 5 })
      let keys = spikes.map { UInt64($0.core) << 32 | UInt64($0.neuron) }
      #expect(keys == keys.sorted() && Set(keys).count == size)
      #expect(spikes.map(\.output).filter { $0 != ImageLayout.noOutput }.sorted() == [0, 1, 2])
    }
  }
}

import Emulator
import FixedPoint
import ImageFormat
import Images
import Networks
import NeuronCore
import ODINChip
import TestSupport
import Testing

@Suite("Images of tinyODIN and ODIN, executed")
struct ExecutionTests {
  @Test("do what a plain simulation of the core does: spikes, counts, membranes", arguments: Core.allCases, 0..<60)
  func plain(core: Core, seed: Int) throws {
    let item = RandomCrossbar(seed: UInt64(seed), on: core, recurrent: seed % 3 == 0)
    var plain = PlainCrossbar(item.network, on: core)
    let image = try core.image(of: item.network, ticks: item.ticks)
    var spikes: [UInt8] = []
    var membranes: [Int32] = []
    var ends = true
    for tick in 0..<item.ticks + image.host.depth where ends {
      let lines = item.network.inputCount
      ends = plain.tick(tick < item.ticks ? item.input[tick * lines..<(tick + 1) * lines] : [])
      if plain.counts.contains(where: { $0 > 255 }) { ends = false }
      spikes += plain.counts.map { UInt8(clamping: $0) }
      membranes += plain.membranes.map(Int32.init)
    }
    guard ends else {
      #expect(throws: EmulatorError.self) { try core.run(image, item.input, ticks: item.ticks) }
      return
    }
    let run = try core.run(image, item.input, ticks: item.ticks)
    #expect(run.neuronSpikes == spikes)
    #expect(run.membranes == membranes)
    #expect(run.totalSpikes == spikes.reduce(0) { $0 + Int($1) })
  }

  @Test("come out of the bare core too, sent the image's frames and a host's words", arguments: [0, 1, 2, 3, 4, 5])
  func bareCore(seed: Int) throws {
    let item = RandomCrossbar(seed: UInt64(seed), on: .tinyODIN, recurrent: false)
    let image = try Core.tinyODIN.image(of: item.network, ticks: item.ticks)
    var core = TinyODINMachine()
    try image.withSection(FourCharacterCode("SPIF")) { bytes in
      for start in stride(from: 0, to: bytes.count, by: 5) {
        _ = core.transfer(SerialFrame(bits: bytes[start..<start + 5].reduce(0) { $0 << 8 | UInt64($1) }))
      }
    }
    let (lines, neurons) = (item.network.inputCount, item.network.neuronCount)
    func sample() throws -> [UInt8] {
      var spikes = [UInt8](repeating: 0, count: item.ticks * neurons)
      for tick in 0..<item.ticks {
        var events = try core.send(0x1FF, budget: 1000)
        for line in 0..<lines {
          for _ in 0..<item.input[tick * lines + line] {
            events += try core.send(UInt16(neurons + line), budget: 65_536)
          }
        }
        for event in events { spikes[tick * neurons + Int(event)] += 1 }
      }
      return spikes
    }
    let spikes = try sample()
    // The frames before a new sample.
    for register in [UInt16(0), 1] { _ = core.transfer(SerialFrame(register: register, value: 1)) }
    for neuron in 0..<UInt16(neurons) {
      _ = core.transfer(SerialFrame(writing: 0, to: .neurons, place: neuron))
      _ = core.transfer(SerialFrame(writing: 0, to: .neurons, place: 256 + neuron, keeping: 0xF0))
    }
    for register in [UInt16(1), 0] { _ = core.transfer(SerialFrame(register: register, value: 0)) }
    #expect(try sample() == spikes)
    let run = try Core.tinyODIN.run(image, item.input, ticks: item.ticks)
    #expect(Array(run.neuronSpikes.prefix(spikes.count)) == spikes)
    #expect(spikes.contains { $0 > 0 })
  }

  /// One event a tick, and a single source for each neuron: nothing can arrive twice in a tick, so order is no matter.
  @Test("agree with the reference where each neuron gets one event a tick", arguments: Core.allCases, 0..<40)
  func reference(core: Core, seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), stream: 0x6F6E_6563)
    let sizes = [random.within(1...9)] + (0..<random.within(1...3)).map { _ in random.within(1...20) }
    var network = TestNetworks.dense(sizes, model: core.model(leak: .linear(amount: UInt32(random.within(0...3)))))
    for index in network.projections.indices {
      let targets = sizes[index + 1]
      let sources = (0..<targets).map { _ in random.within(0...sizes[index] - 1) }
      let signs = (0..<sizes[index]).map { _ in random.oneIn(4) ? -1 : 1 }
      network.projections[index].connectivity = .sparse(
        SparseSynapses(
          sources: sources.map { UInt32($0) }, targets: (0..<targets).map { UInt32($0) },
          weights: Weights(sources.map { Int8(signs[$0] * random.within(1...7)) })))
      network.populations[index].threshold = .each((0..<targets).map { _ in Int32(random.within(1...9)) })
      network.populations[index].start = .uniform(Int32(index))
    }
    let ticks = 60
    var input = [UInt8](repeating: 0, count: ticks * sizes[0])
    for tick in 0..<ticks where !random.oneIn(4) { input[tick * sizes[0] + random.within(0...sizes[0] - 1)] = 1 }
    let image = try core.image(of: network, ticks: ticks)
    let run = try core.run(image, input, ticks: ticks)
    let trace = try NetworkInterpreter(network).run(input: input, ticks: ticks)
    #expect(image.host.depth == 0)
    #expect(image.host.aligned(run.rawSpikes, ticks: ticks) == trace.alignedOutputs(of: network, ticks: ticks))
  }

  @Test("are the same bytes and the same spikes each time", arguments: Core.allCases)
  func deterministic(core: Core) throws {
    let item = RandomCrossbar(seed: 3, on: core, recurrent: false)
    let bytes = try core.imageBytes(of: item.network)
    #expect(try core.imageBytes(of: item.network) == bytes)
    let image = try LoadedImage(name: "x", bytes: bytes)
    let emulator = ImageEmulator(image: image, maker: core.family)
    let machine = try emulator.makeMachine()
    let runs = try (0..<3).map { _ in
      try item.input.withUnsafeBufferPointer { try emulator.run($0, ticks: item.ticks, on: machine, trace: .neurons) }
    }
    #expect(runs[0] == runs[1] && runs[1] == runs[2] && runs[0].totalSpikes > 0)
  }

  @Test("end with an error where recurrent spikes never end, and run again afterwards", arguments: Core.allCases)
  func runaway(core: Core) throws {
    var network = Network.layers([2, 2], on: core, threshold: 5) { _, source, target in source == target ? 5 : 0 }
    // Neuron 0 excites itself for ever; input 1 does not reach it.
    network.projections.append(
      Projection(
        name: "loop", source: .population(0), target: 0,
        connectivity: .sparse(SparseSynapses(sources: [0], targets: [0], weights: Weights([Int8(5)]))), delay: 1))
    let image = try core.image(of: network, ticks: 2)
    let emulator = ImageEmulator(image: image, maker: core.family)
    let machine = try emulator.makeMachine()
    func run(_ input: [UInt8]) throws -> SampleRun {
      try input.withUnsafeBufferPointer { try emulator.run($0, ticks: 2, on: machine) }
    }
    let good = try run([0, 1, 0, 1])
    #expect(good.totalSpikes == 2)
    #expect {
      _ = try run([0, 1, 1, 0])
    } throws: { error in
      let text = "\(error)"
      return text.contains("tick 1") && text.contains("65536 events") && text.contains("weaken")
    }
    #expect(try run([0, 1, 0, 1]) == good)
  }

  @Test("tell up to 255 spikes of a neuron in a tick, and refuse more", arguments: Core.allCases)
  func counts(core: Core) throws {
    let network = Network.layers([2, 1], on: core, threshold: 3) { _, _, _ in 3 }
    let image = try core.image(of: network, ticks: 1)
    let emulator = ImageEmulator(image: image, maker: core.family)
    let machine = try emulator.makeMachine()
    func run(_ input: [UInt8]) throws -> [UInt8] {
      try input.withUnsafeBufferPointer { try emulator.run($0, ticks: 1, on: machine).rawSpikes }
    }
    #expect(try run([200, 55]) == [255])
    #expect(throws: EmulatorError.tooManySpikes(neuron: 0, tick: 0, limit: 255)) { try run([200, 56]) }
    // The machine is as new after a failure.
    #expect(try run([1, 1]) == [2])
  }

  @Test("refuse lines that are not there and two events of a line in one tick", arguments: Core.allCases)
  func badInput(core: Core) throws {
    let image = try core.image(of: Network.layers([2, 1], on: core) { _, _, _ in 3 })
    let machine = try core.family.makeMachine(for: image)
    #expect(throws: EmulatorError.lineOutOfRange(line: 2, lines: 2)) { try machine.addInput(line: 2, count: 1) }
    try machine.addInput(line: 1, count: 1)
    #expect(throws: EmulatorError.duplicateInput(line: 1, tick: 0)) { try machine.addInput(line: 1, count: 1) }
  }
}

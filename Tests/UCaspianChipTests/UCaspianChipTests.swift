import Emulator
import FixedPoint
import ImageFormat
import Images
import Mapper
import Networks
import NeuronCore
import ShippedTargets
import Targets
import Testing
import UCaspianChip

@Suite("uCaspian")
struct UCaspianChipTests {
  static let family = UCaspianFamily()

  static func target() throws -> Target { try Target.load("ucaspian") }

  static func image(_ network: Network, ticks: Int) throws -> LoadedImage {
    let target = try target()
    let mapping = try family.map(network, to: target)
    let bytes = try ImageBuilder.image(
      of: NetworkDocument(network: network, ticks: ticks), networkDigest: String(repeating: "0", count: 64),
      mapping: mapping, targetDigest: target.digest, encoder: family)
    return try LoadedImage(name: "test", bytes: bytes)
  }

  static func run(_ image: LoadedImage, _ input: [UInt8], ticks: Int) throws -> SampleRun {
    let emulator = ImageEmulator(image: image, maker: family)
    return try input.withUnsafeBufferPointer {
      try emulator.run($0, ticks: ticks, on: try emulator.makeMachine(), trace: [.neurons, .membranes])
    }
  }

  static func packets(_ image: LoadedImage) throws -> [UInt8] {
    try image.withSection(FourCharacterCode("PCKT")) { Array($0) }
  }

  @Test(
    "A random network's image gives the interpreter's spikes; with its relays also every neuron's and every charge",
    arguments: 0..<150)
  func equalsInterpreter(seed: Int) throws {
    let random = RandomUCaspianNetwork(seed: UInt64(seed), ownDelays: seed % 3 == 0)
    let mapping: Mapping
    do {
      mapping = try Self.family.map(random.network, to: try Self.target())
    } catch let misfit as Misfit {
      #expect([.neurons, .accumulatorRange, .synapses].contains(misfit.resource), "\(misfit.explanation)")
      return
    }
    let image = try Self.image(random.network, ticks: random.ticks)
    let run = try Self.run(image, random.input, ticks: random.ticks)
    let trace = try NetworkInterpreter(random.network).run(input: random.input, ticks: random.ticks)
    #expect(
      image.host.aligned(run.rawSpikes, ticks: random.ticks)
        == trace.alignedOutputs(of: random.network, ticks: random.ticks))
    let lowered = try #require(mapping.chip?.network)
    let inner = try NetworkInterpreter(lowered).run(input: random.input, ticks: random.ticks, recording: .membranes)
    #expect(run.neuronSpikes == inner.spikes)
    #expect(run.membranes == inner.membranes)
  }

  @Test("Most random networks fit, spike and reset, so that comparing them means something")
  func randomNetworksSpike() throws {
    var (spiking, relayed) = (0, 0)
    for seed in 0..<150 {
      let random = RandomUCaspianNetwork(seed: UInt64(seed), ownDelays: seed % 3 == 0)
      guard let mapping = try? Self.family.map(random.network, to: try Self.target()) else { continue }
      let trace = try NetworkInterpreter(random.network).run(input: random.input, ticks: random.ticks)
      if trace.alignedOutputs(of: random.network, ticks: random.ticks).contains(1) { spiking += 1 }
      if mapping.chip?.network.populations.last?.name == "delay relays" { relayed += 1 }
    }
    #expect(spiking > 60)
    #expect(relayed > 15)
  }

  @Test("The emulator's way into the core gives what packets over its line give", arguments: 0..<40)
  func equalsPackets(seed: Int) throws {
    let random = RandomUCaspianNetwork(seed: UInt64(seed), ownDelays: false)
    guard let image = try? Self.image(random.network, ticks: random.ticks) else { return }
    let run = try Self.run(image, random.input, ticks: random.ticks)
    let ports = try #require(image.ports)
    var core = UCaspianMachine()
    let packets = try Self.packets(image)
    let acknowledgements = try core.receive(packets)
    // One for each packet: the clearing, neurons, synapses.
    #expect(acknowledgements.first == 0x04 && acknowledgements.dropFirst().allSatisfy { $0 == 0x18 })
    var spikes = [UInt8](repeating: 0, count: run.runTicks * ports.outputs.count)
    for tick in 0..<run.runTicks {
      var bytes: [UInt8] = []
      if tick < random.ticks {
        for line in 0..<random.network.inputCount where random.input[tick * random.network.inputCount + line] > 0 {
          bytes += [0x80 | UInt8(ports.inputs[line]), 1]
        }
      }
      let answer = try core.receive(bytes + [0x01, 1])
      #expect(answer.prefix(5) == [0x01, 0, 0, UInt8((tick + 1) >> 8), UInt8((tick + 1) & 255)])
      for place in stride(from: 5, to: answer.count, by: 2) {
        #expect(answer[place] == 0x80)
        let output = try #require(ports.outputs.firstIndex(of: Int(answer[place + 1])))
        spikes[tick * ports.outputs.count + output] = 1
      }
      let neurons = image.host.neuronCount
      #expect(
        core.charges.prefix(neurons).map(Int32.init) == Array(run.membranes[tick * neurons..<(tick + 1) * neurons]))
    }
    #expect(spikes == run.rawSpikes)
  }

  @Test("Several steps in one packet are as many packets of one step")
  func severalSteps() throws {
    let random = RandomUCaspianNetwork(seed: 4, ownDelays: false)
    let image = try Self.image(random.network, ticks: random.ticks)
    var (together, apart) = (UCaspianMachine(), UCaspianMachine())
    let start = try Self.packets(image) + (0..<20).flatMap { [0x80 | UInt8($0), 255] }
    _ = try together.receive(start)
    _ = try apart.receive(start)
    let whole = try together.receive([0x01, 200])
    var parts: [UInt8] = []
    for step in 1...200 {
      let answer = try apart.receive([0x01, 1])
      // Within a longer run a step without a spike says nothing.
      if answer.count > 5 || step == 200 { parts += answer }
    }
    #expect(whole == parts && whole.count > 5)
    #expect(together.charges == apart.charges)
  }

  @Test("A count above 1 is refused with the line and the tick: a relay keeps no count")
  func greaterCount() throws {
    let random = RandomUCaspianNetwork(seed: 4, ownDelays: false)
    let image = try Self.image(random.network, ticks: random.ticks)
    var input = random.input
    input[random.network.inputCount * 2 + 1] = 2
    #expect(throws: EmulatorError.inputCount(line: 1, tick: 2, count: 2, limit: 1)) {
      try Self.run(image, input, ticks: random.ticks)
    }
  }

  @Test("Lines that do not exist and second events are refused, and nothing traps")
  func strayInput() throws {
    let random = RandomUCaspianNetwork(seed: 4, ownDelays: false)
    let machine = try Self.family.makeMachine(for: try Self.image(random.network, ticks: 1))
    for line in [-1, random.network.inputCount, Int.max] {
      #expect(throws: EmulatorError.lineOutOfRange(line: line, lines: random.network.inputCount)) {
        try machine.addInput(line: line, count: 1)
      }
    }
    try machine.addInput(line: 0, count: 1)
    #expect(throws: EmulatorError.duplicateInput(line: 0, tick: 0)) { try machine.addInput(line: 0, count: 1) }
    machine.tick { _ in }
    try machine.addInput(line: 0, count: 1)
  }
}

import ChipCatalog
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
import XyloChip

@Suite("Xylo")
struct XyloChipTests {
  /// A Xylo Audio 3 without limits of fan-in and fan-out.
  static func target() throws -> Target {
    var target = try Target.load("xylo-audio-3")
    target.chip?.synapsesPerNeuron = Budgets.unlimited
    return target
  }

  static func image(_ network: Network, ticks: Int, target: Target) throws -> LoadedImage {
    let document = NetworkDocument(
      network: network, ticks: ticks, coding: InputCoding(kind: .spikes), decoder: .spikeCount)
    let mapping = try XyloFamily().map(network, to: target)
    let bytes = try ImageBuilder.image(
      of: document, networkDigest: String(repeating: "0", count: 64), mapping: mapping, targetDigest: target.digest,
      encoder: XyloFamily())
    return try LoadedImage(name: "test", bytes: bytes)
  }

  @Test("The image of a random network gives the interpreter's spikes and membranes, tick by tick", arguments: 0..<60)
  func equalsInterpreter(seed: Int) throws {
    let random = RandomXyloNetwork(seed: UInt64(seed))
    let image = try Self.image(random.network, ticks: random.ticks, target: try Self.target())
    let emulator = try ChipCatalog.emulator(for: image)
    let run = try random.input.withUnsafeBufferPointer {
      try emulator.run($0, ticks: random.ticks, on: try emulator.makeMachine(), trace: [.neurons, .membranes])
    }
    let trace = try NetworkInterpreter(random.network).run(
      input: random.input, ticks: random.ticks, recording: .membranes)
    #expect(run.neuronSpikes == trace.spikes)
    #expect(run.membranes == trace.membranes)
    #expect(image.host.outputCount == random.network.outputCount)
  }

  @Test("Random networks spike, so that comparing them means something")
  func randomNetworksSpike() throws {
    var spiking = 0
    for seed in 0..<60 {
      let random = RandomXyloNetwork(seed: UInt64(seed))
      let trace = try NetworkInterpreter(random.network).run(input: random.input, ticks: random.ticks)
      if trace.spikes.contains(where: { $0 > 1 }) { spiking += 1 }
    }
    #expect(spiking > 30)
  }

  @Test("Hidden populations come first on the chip, wherever they stand in the network")
  func readoutsComeLast() throws {
    let random = RandomXyloNetwork(seed: 3)
    var network = random.network
    let last = network.populations.count - 1
    network.populations.insert(network.populations.remove(at: last), at: 0)
    for index in network.projections.indices {
      network.projections[index].target = (network.projections[index].target + 1) % (last + 1)
      if case .population(let source) = network.projections[index].source {
        network.projections[index].source = .population((source + 1) % (last + 1))
      }
    }
    network.outputs[0].population = 0
    let images = try [random.network, network].map {
      try Self.image($0, ticks: random.ticks, target: try Self.target())
    }
    let runs = try images.map { image in
      let emulator = try ChipCatalog.emulator(for: image)
      return try random.input.withUnsafeBufferPointer {
        try emulator.run($0, ticks: random.ticks, on: try emulator.makeMachine())
      }
    }
    #expect(runs[0].rawSpikes == runs[1].rawSpikes)
    #expect(images[1].host.populations.last?.name == "out")
  }

  /// What `map` refuses after a change.
  private func misfit(_ change: (inout Network) -> Void, _ target: Target? = nil) throws -> Misfit? {
    var network = RandomXyloNetwork(seed: 3).network
    change(&network)
    do {
      _ = try XyloFamily().map(network, to: try target ?? Self.target())
      return nil
    } catch let misfit as Misfit {
      return misfit
    }
  }

  @Test("What a Xylo has not is a misfit that names the population, the value and the limit")
  func misfits() throws {
    #expect(try misfit { _ in } == nil)
    #expect(try misfit { $0.populations[0].model.spikeCap = 1 }?.resource == .spikeCap)
    #expect(try misfit { $0.populations[0].model.leak = .floor(shift: 3) }?.resource == .leak)
    #expect(try misfit { $0.populations[0].model.reset = .zero }?.resource == .reset)
    #expect(try misfit { $0.populations[0].model.upperBound = 255 }?.resource == .membraneBounds)
    #expect(try misfit { $0.populations[0].threshold = .uniform(40000) }?.needed == .count(40000))
    #expect(try misfit { $0.populations[0].bias = .uniform(40000) }?.resource == .bias)
    #expect(try misfit { $0.projections[0].delay = 2 }?.resource == .inputDelay)
    #expect(
      try misfit {
        $0.projections[0].connectivity = .dense(
          Weights([Int32](repeating: 257, count: $0.inputCount * $0.populations[0].size)))
      }?.resource == .weightShift)
    #expect(
      try misfit {
        $0.projections.append(
          Projection(
            name: "back", source: .population($0.populations.count - 1), target: 0,
            connectivity: .sparse(SparseSynapses(sources: [0], targets: [0], weights: Weights([Int32(1)]))), delay: 1))
      }?.resource == .connection)
    #expect(
      try misfit {
        $0.populations[0].bias = .uniform(1)
        $0.populations[0].start = .uniform(1)
      }?.resource == .start)
    #expect(try misfit({ _ in }, Target.load("xylo-audio-3"))?.resource == .fanOut)
    var wide = RandomXyloNetwork(seed: 3).network
    wide.inputCount = 17
    wide.projections = []
    #expect(throws: Misfit.self) { try XyloFamily().map(wide, to: try Self.target()) }
  }

  @Test("A start before which nothing happens is no misfit, and changes no spike")
  func harmlessStarts() throws {
    var random = RandomXyloNetwork(seed: 8)
    for index in random.network.populations.indices { random.network.populations[index].bias = .uniform(0) }
    let plain = try Self.image(random.network, ticks: random.ticks, target: try Self.target())
    random.network.populations[random.network.populations.count - 1].start = .uniform(1)
    let started = try Self.image(random.network, ticks: random.ticks, target: try Self.target())
    #expect(plain.withBytes { Array($0) } == started.withBytes { Array($0) })
  }

  @Test("A count above 15 is refused with the line, the tick and the limit")
  func countsAreBounded() throws {
    let random = RandomXyloNetwork(seed: 3)
    let image = try Self.image(random.network, ticks: 1, target: try Self.target())
    let machine = try ChipCatalog.emulator(for: image).makeMachine()
    #expect(throws: EmulatorError.inputCount(line: 0, tick: 0, count: 16, limit: 15)) {
      try machine.addInput(line: 0, count: 16)
    }
  }

  @Test("Changed bytes of a payload are refused or executed, and never trap", arguments: 0..<200)
  func hostilePayload(seed: Int) throws {
    let random = RandomXyloNetwork(seed: 3)
    let mapping = try XyloFamily().map(random.network, to: try Self.target())
    var sections = try XyloFamily().sections(for: mapping)
    var stream = RandomStream(seed: UInt64(seed), stream: 9)
    for _ in 0..<3 {
      let place = Int(stream.next() % UInt32(sections[0].bytes.count))
      sections[0].bytes[place] = UInt8(truncatingIfNeeded: stream.next() % 10) + UInt8(ascii: "0")
    }
    let encoder = Replaying(family: .xylo, sections: sections)
    let bytes = try ImageBuilder.image(
      of: NetworkDocument(
        network: random.network, ticks: 2, coding: InputCoding(kind: .spikes), decoder: .spikeCount),
      networkDigest: String(repeating: "0", count: 64), mapping: mapping, targetDigest: mapping.target.digest,
      encoder: encoder)
    let image = try LoadedImage(name: "test", bytes: bytes)
    do {
      let machine = try XyloFamily().makeMachine(for: image)
      try machine.addInput(line: 0, count: 3)
      for _ in 0..<3 { machine.tick { _ in } }
    } catch let error as ImagesError {
      #expect("\(error)".contains("XCFG"))
    }
  }
}

/// Sections as they are.
private struct Replaying: PayloadEncoder {
  var family: FourCharacterCode
  var sections: [ImageSection]

  func sections(for mapping: Mapping) throws -> [ImageSection] { sections }
}

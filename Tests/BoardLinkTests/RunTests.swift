import BoardLink
import ChipCatalog
import Emulator
import FixedPoint
import ImageFormat
import Images
import Networks
import NeuronCore
import ShippedTargets
import Targets
import Testing
import VirtualBoard
import WireProtocol

@Suite struct RunTests {
  let folder = TemporaryFolder()

  @Test("Output spikes, CRC and membranes of a board are the emulator's, sample by sample", arguments: 0..<12)
  func sameAsEmulator(seed: Int) throws {
    let target = try Target.load(seed % 3 == 0 ? "board-micro" : "board")
    let image = try TestImage(seed: UInt64(seed), target: target)
    let board = try RunningBoard(target, options: VirtualBoardOptions(serial: "b", socketFolder: folder.path))
    let session = try BoardSession(board.server.address)
    _ = try image.bytes.withUnsafeBytes { try session.flash($0) }
    let emulator = try ChipCatalog.emulator(for: image.loaded)
    let machine = try emulator.makeMachine()
    let shape = RunShape(
      inputs: image.lines, inputTicks: image.ticks, totalTicks: image.ticks + image.loaded.host.depth,
      outputs: image.loaded.host.outputCount, readouts: image.loaded.host.readoutOutputs)
    var next = 0
    var spikes: UInt64 = 0
    try session.run(samples: 0..<40, shape: shape) { sample, buffer in
      _ = buffer.update(fromContentsOf: image.input(sample))
    } receive: { sample, result in
      #expect(sample == next)
      next += 1
      let expected = image.input(sample).withUnsafeBufferPointer {
        try? emulator.run($0, ticks: image.ticks, on: machine)
      }
      #expect(Array(result.counts) == expected?.rawSpikes)
      #expect(Array(result.readouts) == expected?.rawReadouts)
      #expect(result.readouts.isEmpty == (seed % 2 == 0))
      #expect(result.crc == expected?.checksum)
      #expect(result.spikes == UInt64(expected?.totalSpikes ?? -1))
      spikes += result.spikes
    }
    #expect(next == 40 && spikes > 0)
    #expect(try session.statistics().spikes == spikes)
    try compareMembranes(session, image, emulator, machine)
  }

  private func compareMembranes(
    _ session: BoardSession, _ image: TestImage, _ emulator: ImageEmulator, _ machine: any Machine
  ) throws {
    let run = try image.input(39).withUnsafeBufferPointer {
      try emulator.run($0, ticks: image.ticks, on: machine, trace: .membranes)
    }
    let neurons = image.loaded.host.neuronCount
    let last = run.membranes.suffix(neurons).sorted()
    var found: [Int32] = []
    for core in try image.loaded.withMeshImage({ mesh in (0..<mesh.coreCount).map { mesh.coreNumber(at: $0) } }) {
      found += try session.membranes(core: Int(core)).values
    }
    #expect(found.sorted() == last)
  }

  @Test("Samples larger than a frame are cut at ticks, and single ticks larger than a frame too")
  func largeSamples() throws {
    // The least frame that the protocol allows holds 62 spikes; every line spikes in every tick.
    var target = try Target.load("board")
    target.link?.maximumPayload = 512
    target.link?.pageBytes = 256
    var options = TestSize()
    for lines in [10, 61, 62, 63, 200] {
      options.lines = lines
      let image = try denseImage(options, target: target)
      let board = try RunningBoard(target, options: VirtualBoardOptions(serial: "l\(lines)", socketFolder: folder.path))
      let session = try BoardSession(board.server.address)
      _ = try image.withUnsafeBytes { try session.flash($0) }
      let loaded = try LoadedImage(name: "test", bytes: image)
      let emulator = try ChipCatalog.emulator(for: loaded)
      let machine = try emulator.makeMachine()
      let input = [UInt8](repeating: 1, count: lines * options.ticks)
      let expected = try input.withUnsafeBufferPointer { try emulator.run($0, ticks: options.ticks, on: machine) }
      var received = 0
      let shape = RunShape(
        inputs: lines, inputTicks: options.ticks, totalTicks: options.ticks + loaded.host.depth,
        outputs: loaded.host.outputCount)
      try session.run(samples: 0..<5, shape: shape) { _, buffer in
        _ = buffer.update(fromContentsOf: input)
      } receive: { _, result in
        received += 1
        #expect(Array(result.counts) == expected.rawSpikes && result.crc == expected.checksum)
      }
      #expect(received == 5 && expected.totalSpikes > 100)
    }
  }

  @Test("A run without an active image is refused with exit code 9")
  func noImage() throws {
    let target = try Target.load("board")
    let board = try RunningBoard(target, options: VirtualBoardOptions(serial: "n", socketFolder: folder.path))
    let session = try BoardSession(board.server.address)
    let shape = RunShape(inputs: 1, inputTicks: 1, totalTicks: 1, outputs: 1)
    let error = #expect(throws: BoardLinkError.self) {
      try session.run(samples: 0..<1, shape: shape, encode: { _, _ in }, receive: { _, _ in })
    }
    #expect(error == .refused(request: .run, BoardError(.noActiveImage)) && error?.exitCode == 9)
  }
}

/// The sizes of a network whose outputs all spike.
struct TestSize {
  var lines = 10
  var ticks = 6
  var outputs = 70
}

/// A dense network of one layer in which every neuron spikes in every tick.
func denseImage(_ size: TestSize, target: Target) throws -> [UInt8] {
  let network = Network(
    inputCount: size.lines,
    populations: [
      Population(
        name: "out", size: size.outputs, model: NeuronModel(reset: .zero), threshold: .uniform(1))
    ],
    projections: [
      Projection(
        name: "all", source: .input, target: 0,
        connectivity: .dense(Weights([Int8](repeating: 1, count: size.lines * size.outputs))), delay: 0)
    ],
    outputs: [OutputGroup(name: "out", population: 0, neurons: 0..<size.outputs, shift: 0)])
  return try ImageBuilder.image(
    of: NetworkDocument(network: network, ticks: size.ticks), networkDigest: String(repeating: "0", count: 64),
    mapping: try ChipCatalog.map(network, to: target), targetDigest: target.digest,
    encoder: try ChipCatalog.family(of: target))
}

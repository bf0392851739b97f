import BoardLink
import ChipCatalog
import Emulator
import FixedPoint
import Images
import Mapper
import Networks
import Targets
import TestSupport
import Testing

/// A small network's image, and input for it.
struct TestImage {
  let bytes: [UInt8]
  let loaded: LoadedImage
  let ticks: Int
  let lines: Int

  /// The same seed gives the same bytes; odd seeds give readouts as well.
  init(seed: UInt64, target: Target) throws {
    var options = LayeredOptions()
    options.layers = 1...3
    options.sizes = 2...60
    let random = try RandomNetwork.layered(seed: seed, options: options)
    var network = random.network
    if seed % 2 == 1 { network.addReadouts(Int(seed) + 1) }
    let document = NetworkDocument(network: network, ticks: random.ticks)
    bytes = try ImageBuilder.image(
      of: document, networkDigest: String(repeating: "0", count: 64),
      mapping: try ChipCatalog.map(network, to: target), targetDigest: target.digest,
      encoder: try ChipCatalog.family(of: target))
    loaded = try LoadedImage(name: "test", bytes: bytes)
    ticks = random.ticks
    lines = random.input.count / random.ticks
  }

  /// Counts [ticks][lines] of a sample.
  func input(_ sample: Int) -> [UInt8] {
    var random = RandomStream(seed: 77, stream: UInt64(sample))
    return (0..<ticks * lines).map { _ in random.below(3) == 0 ? UInt8(random.below(256)) : 0 }
  }

  /// Runs samples on the board's active image and on the emulator; the spikes of all neurons, as both count them.
  func compare(_ session: BoardSession, samples: Int) throws -> UInt64 {
    let emulator = try ChipCatalog.emulator(for: loaded)
    let machine = try emulator.makeMachine()
    let shape = RunShape(
      inputs: lines, inputTicks: ticks, totalTicks: ticks + loaded.host.depth, outputs: loaded.host.outputCount,
      readouts: loaded.host.readoutOutputs)
    var answers = 0
    var spikes: UInt64 = 0
    try session.run(samples: 0..<samples, shape: shape) { sample, buffer in
      _ = buffer.update(fromContentsOf: input(sample))
    } receive: { sample, result in
      let expected = input(sample).withUnsafeBufferPointer { try? emulator.run($0, ticks: ticks, on: machine) }
      #expect(Array(result.counts) == expected?.rawSpikes)
      #expect(Array(result.readouts) == expected?.rawReadouts)
      #expect(result.crc == expected?.checksum)
      #expect(result.spikes == UInt64(expected?.totalSpikes ?? -1))
      spikes += result.spikes
      answers += 1
    }
    #expect(answers == samples)
    return spikes
  }
}

/// Bytes that begin like an image of a target and go on at random: good for flashing, not for running.
func randomImage(_ target: Target, bytes count: Int, seed: UInt64) -> [UInt8] {
  var random = RandomStream(seed: seed, stream: 5)
  var bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  bytes.replaceSubrange(0..<8, with: [0x53, 0x4E, 0x4E, 0x4D, 0x41, 0x50, 0x1A, 0x0A])
  bytes.replaceSubrange(28..<32, with: Array("MESH".utf8))
  for index in 0..<32 { bytes[32 + index] = target.digest[index] }
  return bytes
}

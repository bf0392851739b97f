import ChipCatalog
import FixedPoint
import ImageFormat
import Images
import MeshMachine
import NetworkFiles
import Networks
import ShippedTargets
import Targets
import TestSupport
import Testing

/// Hostile images: refused with an error, or executed without a trap.
@Suite struct MutationTests {
  @Test("10,000 mutated images, sealed again, are refused or run 20 ticks")
  func mutations() throws {
    let originals = try Self.originals()
    var random = RandomStream(seed: 10_000, stream: 0x666C_6970)
    var refused: [String: Int] = [:]
    var executed = 0
    for _ in 0..<10_000 {
      var image = originals[Int(random.below(UInt32(originals.count)))]
      random.mutate(&image)
      let error = image.imageError()
      if let error {
        refused["\(error)".prefix { $0 != "(" && $0 != "," }.description, default: 0] += 1
      } else {
        try run(image, &random)
        executed += 1
      }
    }
    print("10,000 mutated images: \(executed) executed; refused: \(refused.sorted { $0.key < $1.key })")
    // Mutations reach behind the container's checks, and many leave an image sound.
    #expect(refused["invalidField", default: 0] > 2000)
    #expect(executed > 1000)
    #expect(executed + refused.values.reduce(0, +) == 10_000)
  }

  private func run(_ bytes: [UInt8], _ random: inout RandomStream) throws {
    try bytes.withImage { image in
      let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: MeshMachine.memoryNeeded(for: image), alignment: 16)
      defer { memory.deallocate() }
      var machine = try MeshMachine(image: image, memory: memory)
      var spikes = 0
      for _ in 0..<20 {
        for line in 0..<image.inputCount where random.below(3) == 0 {
          try machine.addInput(line: UInt32(line), count: UInt8(random.below(256)))
        }
        machine.tick { spikes += Int($0.count) }
      }
      #expect(machine.currentTick == 20)
      #expect(spikes <= 20 * 255 * (0..<image.coreCount).reduce(0) { $0 + image.core(at: $1).neuronCount })
    }
  }

  /// The images written by hand, and images of random networks in both layouts.
  private static func originals() throws -> [[UInt8]] {
    var images = [HandImage.compact, HandImage.wide]
    for (seed, name) in [(3, "board"), (4, "board"), (5, "board-rack"), (6, "sim"), (7, "sim")] {
      let target = try Target.load(name)
      let random = RandomNetwork.make(seed: UInt64(seed), options: .mesh)
      let document = NetworkDocument(network: random.network, ticks: random.ticks)
      images.append(
        try ImageBuilder.image(
          of: document, networkDigest: NetworkFile.hash(document).hex,
          mapping: try ChipCatalog.map(random.network, to: target), targetDigest: target.digest,
          encoder: try ChipCatalog.family(of: target)))
    }
    return images
  }
}

extension RandomStream {
  /// Changes an image in some of many ways, and nearly always makes its digests right again.
  fileprivate mutating func mutate(_ image: inout [UInt8]) {
    for _ in 0...below(3) { change(&image) }
    if below(12) == 0 {
      image.removeLast(Int(below(UInt32(image.count))))
    }
    if below(16) == 0 { return }
    image.seal(fileSize: below(16) != 0)
  }

  private mutating func change(_ image: inout [UInt8]) {
    // Mostly the device's sections, whose records are executed.
    let start = 128 + 64 * 6
    let end = below(8) == 0 || image.count < 1500 ? image.count : image.count * 3 / 4
    let offset = below(10) == 0 ? Int(below(UInt32(start))) : start + Int(below(UInt32(end - start)))
    switch below(6) {
    case 0, 1: image[offset] ^= 1 << UInt8(below(8))
    case 2: image[offset] = UInt8(below(256))
    case 3:
      let values: [UInt32] = [0, 1, 2, 255, 256, 65535, 1 << 28, 1 << 28 - 1, 1 << 31, .max, UInt32(image.count)]
      image.patch(min(offset & ~3, image.count - 4), values[Int(below(UInt32(values.count)))])
    case 4:
      let values: [UInt64] = [0, 1, 1 << 31, 1 << 32, 1 << 63, .max, UInt64(image.count)]
      image.patch(min(offset & ~7, image.count - 8), values[Int(below(UInt32(values.count)))])
    default:
      // One record over another.
      let length = min(Int(below(48)), image.count - offset)
      let source = Int(below(UInt32(image.count - length)))
      let copy = Array(image[source..<source + length])
      image.replaceSubrange(offset..<offset + length, with: copy)
    }
  }
}

import FixedPoint
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What `tools/fuzz` has found and where it begins, with changes by seed; hours of it are a command away.
@Suite struct USBFuzzTests {
  private static func folder(_ relative: String) -> String {
    "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/" + relative
  }

  @Test("Inputs that once crashed a target end well: the name in front says which")
  func replay() throws {
    let folder = Self.folder("Tests/USB/L0/Crashes")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
    var replayed = 0
    for name in names {
      let target = try #require(
        FuzzTarget.allCases.first { name.hasPrefix($0.rawValue + "-") }, "no target crashes as \(name)")
      let data = try Data(contentsOf: URL(filePath: folder + "/" + name))
      [UInt8](data).withUnsafeBytes { target.run($0) }
      replayed += 1
    }
    #expect(replayed == names.count && replayed > 0)
    print("replayed \(replayed) files")
  }

  @Test("Seeds of every target and thousands of changes of them end well", arguments: FuzzTarget.allCases)
  func changedSeeds(target: FuzzTarget) throws {
    let vectors = FuzzSeeds.vectors(folder: Self.folder("firmware-protocol/vectors"))
    #expect(vectors.count >= 55)
    let seeds = FuzzSeeds.seeds(for: target, vectors: vectors)
    #expect(!seeds.isEmpty)
    for seed in seeds { seed.withUnsafeBytes { target.run($0) } }
    var random = RandomStream(seed: 4, stream: 0x6675_7A7A)
    let rounds = [.frames, .messages, .image].contains(target) ? 5000 : 500
    for _ in 0..<rounds {
      let changed = random.changed(seeds[Int(random.below(UInt32(seeds.count)))])
      changed.withUnsafeBytes { target.run($0) }
    }
  }
}

extension RandomStream {
  /// Flips bits, sets bytes, cuts, doubles and removes pieces.
  fileprivate mutating func changed(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...below(4) where !bytes.isEmpty {
      let place = Int(below(UInt32(bytes.count)))
      let length = min(Int(below(16)) + 1, bytes.count - place)
      switch below(6) {
      case 0, 1: bytes[place] ^= UInt8(1) << UInt8(below(8))
      case 2: bytes[place] = UInt8(truncatingIfNeeded: next())
      case 3: bytes.removeSubrange(place..<place + length)
      case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
      default:
        let extreme: UInt8 = below(2) == 0 ? 0xFF : 0
        for index in place..<place + length { bytes[index] = extreme }
      }
    }
    return bytes
  }
}

import FixedPoint

/// Damages bytes in the ways that files get damaged.
public struct Mutation {
  private var random: RandomStream

  public init(seed: UInt64) { random = RandomStream(seed: seed, stream: 0x6D75_7461) }

  /// One damaged copy: bits flipped, bytes replaced, cut off, a piece removed, doubled or overwritten.
  public mutating func damaged(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...random.below(3) where !bytes.isEmpty {
      let position = Int(random.below(UInt32(bytes.count)))
      let length = min(Int(random.below(16)) + 1, bytes.count - position)
      switch random.below(6) {
      case 0: bytes[position] ^= 1 << UInt8(random.below(8))
      case 1: bytes[position] = UInt8(truncatingIfNeeded: random.next())
      case 2: bytes.removeSubrange(position...)
      case 3: bytes.removeSubrange(position..<position + length)
      case 4: bytes.insert(contentsOf: bytes[position..<position + length], at: position)
      default:
        let extreme: UInt8 = random.below(2) == 0 ? 0xFF : 0x00
        for index in position..<position + length { bytes[index] = extreme }
      }
    }
    return bytes
  }
}

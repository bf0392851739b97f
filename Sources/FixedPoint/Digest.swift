/// The 32 bytes of a SHA-256 hash.
public struct Digest: Hashable, Sendable {
  // Big-endian: the first byte is the highest of word 0.
  @usableFromInline var word0: UInt64
  @usableFromInline var word1: UInt64
  @usableFromInline var word2: UInt64
  @usableFromInline var word3: UInt64

  /// How many bytes a digest has.
  @inlinable
  public static var byteCount: Int { 32 }

  /// 32 zero bytes.
  @inlinable
  public init() {
    (word0, word1, word2, word3) = (0, 0, 0, 0)
  }

  /// The digest that 32 bytes spell.
  ///
  /// - Precondition: there are exactly 32; readers of files take a fixed range.
  public init(bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == 32)
    self.init()
    for index in 0..<32 { self[index] = bytes[index] }
  }

  /// Byte `index`, 0–31, in the order in which digests are written.
  @inlinable
  public subscript(index: Int) -> UInt8 {
    get {
      precondition(index >= 0 && index < 32)
      let shift = UInt64(56 &- 8 &* (index & 7))
      return UInt8(truncatingIfNeeded: word(index &>> 3) &>> shift)
    }
    set {
      precondition(index >= 0 && index < 32)
      let shift = UInt64(56 &- 8 &* (index & 7))
      let cleared = word(index &>> 3) & ~(0xFF &<< shift)
      let updated = cleared | (UInt64(newValue) &<< shift)
      switch index &>> 3 {
      case 0: word0 = updated
      case 1: word1 = updated
      case 2: word2 = updated
      default: word3 = updated
      }
    }
  }

  @inlinable
  func word(_ index: Int) -> UInt64 {
    switch index {
    case 0: word0
    case 1: word1
    case 2: word2
    default: word3
    }
  }

  /// Hands the 32 bytes to `body`, in order; the pointer is valid only within.
  @inlinable
  public func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    var bytes = InlineArray<32, UInt8>(repeating: 0)
    for index in 0..<32 { bytes[index] = self[index] }
    return try bytes.span.withUnsafeBytes(body)
  }
}

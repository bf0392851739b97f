/// The counter-based random generator Philox4x32-10: a bijection of 128 bits under a 64-bit key.
///
/// Counter and key all zero give `6627e8d5 e169c58d bc57ac4c 9b00dbd8`. Source: Salmon, Moraes, Dror and
/// Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public struct Philox4x32: Sendable {
  /// The four random words of one counter.
  @inlinable
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3])
    var (k0, k1) = (key[0], key[1])
    for _ in 0..<10 {
      let product0 = UInt64(c0) &* 0xD251_1F53
      let product1 = UInt64(c2) &* 0xCD9E_8D57
      c0 = UInt32(truncatingIfNeeded: product1 &>> 32) ^ c1 ^ k0
      c2 = UInt32(truncatingIfNeeded: product0 &>> 32) ^ c3 ^ k1
      c1 = UInt32(truncatingIfNeeded: product1)
      c3 = UInt32(truncatingIfNeeded: product0)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(c0, c1, c2, c3)
  }
}

/// A sequence of random words that is fixed by a seed and a stream number.
///
/// Word `4·i + j` is word j of the Philox block with counter (i low, i high, stream low, stream high)
/// and the seed as key. Streams of one seed are independent.
public struct RandomStream: Sendable {
  @usableFromInline let key: SIMD2<UInt32>
  @usableFromInline let stream: SIMD2<UInt32>
  @usableFromInline var index: UInt64
  @usableFromInline var words: SIMD4<UInt32>
  @usableFromInline var used: Int

  /// The stream from its beginning.
  @inlinable
  public init(seed: UInt64, stream: UInt64) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32))
    self.stream = SIMD2(UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream &>> 32))
    index = 0
    words = SIMD4(repeating: 0)
    used = 4
  }

  /// The next word, uniform over 32 bits.
  @inlinable
  public mutating func next() -> UInt32 {
    if used == 4 {
      let low = UInt32(truncatingIfNeeded: index)
      let high = UInt32(truncatingIfNeeded: index &>> 32)
      words = Philox4x32.block(counter: SIMD4(low, high, stream[0], stream[1]), key: key)
      index &+= 1
      used = 0
    }
    let word = words[used]
    used &+= 1
    return word
  }

  /// A number in 0..<bound, each equally likely; 0 when bound is 0 or 1.
  ///
  /// Source: Lemire, "Fast random integer generation in an interval", 2019.
  @inlinable
  public mutating func below(_ bound: UInt32) -> UInt32 {
    if bound <= 1 { return 0 }
    var product = UInt64(next()) &* UInt64(bound)
    if UInt32(truncatingIfNeeded: product) < bound {
      let excess = (0 &- bound) % bound
      while UInt32(truncatingIfNeeded: product) < excess { product = UInt64(next()) &* UInt64(bound) }
    }
    return UInt32(truncatingIfNeeded: product &>> 32)
  }

  /// A number in [0, 1): the upper 24 bits of a word, times 2⁻²⁴.
  @inlinable
  public mutating func unit() -> Float {
    Float(next() &>> 8) * 0x1p-24
  }
}

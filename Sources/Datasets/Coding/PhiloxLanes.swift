import FixedPoint

/// Eight blocks of Philox4x32-10 at a time, in lanes of 64 bits whose upper halves are 0.
struct PhiloxLanes {
  private let key: SIMD2<UInt32>

  init(key: SIMD2<UInt32>) { self.key = key }

  /// For each lane eight bytes, of which byte h is 1 where half h of the lane's block is below the lane's
  /// limit, else 0; half h is of word ⌊h/2⌋ the low half if h is even.
  ///
  /// - Parameters:
  ///   - limits: 0–65536.
  ///   - c0: the first words of the counters; the others are the same in all lanes.
  @inline(__always)
  func below(
    _ limits: SIMD8<UInt64>, c0: SIMD8<UInt64>, c1: UInt64, c2: UInt64, c3: UInt64
  ) -> SIMD8<UInt64> {
    let low = SIMD8<UInt64>(repeating: 0xFFFF_FFFF)
    let factor0 = SIMD8<UInt64>(repeating: 0xD251_1F53)
    let factor1 = SIMD8<UInt64>(repeating: 0xCD9E_8D57)
    let half = SIMD8<UInt64>(repeating: 32)
    var x0 = c0
    var x1 = SIMD8<UInt64>(repeating: c1)
    var x2 = SIMD8<UInt64>(repeating: c2)
    var x3 = SIMD8<UInt64>(repeating: c3)
    var (k0, k1) = (key[0], key[1])
    for _ in 0..<10 {
      let product0 = (x0 & low) &* factor0
      let product1 = (x2 & low) &* factor1
      x0 = (product1 &>> half) ^ x1 ^ SIMD8(repeating: UInt64(k0))
      x2 = (product0 &>> half) ^ x3 ^ SIMD8(repeating: UInt64(k1))
      x1 = product1 & low
      x3 = product0 & low
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    let mask = SIMD8<UInt64>(repeating: 0xFFFF)
    let sixteen = SIMD8<UInt64>(repeating: 16)
    let top = SIMD8<UInt64>(repeating: 63)
    // The difference of two numbers of 17 bits is negative where the bits are below the limit.
    var result = ((x0 & mask) &- limits) &>> top
    result |= (((x0 &>> sixteen) &- limits) &>> top) &<< SIMD8(repeating: 8)
    result |= (((x1 & mask) &- limits) &>> top) &<< SIMD8(repeating: 16)
    result |= (((x1 &>> sixteen) &- limits) &>> top) &<< SIMD8(repeating: 24)
    result |= (((x2 & mask) &- limits) &>> top) &<< SIMD8(repeating: 32)
    result |= (((x2 &>> sixteen) &- limits) &>> top) &<< SIMD8(repeating: 40)
    result |= (((x3 & mask) &- limits) &>> top) &<< SIMD8(repeating: 48)
    result |= (((x3 &>> sixteen) &- limits) &>> top) &<< SIMD8(repeating: 56)
    return result
  }
}

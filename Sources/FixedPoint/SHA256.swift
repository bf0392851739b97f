/// A running SHA-256, in constant memory.
///
/// `abc` gives `ba7816bf…f20015ad`. Source: FIPS 180-4, section 6.2.
public struct SHA256: Sendable {
  private var state = SIMD8<UInt32>(
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19)
  private var pending = InlineArray<64, UInt8>(repeating: 0)
  private var pendingCount = 0
  private var byteCount: UInt64 = 0

  /// The hash of no bytes yet.
  public init() {}

  /// The digest of a whole buffer.
  public static func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  /// Adds bytes in order.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount &+= UInt64(bytes.count)
    var position = 0
    if pendingCount > 0 {
      while pendingCount < 64 && position < bytes.count {
        pending[pendingCount] = bytes[position]
        pendingCount &+= 1
        position &+= 1
      }
      if pendingCount < 64 { return }
      compressPending()
    }
    while bytes.count &- position >= 64 {
      Self.compress(&state, UnsafeRawBufferPointer(rebasing: bytes[position..<position &+ 64]))
      position &+= 64
    }
    while position < bytes.count {
      pending[pendingCount] = bytes[position]
      pendingCount &+= 1
      position &+= 1
    }
  }

  /// Adds one byte.
  public mutating func update(_ byte: UInt8) {
    byteCount &+= 1
    pending[pendingCount] = byte
    pendingCount &+= 1
    if pendingCount == 64 { compressPending() }
  }

  /// The digest of everything added; the hash then starts anew.
  public mutating func finalize() -> Digest {
    let bitCount = byteCount &<< 3
    update(0x80)
    while pendingCount != 56 { update(UInt8(0)) }
    for index in 0..<8 { update(UInt8(truncatingIfNeeded: bitCount &>> UInt64(56 &- 8 &* index))) }
    var digest = Digest()
    for index in 0..<32 {
      digest[index] = UInt8(truncatingIfNeeded: state[index &>> 2] &>> UInt32(24 &- 8 &* (index & 3)))
    }
    self = SHA256()
    return digest
  }

  private mutating func compressPending() {
    let block = pending
    block.span.withUnsafeBytes { Self.compress(&state, $0) }
    pendingCount = 0
  }
}

extension SHA256 {
  /// Folds one block of 64 bytes into the state.
  @inline(never)
  private static func compress(_ state: inout SIMD8<UInt32>, _ block: UnsafeRawBufferPointer) {
    var schedule = InlineArray<64, UInt32>(repeating: 0)
    var scheduleSpan = schedule.mutableSpan
    scheduleSpan.withUnsafeMutableBufferPointer { words in
      for index in 0..<16 {
        words[index] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self))
      }
      for index in 16..<64 {
        let early = words[index &- 15]
        let late = words[index &- 2]
        let sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ (early &>> 3)
        let sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ (late &>> 10)
        words[index] = words[index &- 16] &+ sigma0 &+ words[index &- 7] &+ sigma1
      }
      rounds(&state, UnsafeBufferPointer(words))
    }
  }

  @inline(__always)
  private static func rounds(_ state: inout SIMD8<UInt32>, _ words: UnsafeBufferPointer<UInt32>) {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    roundConstants.span.withUnsafeBufferPointer { constants in
      var index = 0
      while index < 64 {
        // Eight rounds bring each letter back to its own variable, so none has to move.
        round(a, b, c, &d, e, f, g, &h, constants[index] &+ words[index])
        round(h, a, b, &c, d, e, f, &g, constants[index &+ 1] &+ words[index &+ 1])
        round(g, h, a, &b, c, d, e, &f, constants[index &+ 2] &+ words[index &+ 2])
        round(f, g, h, &a, b, c, d, &e, constants[index &+ 3] &+ words[index &+ 3])
        round(e, f, g, &h, a, b, c, &d, constants[index &+ 4] &+ words[index &+ 4])
        round(d, e, f, &g, h, a, b, &c, constants[index &+ 5] &+ words[index &+ 5])
        round(c, d, e, &f, g, h, a, &b, constants[index &+ 6] &+ words[index &+ 6])
        round(b, c, d, &e, f, g, h, &a, constants[index &+ 7] &+ words[index &+ 7])
        index &+= 8
      }
    }
    state &+= SIMD8(a, b, c, d, e, f, g, h)
  }

  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
    _ h: inout UInt32, _ word: UInt32
  ) {
    let sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    let sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    let first = h &+ sum1 &+ (g ^ (e & (f ^ g))) &+ word
    d = d &+ first
    h = first &+ sum0 &+ ((a & b) | (c & (a | b)))
  }

  @inline(__always)
  private static func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 {
    (value &>> count) | (value &<< (32 &- count))
  }

  /// The first 32 bits of the fractions of the cube roots of the first 64 primes.
  private static let roundConstants: InlineArray<64, UInt32> = [
    0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
    0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
    0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
    0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
    0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
    0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
    0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
    0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
  ]
}

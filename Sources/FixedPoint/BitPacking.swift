/// Weights of 2, 4 or 8 bits in bytes: two's complement, low-order bits of a byte first.
///
/// The 4-bit weights 1, −2, 7 are the bytes `0xE1 0x07`.
public enum BitPacking {
  /// Whether weights of this width can be packed: 2, 4 and 8 bits can.
  @inlinable
  public static func supports(bits: Int) -> Bool { bits == 2 || bits == 4 || bits == 8 }

  /// The bytes that `count` weights take, the last one padded with zero bits: 3 weights of 4 bits take 2.
  ///
  /// - Precondition: `count · bits` fits in an `Int`.
  @inlinable
  public static func byteCount(count: Int, bits: Int) -> Int { (count &* bits &+ 7) &>> 3 }

  /// The values that a width holds: 4 bits hold −8…7.
  @inlinable
  public static func range(bits: Int) -> ClosedRange<Int32> {
    let half = Int32(1) &<< Int32(bits &- 1)
    return (0 &- half)...(half &- 1)
  }

  /// Weight `index` of a packed row.
  ///
  /// - Parameters:
  ///   - bits: 2, 4 or 8.
  ///   - index: below `8 · bytes.count / bits`; traps beyond.
  @inlinable
  public static func unpackWeight(bits: Int, _ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int8 {
    let position = index &* bits
    let byte = bytes[position &>> 3] &>> UInt8(position & 7)
    let unused = UInt8(8 &- bits)
    return Int8(bitPattern: byte &<< unused) &>> Int8(bitPattern: unused)
  }

  /// Stores weight `index` of a packed row, leaving its neighbours: 4 bits of −2 are `0xE`.
  ///
  /// Only the low `bits` bits of `weight` are stored; whoever calls has checked `range(bits:)`.
  @inlinable
  public static func pack(_ weight: Int8, bits: Int, into bytes: UnsafeMutableRawBufferPointer, at index: Int) {
    let position = index &* bits
    let shift = UInt8(position & 7)
    let mask = (UInt8.max &>> UInt8(8 &- bits)) &<< shift
    let value = UInt8(bitPattern: weight) &<< shift
    bytes[position &>> 3] = (bytes[position &>> 3] & ~mask) | (value & mask)
  }

  /// Packs a whole row and zeroes the padding of its last byte.
  ///
  /// - Precondition: `bytes` has at least `byteCount(count: weights.count, bits: bits)` bytes.
  @inlinable
  public static func pack(_ weights: UnsafeBufferPointer<Int8>, bits: Int, into bytes: UnsafeMutableRawBufferPointer) {
    for position in 0..<byteCount(count: weights.count, bits: bits) { bytes[position] = 0 }
    for index in 0..<weights.count { pack(weights[index], bits: bits, into: bytes, at: index) }
  }
}

/// Joins checksums of pieces that follow each other: a CRC of so many bytes further on.
///
/// With a piece of three bytes behind, `CRC32CDistance(byteCount: 3).combined(crc(123456), crc(789))` is the checksum of
/// `123456789`, `0xE3069283`. A register that zeros are fed to is a linear function of its 32 bits, so feeding n zeros is
/// a matrix, found by squaring. Source: M. Adler, zlib's crc32_combine.
public struct CRC32CDistance: Sendable {
  /// What each bit of the front's checksum becomes; column 0 is the lowest bit.
  private var columns: [UInt32]

  /// - Parameter byteCount: the bytes of the piece behind.
  public init(byteCount: Int) {
    precondition(byteCount >= 0)
    columns = (0..<32).map { 1 << UInt32($0) }
    // One zero byte.
    var power = (0..<32).map { bit -> UInt32 in
      var value: UInt32 = 1 << UInt32(bit)
      for _ in 0..<8 { value = (value &>> 1) ^ (value & 1 == 1 ? 0x82F6_3B78 : 0) }
      return value
    }
    var rest = byteCount
    while rest > 0 {
      if rest & 1 == 1 { columns = columns.map { Self.product(power, $0) } }
      rest &>>= 1
      if rest > 0 { power = power.map { Self.product(power, $0) } }
    }
  }

  /// The checksum of a front with this many bytes behind it.
  ///
  /// - Parameters:
  ///   - front: the checksum of the bytes in front.
  ///   - back: that of the bytes behind.
  public func combined(_ front: UInt32, _ back: UInt32) -> UInt32 { Self.product(columns, front) ^ back }

  private static func product(_ matrix: [UInt32], _ vector: UInt32) -> UInt32 {
    var sum: UInt32 = 0
    var rest = vector
    while rest != 0 {
      sum ^= matrix[rest.trailingZeroBitCount]
      rest &= rest &- 1
    }
    return sum
  }
}

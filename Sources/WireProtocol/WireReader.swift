/// Reads little-endian fields from a payload, front to back, never past its end.
public struct WireReader {
  public let bytes: UnsafeRawBufferPointer
  /// How many bytes have been read.
  public private(set) var offset: Int

  public init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    offset = 0
  }

  /// The bytes that have not been read.
  public var remaining: Int { bytes.count - offset }

  /// Moves over `count` bytes and returns where they begin.
  public mutating func take(_ count: Int) throws(WireError) -> Int {
    guard count >= 0, count <= remaining else {
      throw .payloadEnds(
        offset: UInt32(truncatingIfNeeded: offset), needed: UInt32(truncatingIfNeeded: count))
    }
    defer { offset += count }
    return offset
  }

  public mutating func u8() throws(WireError) -> UInt8 {
    bytes[try take(1)]
  }

  public mutating func u16() throws(WireError) -> UInt16 {
    UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: try take(2), as: UInt16.self))
  }

  public mutating func u32() throws(WireError) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: try take(4), as: UInt32.self))
  }

  public mutating func u64() throws(WireError) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: try take(8), as: UInt64.self))
  }

  /// Moves over reserved bytes, which a receiver ignores.
  public mutating func skip(_ count: Int) throws(WireError) {
    _ = try take(count)
  }

  /// The next `count` bytes.
  public mutating func slice(_ count: Int) throws(WireError) -> UnsafeRawBufferPointer {
    let start = try take(count)
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
  }

  /// All bytes that have not been read.
  public mutating func rest() -> UnsafeRawBufferPointer {
    defer { offset = bytes.count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset...])
  }

  /// Refuses a payload that does not end exactly `count` bytes from here.
  public func expectRemaining(_ count: UInt64) throws(WireError) {
    guard UInt64(remaining) == count else {
      let expected = UInt64(offset) &+ count
      throw .payloadSize(
        actual: UInt32(truncatingIfNeeded: bytes.count), expected: UInt32(clamping: expected))
    }
  }
}

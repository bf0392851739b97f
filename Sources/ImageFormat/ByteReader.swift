/// Little-endian loads out of bytes that may be unaligned.
///
/// Loads outside the buffer trap: callers check the range of a record once, and then read it.
@usableFromInline
struct ByteReader {
  @usableFromInline let bytes: UnsafeRawBufferPointer

  @inlinable
  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  @inlinable
  func u8(_ offset: Int) -> UInt8 { bytes[offset] }

  @inlinable
  func u16(_ offset: Int) -> UInt16 {
    UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  @inlinable
  func u32(_ offset: Int) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  @inlinable
  func u64(_ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  @inlinable
  func i32(_ offset: Int) -> Int32 { Int32(bitPattern: u32(offset)) }

  /// Whether all bytes of a range are 0.
  @inlinable
  func isZero(_ range: Range<Int>) -> Bool {
    for offset in range where bytes[offset] != 0 { return false }
    return true
  }
}

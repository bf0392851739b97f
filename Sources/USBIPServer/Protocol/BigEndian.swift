/// Numbers of USB/IP are big-endian.
extension UnsafeRawBufferPointer {
  func bigEndian16(_ offset: Int) -> UInt16 {
    UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }
  func bigEndian32(_ offset: Int) -> UInt32 {
    UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}

extension [UInt8] {
  mutating func appendBigEndian(_ number: UInt16) {
    append(UInt8(truncatingIfNeeded: number >> 8))
    append(UInt8(truncatingIfNeeded: number))
  }

  mutating func appendBigEndian(_ number: UInt32) {
    appendBigEndian(UInt16(truncatingIfNeeded: number >> 16))
    appendBigEndian(UInt16(truncatingIfNeeded: number))
  }

  /// Appends a text in `count` bytes, with at least one zero behind it.
  mutating func append(_ text: String, paddedTo count: Int) {
    let bytes = text.utf8.prefix(count - 1)
    append(contentsOf: bytes)
    append(contentsOf: repeatElement(0, count: count - bytes.count))
  }
}

/// Writes little-endian fields into a buffer, front to back, never past its end.
public struct WireWriter {
  public let bytes: UnsafeMutableRawBufferPointer
  /// How many bytes have been written.
  public private(set) var count: Int

  public init(_ bytes: UnsafeMutableRawBufferPointer) {
    self.bytes = bytes
    count = 0
  }

  /// The bytes written so far.
  public var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[0..<count]) }

  /// Moves over `length` bytes and returns where they begin.
  private mutating func take(_ length: Int) throws(WireError) -> Int {
    guard length <= bytes.count - count else {
      throw .noRoom(
        needed: UInt32(truncatingIfNeeded: count + length), available: UInt32(truncatingIfNeeded: bytes.count))
    }
    defer { count += length }
    return count
  }

  public mutating func u8(_ value: UInt8) throws(WireError) {
    bytes[try take(1)] = value
  }

  public mutating func u16(_ value: UInt16) throws(WireError) {
    bytes.storeBytes(of: value.littleEndian, toByteOffset: try take(2), as: UInt16.self)
  }

  public mutating func u32(_ value: UInt32) throws(WireError) {
    bytes.storeBytes(of: value.littleEndian, toByteOffset: try take(4), as: UInt32.self)
  }

  public mutating func u64(_ value: UInt64) throws(WireError) {
    bytes.storeBytes(of: value.littleEndian, toByteOffset: try take(8), as: UInt64.self)
  }

  /// Writes reserved bytes, which are 0.
  public mutating func zeros(_ length: Int) throws(WireError) {
    let start = try take(length)
    for index in start..<start + length { bytes[index] = 0 }
  }

  public mutating func append(_ source: UnsafeRawBufferPointer) throws(WireError) {
    let start = try take(source.count)
    UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + source.count]).copyMemory(from: source)
  }
}

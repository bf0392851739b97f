/// At most 31 bytes of UTF-8 in 32 bytes: a length and the text, zeros behind it.
public struct WireText: Hashable, Sendable {
  public static var byteCount: Int { 32 }
  public static var maximumLength: Int { 31 }

  public private(set) var length: UInt8 = 0
  // Four words rather than an array, so that the type is of fixed size and Hashable everywhere.
  private var word0: UInt64 = 0
  private var word1: UInt64 = 0
  private var word2: UInt64 = 0
  private var word3: UInt64 = 0

  public init() {}

  /// The first 31 bytes of some text.
  public init(utf8: UnsafeRawBufferPointer) {
    length = UInt8(min(utf8.count, Self.maximumLength))
    for index in 0..<Int(length) { set(index, utf8[index]) }
  }

  /// Byte `index` of the text, 0 behind its end.
  public subscript(index: Int) -> UInt8 {
    let word =
      switch index >> 3 {
      case 0: word0
      case 1: word1
      case 2: word2
      default: word3
      }
    return UInt8(truncatingIfNeeded: word &>> UInt64(8 * (index & 7)))
  }

  init(from reader: inout WireReader) throws(WireError) {
    let at = reader.offset
    length = try reader.u8()
    guard Int(length) <= Self.maximumLength else {
      throw .invalidValue(offset: UInt32(at), value: UInt64(length))
    }
    let bytes = try reader.slice(Self.maximumLength)
    for index in 0..<Int(length) { set(index, bytes[index]) }
  }

  func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(length)
    for index in 0..<Self.maximumLength { try writer.u8(self[index]) }
  }

  private mutating func set(_ index: Int, _ byte: UInt8) {
    let value = UInt64(byte) &<< UInt64(8 * (index & 7))
    switch index >> 3 {
    case 0: word0 |= value
    case 1: word1 |= value
    case 2: word2 |= value
    default: word3 |= value
    }
  }
}

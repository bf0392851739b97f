/// A running CRC-32C (Castagnoli), the checksum of frames and of recorded runs.
///
/// The nine bytes `123456789` give `0xE3069283`. Reflected polynomial `0x82F63B78`, initial value and
/// final exclusive-or all ones. Source: RFC 3720, appendix B.4; slicing by eight after Kounavis and Berry, long buffers
/// folded first (`CRC32C+Folding.swift`).
public struct CRC32C: Sendable, Hashable {
  @usableFromInline
  var register: UInt32

  /// The checksum of no bytes, 0.
  @inlinable
  public init() {
    register = .max
  }

  /// The checksum of everything so far.
  @inlinable
  public var value: UInt32 { ~register }

  /// Adds one byte.
  public mutating func update(_ byte: UInt8) {
    register = Self.step(register, byte)
  }

  /// Adds the two bytes of a number, the lowest first.
  public mutating func update(littleEndian number: UInt16) {
    update(UInt8(truncatingIfNeeded: number))
    update(UInt8(truncatingIfNeeded: number &>> 8))
  }

  /// Adds the four bytes of a number, the lowest first.
  public mutating func update(littleEndian number: UInt32) {
    update(littleEndian: UInt16(truncatingIfNeeded: number))
    update(littleEndian: UInt16(truncatingIfNeeded: number &>> 16))
  }

  /// The checksum of a whole buffer.
  public static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt32 {
    var crc = CRC32C()
    crc.update(bytes)
    return crc.value
  }
}

#if hasFeature(Embedded)

  // Sixteen constants rather than eight kilobytes of tables.
  extension CRC32C {
    /// Adds bytes in order.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
      for byte in bytes { update(byte) }
    }

    static func step(_ register: UInt32, _ byte: UInt8) -> UInt32 {
      var value = register ^ UInt32(byte)
      value = (value &>> 4) ^ nibbleTable[Int(value & 15)]
      return (value &>> 4) ^ nibbleTable[Int(value & 15)]
    }

    static let nibbleTable: InlineArray<16, UInt32> = [
      0x0000_0000, 0x105E_C76F, 0x20BD_8EDE, 0x30E3_49B1, 0x417B_1DBC, 0x5125_DAD3, 0x61C6_9362, 0x7198_540D,
      0x82F6_3B78, 0x92A8_FC17, 0xA24B_B5A6, 0xB215_72C9, 0xC38D_26C4, 0xD3D3_E1AB, 0xE330_A81A, 0xF36E_6F75,
    ]
  }

#else

  extension CRC32C {
    /// Adds bytes in order.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
      var rest = bytes
      while rest.count >= Self.leastFolded {
        let count = min(rest.count, Self.mostFolded)
        register = Self.fold(UnsafeRawBufferPointer(rebasing: rest[..<count]), register)
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
      updateInEights(rest)
    }

    /// Adds bytes in order, eight at a time.
    mutating func updateInEights(_ bytes: UnsafeRawBufferPointer) {
      var register = register
      var position = 0
      // Every index is below 2048: eight tables of as many words as a byte has values.
      let tables = Self.tables
      while bytes.count &- position >= 8 {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let mixed = word ^ UInt64(register)
        let low = UInt32(truncatingIfNeeded: mixed)
        let high = UInt32(truncatingIfNeeded: mixed &>> 32)
        let first = tables[1792 &+ Int(low & 0xFF)] ^ tables[1536 &+ Int(low &>> 8 & 0xFF)]
        let second = tables[1280 &+ Int(low &>> 16 & 0xFF)] ^ tables[1024 &+ Int(low &>> 24)]
        let third = tables[768 &+ Int(high & 0xFF)] ^ tables[512 &+ Int(high &>> 8 & 0xFF)]
        let fourth = tables[256 &+ Int(high &>> 16 & 0xFF)] ^ tables[Int(high &>> 24)]
        register = first ^ second ^ third ^ fourth
        position &+= 8
      }
      while position < bytes.count {
        register = Self.step(register, bytes[position])
        position &+= 1
      }
      self.register = register
    }

    static func step(_ register: UInt32, _ byte: UInt8) -> UInt32 {
      (register &>> 8) ^ tables[Int((register ^ UInt32(byte)) & 0xFF)]
    }

    /// Table j, at 256·j, advances a byte past j zero bytes. Made once and kept; an array inside of the value would be
    /// copied for each use.
    nonisolated(unsafe) static let tables: UnsafePointer<UInt32> = {
      let tables = UnsafeMutablePointer<UInt32>.allocate(capacity: 2048)
      for byte in 0..<256 {
        var value = UInt32(byte)
        for _ in 0..<8 { value = (value &>> 1) ^ (value & 1 == 1 ? 0x82F6_3B78 : 0) }
        (tables + byte).initialize(to: value)
      }
      for index in 256..<2048 {
        let shorter = tables[index - 256]
        (tables + index).initialize(to: (shorter &>> 8) ^ tables[Int(shorter & 0xFF)])
      }
      return UnsafePointer(tables)
    }()
  }

#endif

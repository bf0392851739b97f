/// One frame of the cores' serial bus: 40 bits, of which 20 are the address and 20 the data.
///
/// Address: read 19, write 18, command 16–17, place 0–15. Data: 16–19 unused; of memories 8–15 the bits that stay and
/// 0–7 the byte, of registers 0–15 the value.
public struct SerialFrame: Equatable, Sendable {
  public enum Command: UInt8, Sendable {
    case register = 0
    case neurons = 1
    case synapses = 2
    case none = 3
  }

  public let bits: UInt64

  /// - Parameter bits: of which the lowest 40 count.
  public init(bits: UInt64) { self.bits = bits & 0xFF_FFFF_FFFF }

  public init(register: UInt16, value: UInt16) {
    self.init(bits: 1 << 38 | UInt64(register) << 20 | UInt64(value))
  }

  /// Writes a byte of a memory; bits that are set in `keeping` stay.
  public init(writing byte: UInt8, to command: Command, place: UInt16, keeping: UInt8 = 0) {
    self.init(
      bits: 1 << 38 | UInt64(command.rawValue) << 36 | UInt64(place) << 20 | UInt64(keeping) << 8 | UInt64(byte))
  }

  public init(reading command: Command, place: UInt16) {
    self.init(bits: 1 << 39 | UInt64(command.rawValue) << 36 | UInt64(place) << 20)
  }

  public var asksToRead: Bool { bits >> 39 & 1 == 1 }
  public var asksToWrite: Bool { bits >> 38 & 1 == 1 }
  public var command: Command { Command(rawValue: UInt8(truncatingIfNeeded: bits >> 36 & 3)) ?? .none }
  public var place: UInt16 { UInt16(truncatingIfNeeded: bits >> 20) }
  public var value: UInt16 { UInt16(truncatingIfNeeded: bits) }
  var kept: UInt8 { UInt8(truncatingIfNeeded: bits >> 8) }
  var byte: UInt8 { UInt8(truncatingIfNeeded: bits) }

  /// What becomes of a byte in memory.
  func merged(with old: UInt8) -> UInt8 { old & kept | byte & ~kept }

  /// The bytes that go over the wire, most significant bit first.
  public static let byteCount = 5

  /// Reads the frame that is sent as these 5 bytes.
  init(wire bytes: UnsafeRawBufferPointer) {
    self.init(bits: bytes.prefix(Self.byteCount).reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// The 5 bytes in the order in which they are sent.
  var wire: [UInt8] { (0..<UInt64(Self.byteCount)).map { UInt8(truncatingIfNeeded: bits >> (32 - 8 * $0)) } }
}

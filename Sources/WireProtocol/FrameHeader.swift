/// The 32 bytes before a payload, without magic, layout and checksums.
public struct FrameHeader: Equatable, Sendable {
  /// What the frame is: a `MessageType` number. Unknown numbers parse and are refused later.
  public var type: UInt8
  public var flags: FrameFlags
  /// The session the frame belongs to; 0 outside of one.
  public var session: UInt32
  /// The request's number; its answers carry the same one.
  public var sequence: UInt32
  /// The payload's bytes, without pad.
  public var length: UInt32
  /// Reserved; 0 in this version.
  public var aux: UInt32

  public init(
    type: UInt8, flags: FrameFlags = [], session: UInt32, sequence: UInt32, length: UInt32 = 0, aux: UInt32 = 0
  ) {
    self.type = type
    self.flags = flags
    self.session = session
    self.sequence = sequence
    self.length = length
    self.aux = aux
  }

  /// The message type; nil where the number is unknown.
  public var message: MessageType? { MessageType(rawValue: type) }
}

/// The flags of a frame.
public struct FrameFlags: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8

  @inlinable
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Four zero bytes follow the payload, so that the frame is no multiple of the packet size.
  public static var padded: Self { Self(rawValue: 1) }
}

/// The sizes and numbers of the frame layout; firmware-protocol/protocol.md is their source.
public enum FrameLayout {
  /// "SNM1".
  public static var magic: UInt32 { 0x314D_4E53 }
  public static var major: UInt8 { 1 }
  public static var headerBytes: Int { 32 }
  public static var padBytes: Int { 4 }
  /// The longest payload that any implementation may declare.
  public static var greatestPayload: UInt32 { 1 << 20 }

  /// The bytes of the longest frame with a payload of at most `payload` bytes.
  public static func frameBytes(payload: Int) -> Int { headerBytes + payload + padBytes }
}

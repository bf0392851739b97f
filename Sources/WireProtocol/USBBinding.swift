/// The numbers by which a host finds and asks a board over USB; firmware-protocol/protocol.md is their source.
public enum USBBinding {
  public static var interfaceClass: UInt8 { 0xFF }
  public static var interfaceSubclass: UInt8 { 0x53 }
  public static var interfaceProtocol: UInt8 { 0x4E }
  /// USB 2.1.
  public static var bcdUSB: UInt16 { 0x0210 }
  /// `bmRequestType` of control requests: vendor, interface, to the host and to the board.
  public static var requestTypeIn: UInt8 { 0xC1 }
  public static var requestTypeOut: UInt8 { 0x41 }
  /// The greatest bulk packet of any speed: hosts' receive buffers are multiples of it.
  public static var greatestPacketBytes: Int { 1024 }

  /// `bRequest` of the requests that are serviced always.
  public enum ControlRequest: UInt8, Sendable, CaseIterable {
    /// In: the front of INFO, as much as is asked for.
    case getInfo = 1
    /// Out: a nonce u64. Everything under way ends, before the status stage.
    case sessionReset = 2
    /// In: STATUS.
    case getStatus = 3
  }
}

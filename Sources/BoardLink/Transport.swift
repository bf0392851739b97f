/// A way to move bytes to a board and back, whatever it is made of.
///
/// One primitive moves both ways, because a host that only sends while the board only sends
/// would block both for ever.
public protocol Transport: AnyObject {
  var address: DeviceAddress { get }
  /// The packet size that frames must not be a multiple of; 0 where there are no packets.
  var packetBytes: Int { get }

  /// Moves bytes in whichever direction is possible first.
  ///
  /// - Returns: how many bytes went out and came in; both 0 after a signal or at the deadline.
  /// - Throws: `BoardLinkError.disconnected`.
  func exchange(
    sending: UnsafeRawBufferPointer, receiving: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) throws(BoardLinkError) -> (sent: Int, received: Int)

  /// Ends the session beside the stream of bytes, and drops whatever is under way in both directions.
  ///
  /// - Returns: false where the link has no such way.
  /// - Throws: `disconnected`, `timeout`.
  func resetSession(nonce: UInt64) throws(BoardLinkError) -> Bool

  func close()
}

extension Transport {
  public func resetSession(nonce: UInt64) throws(BoardLinkError) -> Bool { false }
}

extension DeviceAddress {
  /// Connects to the board.
  ///
  /// - Throws: `noDevice`, `ambiguous`, `access`, `notABoard`, `badAddress`; `refused` where another program holds a
  ///   board on USB.
  public func connect() throws(BoardLinkError) -> any Transport {
    switch self {
    case .socket(let path): try SocketTransport(path: path)
    case .usb, .usbPlace: try USBTransport(self)
    case .serial(let path): try SerialTransport(path: path)
    }
  }
}

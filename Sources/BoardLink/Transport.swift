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

  /// Where the link takes a frame of exactly so many bytes from, behind everything that has gone to it; for frames that
  /// are too long to be copied once more.
  ///
  /// - Throws: `disconnected`.
  func room(forFrame byteCount: Int) throws(BoardLinkError) -> FrameRoom

  /// The frame stands in the memory that `room(forFrame:)` gave last.
  func takeFrame(_ byteCount: Int)

  /// Ends the session beside the stream of bytes, and drops whatever is under way in both directions.
  ///
  /// - Returns: false where the link has no such way.
  /// - Throws: `disconnected`, `timeout`.
  func resetSession(nonce: UInt64) throws(BoardLinkError) -> Bool

  func close()
}

/// Where a frame for a link can be laid out.
public enum FrameRoom {
  /// Not in memory of the link's own: it takes bytes in `exchange` only.
  case none
  /// Nowhere at the moment; `exchange` returns when there is room.
  case full
  case memory(UnsafeMutableRawBufferPointer)
}

extension Transport {
  public func room(forFrame byteCount: Int) throws(BoardLinkError) -> FrameRoom { .none }

  public func takeFrame(_ byteCount: Int) {}

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

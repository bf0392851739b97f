import FixedPoint
import WireProtocol

/// A host's session with one board, for use by one thread at a time.
///
/// ```swift
/// let session = try BoardSession(DeviceDirectory.select(nil))
/// defer { session.close() }
/// try session.flash(image) { progress in … }
/// ```
public final class BoardSession {
  public static let minimumMajor: UInt8 = 1
  public static let maximumMajor: UInt8 = 1

  public let address: DeviceAddress
  public let options: LinkOptions
  var channel: FrameChannel
  var info: BoardInfo

  /// Connects, and opens a session.
  ///
  /// - Throws: `noDevice`, `access`, `timeout`, `refused` (another host holds the board), `version`.
  public init(_ address: DeviceAddress, options: LinkOptions = LinkOptions()) throws(BoardLinkError) {
    self.address = address
    self.options = options
    (channel, info) = try Self.open(try address.connect(), options: options)
  }

  /// Opens a session over a transport that is connected already.
  public init(over transport: any Transport, options: LinkOptions = LinkOptions()) throws(BoardLinkError) {
    address = transport.address
    self.options = options
    (channel, info) = try Self.open(transport, options: options)
  }

  deinit {
    close()
  }

  /// What the board said when it was last asked.
  public var description: BoardDescription { BoardDescription(info) }

  /// Asks the board again.
  public func refresh() throws(BoardLinkError) -> BoardDescription {
    info = try Self.checked(try call(GetInfo()) { (answer: BoardInfo, _) in answer }, .getInfo)
    return description
  }

  /// Ends the session and the connection.
  public func close() {
    channel.transport.close()
  }

  /// Sends a request that does no harm when it arrives twice.
  func call<Request: WireMessage, Answer: WireMessage, R>(
    _ request: Request, requestBody: [UInt8] = [], atMost milliseconds: UInt32 = 0,
    progress: (Progress) -> Void = { _ in }, body: (Answer, UnsafeRawBufferPointer) -> R
  ) throws(BoardLinkError) -> R {
    try channel.call(
      request, requestBody: requestBody,
      timeout: max(options.timeout, .milliseconds(Int64(milliseconds)) + options.margin),
      attempts: options.attempts, progress: progress, body: body)
  }

  /// Connects again after the board went away, and makes sure it is the same board.
  func reconnect(isCancelled: () -> Bool) throws(BoardLinkError) {
    channel.transport.close()
    let target = address.afterUnplugging(serial: info.serial.string)
    let deadline = ContinuousClock.now + options.reconnectTime
    while true {
      if isCancelled() { throw .cancelled }
      do throws(BoardLinkError) {
        let (newChannel, newInfo) = try Self.open(try target.connect(), options: options)
        guard newInfo.serial == info.serial else {
          throw .otherBoard(address, expected: info.serial.string, found: newInfo.serial.string)
        }
        channel = newChannel
        info = newInfo
        return
      } catch {
        switch error {
        // A board that comes back is first absent, then without permissions, then perhaps still held; of one that is
        // just going the system tells errors of its own.
        case .noDevice, .access, .disconnected, .refused, .timeout: break
        case .system: if ContinuousClock.now >= deadline { throw error }
        default: throw error
        }
        guard ContinuousClock.now < deadline else { throw .disconnected(address) }
      }
      pause(milliseconds: 20)
    }
  }

  /// Ends what the session was doing and begins a new one on the same connection.
  func resetSession() throws(BoardLinkError) {
    if try freeSession() { return }
    channel.forget()
    let nonce = UInt64.random(in: .min ... .max)
    _ = try call(SessionReset(nonce: nonce)) { (answer: SessionResetAnswer, _) in answer }
    info = try Self.hello(channel, options: options)
  }

  /// Begins a new session in place of one that is stuck, where the link has a way beside the frames.
  ///
  /// - Returns: false where it has none.
  func freeSession() throws(BoardLinkError) -> Bool {
    guard try channel.transport.resetSession(nonce: .random(in: .min ... .max)) else { return false }
    channel.forget()
    info = try Self.hello(channel, options: options)
    return true
  }

  private static func open(
    _ transport: any Transport, options: LinkOptions
  ) throws(BoardLinkError) -> (FrameChannel, BoardInfo) {
    do throws(BoardLinkError) {
      // Boards say how long their frames are before the first long one.
      let info = try FrameChannel(transport: transport, maximumPayload: 4096)
        .call(GetInfo(), timeout: options.timeout, attempts: options.attempts) { (answer: BoardInfo, _) in answer }
      _ = try checked(info, .getInfo)
      let channel = FrameChannel(transport: transport, maximumPayload: Int(info.maximumPayload))
      return (channel, try hello(channel, options: options))
    } catch {
      transport.close()
      throw error
    }
  }

  private static func hello(_ channel: FrameChannel, options: LinkOptions) throws(BoardLinkError) -> BoardInfo {
    // The nonce tells this session's answer from a stale one; it enters no result.
    let request = Hello(
      nonce: .random(in: .min ... .max), minimumMajor: minimumMajor, maximumMajor: maximumMajor)
    channel.session = 0
    channel.acceptsAnySession = true
    defer { channel.acceptsAnySession = false }
    let answer: HelloAnswer
    do throws(BoardLinkError) {
      answer = try channel.call(request, timeout: options.timeout, attempts: options.attempts) {
        (answer: HelloAnswer, _) in answer
      }
    } catch {
      if case .refused(_, let board) = error, board.knownCode == .version {
        throw .version(
          boardMinimum: UInt8(truncatingIfNeeded: board.detail >> 8),
          boardMaximum: UInt8(truncatingIfNeeded: board.detail),
          hostMinimum: minimumMajor, hostMaximum: maximumMajor)
      }
      throw error
    }
    guard answer.nonce == request.nonce, answer.session != 0 else {
      throw .badAnswer(request: .hello, .invalidValue(offset: 0, value: answer.nonce))
    }
    channel.session = answer.session
    return try checked(answer.info, .hello)
  }

  /// A board's word for what it is, when the numbers that requests are cut by can be worked with.
  private static func checked(_ info: BoardInfo, _ request: MessageType) throws(BoardLinkError) -> BoardInfo {
    guard info.maximumPayload >= 512 && info.maximumPayload <= FrameLayout.greatestPayload else {
      throw .badAnswer(request: request, .invalidValue(offset: 16, value: UInt64(info.maximumPayload)))
    }
    guard info.chunkBytes > 0, info.chunkBytes <= info.maximumPayload - 16, info.window > 0 else {
      throw .badAnswer(request: request, .invalidValue(offset: 32, value: UInt64(info.chunkBytes)))
    }
    return info
  }
}

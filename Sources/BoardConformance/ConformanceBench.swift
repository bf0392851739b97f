import BoardLink
import WireProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A board under test, and the words in which checks speak to it.
final class ConformanceBench {
  let options: ConformanceOptions
  private let connect: () throws(BoardLinkError) -> any Transport
  private(set) var link: RawLink
  /// What the board said when the check began.
  private(set) var info = BoardInfo()
  private(set) var session: UInt32 = 0
  private(set) var sequence: UInt32 = 0
  /// Nonces differ from one to the next; hosts before this one are of another start.
  private var nonce = UInt64.random(in: 1 ... .max)

  init(
    options: ConformanceOptions, connect: @escaping () throws(BoardLinkError) -> any Transport
  ) throws(BoardLinkError) {
    self.options = options
    self.connect = connect
    link = RawLink(try connect())
  }

  /// The longest silence of the board.
  var patience: Duration {
    let declared = max(info.eraseMilliseconds, info.commitMilliseconds)
    return max(options.timeout, .milliseconds(Int64(declared)) + options.margin)
  }

  /// Ends whatever an earlier check left, opens a session, and asks the board who it is.
  func begin() throws(ConformanceFailure) {
    session = 0
    do throws(ConformanceFailure) {
      try reset()
    } catch {
      // The check before may have broken the link; this one is not to suffer from it.
      try connectAnew()
      try reset()
    }
    try hello()
  }

  /// Closes the link and opens another.
  func connectAnew() throws(ConformanceFailure) {
    link.transport.close()
    let deadline = ContinuousClock.now + options.reconnectTime
    while true {
      do throws(BoardLinkError) {
        link = RawLink(try connect())
        return
      } catch {
        guard ContinuousClock.now < deadline else { throw .broken("no new link to it: \(error)") }
        ConformanceBench.wait(milliseconds: 20)
      }
    }
  }

  /// A second link beside the first; nil where the board has only one.
  func secondLink() -> RawLink? { (try? connect()).map(RawLink.init) }

  /// SESSION_RESET; drops what comes before its answer, as that is of the past.
  private func reset() throws(ConformanceFailure) {
    let nonce = nextNonce()
    let number = nextSequence()
    try link.send(frame(SessionReset(nonce: nonce), session: 0, sequence: number), within: patience)
    while let frame = try link.next(within: patience) {
      if frame.header.message == .sessionResetAnswer, (try? frame.read(SessionResetAnswer.self))?.nonce == nonce {
        return
      }
    }
    throw .broken("it does not answer SESSION_RESET")
  }

  /// HELLO: from here on requests carry the session.
  @discardableResult
  func hello(nonce: UInt64? = nil) throws(ConformanceFailure) -> HelloAnswer {
    let request = Hello(nonce: nonce ?? nextNonce(), minimumMajor: 1, maximumMajor: 1)
    let answer = try expect(HelloAnswer.self, to: request, session: 0, isSessionKnown: false)
    session = answer.session
    info = answer.info
    return answer
  }

  /// Asks the board again who it is.
  @discardableResult
  func refresh() throws(ConformanceFailure) -> BoardInfo {
    info = try expect(BoardInfo.self, to: GetInfo())
    return info
  }

  func nextNonce() -> UInt64 {
    nonce &+= 1
    return nonce
  }

  func nextSequence() -> UInt32 {
    sequence &+= 1
    return sequence
  }

  func frame(_ message: some WireMessage, session: UInt32, sequence: UInt32, body: [UInt8] = []) -> [UInt8] {
    link.frame(type(of: message).type.rawValue, session: session, sequence: sequence, payload: bytes(message) + body)
  }

  /// A message's bytes.
  func bytes<Message: WireMessage>(_ message: Message) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = bytes.withUnsafeMutableBytes { buffer -> Int in
      var writer = WireWriter(buffer)
      guard (try? message.write(to: &writer)) != nil else { fatalError("unreachable: messages are below 4 KiB") }
      return writer.count
    }
    return Array(bytes[..<count])
  }

  static func wait(milliseconds: Int64) {
    var time = timespec(tv_sec: Int(milliseconds / 1000), tv_nsec: Int(milliseconds % 1000) * 1_000_000)
    nanosleep(&time, nil)
  }
}

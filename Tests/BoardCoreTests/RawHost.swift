import BoardLink
import WireProtocol

/// A host that sends what it is told and waits for nothing.
struct RawHost {
  private let board: SimulatedBoard
  private(set) var sequence: UInt32 = 0
  private(set) var session: UInt32 = 0

  init(_ board: SimulatedBoard) {
    self.board = board
  }

  mutating func open(nonce: UInt64 = 1) throws {
    session = 0
    let answer: HelloAnswer = try ask(Hello(nonce: nonce, minimumMajor: 1, maximumMajor: 1))
    session = answer.session
  }

  /// Sends a frame and returns all bytes that come back.
  @discardableResult
  mutating func send(_ type: MessageType, _ payload: [UInt8]) throws -> [UInt8] {
    sequence &+= 1
    return try sendAgain(type, payload)
  }

  /// Sends a frame with the number of the one before, as CREDIT has it.
  @discardableResult
  func sendAgain(_ type: MessageType, _ payload: [UInt8]) throws -> [UInt8] {
    try exchange(frame(type, payload, sequence: sequence))
  }

  /// Counts a frame that never arrives.
  mutating func loseFrame() { sequence &+= 1 }

  /// Sends nothing, and returns what comes.
  func nothing() throws -> [UInt8] { try exchange([]) }

  /// The bytes of the next frame, which are not sent.
  func frame(_ type: MessageType, _ payload: [UInt8]) throws -> [UInt8] {
    try frame(type, payload, sequence: sequence &+ 1)
  }

  private func frame(_ type: MessageType, _ payload: [UInt8], sequence: UInt32) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: FrameLayout.frameBytes(payload: payload.count))
    bytes.replaceSubrange(32..<32 + payload.count, with: payload)
    let header = FrameHeader(
      type: type.rawValue, session: session, sequence: sequence, length: UInt32(payload.count))
    let count = try bytes.withUnsafeMutableBytes { try FrameCodec.seal(header, in: $0, packetBytes: 64) }
    return Array(bytes[..<count])
  }

  private func exchange(_ bytes: [UInt8]) throws -> [UInt8] {
    var answer: [UInt8] = []
    var into = [UInt8](repeating: 0, count: 16384)
    var out = bytes
    while true {
      let moved = try out.withUnsafeBytes { from in
        try into.withUnsafeMutableBytes { try board.exchange(sending: from, receiving: $0, until: .now) }
      }
      out.removeFirst(moved.sent)
      answer += into[..<moved.received]
      if moved.received == 0 && out.isEmpty { return answer }
    }
  }

  /// Sends a request and returns its answer; a refusal is thrown as `BoardError`.
  mutating func ask<Request: WireMessage, Answer: WireMessage>(
    _ request: Request, body: [UInt8] = []
  ) throws -> Answer {
    var bytes = try send(Request.type, encoded(request) + body)
    while true {
      let (type, range, total) = try bytes.withUnsafeBytes { all in
        guard case .frame(let header, let range, let total) = FrameCodec.scan(all, maximumPayload: 1040) else {
          throw BoardError(.malformed)
        }
        return (header.message, range, total)
      }
      let payload = Array(bytes[range])
      bytes.removeFirst(total)
      if type == .error { throw try payload.withUnsafeBytes { try BoardError(payload: $0) } }
      if type == Answer.type { return try payload.withUnsafeBytes { try Answer(payload: $0) } }
    }
  }
}

/// The bytes of a message.
func encoded(_ message: some WireMessage) throws -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: 512)
  let count = try bytes.withUnsafeMutableBytes { buffer in
    var writer = WireWriter(buffer)
    try message.write(to: &writer)
    return writer.count
  }
  return Array(bytes[..<count])
}

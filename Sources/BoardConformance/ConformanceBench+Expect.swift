import BoardLink
import WireProtocol

extension ConformanceBench {
  /// Sends a request and returns its one answer or refusal; PROGRESS and what a run tells before it are passed over.
  ///
  /// - Parameters:
  ///   - session: nil for the one in progress.
  ///   - sequence: nil for the next number.
  func ask(
    type: UInt8, payload: [UInt8], session: UInt32? = nil, sequence: UInt32? = nil
  ) throws(ConformanceFailure) -> RawFrame {
    let number = sequence ?? nextSequence()
    try link.send(
      link.frame(type, session: session ?? self.session, sequence: number, payload: payload), within: patience)
    return try answer(to: number)
  }

  func ask(
    _ message: some WireMessage, body: [UInt8] = [], session: UInt32? = nil, sequence: UInt32? = nil
  ) throws(ConformanceFailure) -> RawFrame {
    let kind = Swift.type(of: message).type
    return try ask(type: kind.rawValue, payload: bytes(message) + body, session: session, sequence: sequence)
  }

  /// The next answer or refusal, which must be that of request `number`.
  func answer(to number: UInt32) throws(ConformanceFailure) -> RawFrame {
    while let frame = try link.next(within: patience) {
      guard frame.header.sequence == number else {
        if mayLoseBytes && frame.isReportOfDamage {
          throw .lineDamage("\(frame.name) came in answer to request \(number)")
        }
        throw .broken("\(frame.name) came with number \(frame.header.sequence) in answer to request \(number)")
      }
      guard frame.header.type & 0x80 != 0 else { throw .broken("it sent \(frame.name), which is a request") }
      switch frame.header.message {
      case .progress, .spikesOut, .membranesOut: continue
      default: return frame
      }
    }
    throw .broken("it does not answer")
  }

  /// Whether the link is a serial line: it may lose bytes, and the board drops what it holds of a frame after 250 ms
  /// of silence.
  private var mayLoseBytes: Bool {
    if case .serial = link.transport.address { true } else { false }
  }

  /// The answer to a request that must be granted, with what stands behind its fixed part.
  func expect<Answer: WireMessage>(
    _ type: Answer.Type, to message: some WireMessage, body: [UInt8] = [], session: UInt32? = nil,
    sequence: UInt32? = nil, isSessionKnown: Bool = true
  ) throws(ConformanceFailure) -> Answer {
    let frame = try ask(message, body: body, session: session, sequence: sequence)
    guard frame.header.message == Answer.type else { throw .broken("it answered \(frame.name)") }
    if isSessionKnown && frame.header.session != session ?? self.session {
      throw .broken("its answer carries session \(frame.header.session) instead of \(session ?? self.session)")
    }
    return try frame.read(Answer.self)
  }

  /// Makes sure that a request is refused, and with which code.
  @discardableResult
  func expect(
    _ code: BoardErrorCode, for message: some WireMessage, body: [UInt8] = [], session: UInt32? = nil,
    sequence: UInt32? = nil
  ) throws(ConformanceFailure) -> BoardError {
    try refusal(code, try ask(message, body: body, session: session, sequence: sequence))
  }

  @discardableResult
  func expect(
    _ code: BoardErrorCode, type: UInt8, payload: [UInt8], session: UInt32? = nil
  ) throws(ConformanceFailure) -> BoardError {
    try refusal(code, try ask(type: type, payload: payload, session: session))
  }

  func refusal(_ code: BoardErrorCode, _ frame: RawFrame) throws(ConformanceFailure) -> BoardError {
    guard frame.header.message == .error else { throw .broken("it answered \(frame.name) instead of refusing") }
    let error = try frame.read(BoardError.self)
    guard error.code == code.rawValue else {
      throw .broken("it refused with \(error.code) (\(error.explanation)) instead of \(code.rawValue)")
    }
    return error
  }

  /// The ERROR about bytes that were no request, whose number may be unknown.
  func damageReport() throws(ConformanceFailure) -> (header: FrameHeader, error: BoardError) {
    guard let frame = try link.next(within: patience) else { throw .broken("it says nothing") }
    guard frame.header.message == .error else { throw .broken("it answered \(frame.name) instead of an ERROR") }
    return (frame.header, try frame.read(BoardError.self))
  }

  /// Makes sure that nothing more comes for what was sent, and that the board goes on.
  func expectNothingMore() throws(ConformanceFailure) {
    let number = nextSequence()
    try link.send(frame(GetStatus(), session: session, sequence: number), within: patience)
    guard let next = try link.next(within: patience) else { throw .broken("it does not go on") }
    guard next.header.sequence == number, next.header.message == .statusAnswer else {
      throw .broken("\(next.name) came, with number \(next.header.sequence), where nothing more was to come")
    }
  }

  /// Compares two values that must be equal.
  func expectEqual<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String) throws(ConformanceFailure) {
    guard found == expected else { throw .broken("\(what) is \(found) instead of \(expected)") }
  }
}

import WireProtocol

extension FrameChannel {
  /// Sends a request that does no harm when it arrives twice, and waits for its answer.
  ///
  /// - Parameters:
  ///   - requestBody: bytes behind the request's own.
  ///   - timeout: the longest silence; PROGRESS starts it anew.
  ///   - attempts: how often the request is sent.
  ///   - body: takes the answer and the bytes behind it.
  /// - Throws: `timeout`, which counts the silence of all attempts, `refused`, `badAnswer`, `disconnected`, `cancelled`,
  ///   `damagedLink`.
  func call<Request: WireMessage, Answer: WireMessage, R>(
    _ request: Request, requestBody: [UInt8] = [], timeout: Duration, attempts: Int,
    progress: (Progress) -> Void = { _ in }, body: (Answer, UnsafeRawBufferPointer) -> R
  ) throws(BoardLinkError) -> R {
    var attempt = 1
    var silence = 0
    while true {
      let sequence = try post(request, bodyCount: requestBody.count) { $0.copyBytes(from: requestBody) }
      do throws(BoardLinkError) {
        return try wait(for: sequence, request: Request.type, timeout: timeout, progress: progress, body: body)
      } catch {
        if case .timeout(_, let milliseconds) = error { silence += milliseconds }
        guard attempt < attempts, error.isRepairedByRepeating else { throw error.afterSilence(of: silence) }
        attempt += 1
      }
    }
  }

  /// Waits for the answer to a request that was posted.
  func wait<Answer: WireMessage, R>(
    for sequence: UInt32, request: MessageType, timeout: Duration, progress: (Progress) -> Void = { _ in },
    body: (Answer, UnsafeRawBufferPointer) -> R
  ) throws(BoardLinkError) -> R {
    var deadline = ContinuousClock.now + timeout
    while let frame = try nextFrame(until: deadline) {
      // Sequence 0: the board could not tell which request it was.
      let isOurs = frame.header.sequence == sequence || frame.header.sequence == 0
      guard isOurs else { continue }
      switch frame.header.message {
      case Answer.type:
        var reader = WireReader(frame.payload)
        let answer: Answer = try decode(&reader, request: request)
        return body(answer, reader.rest())
      case .progress:
        var reader = WireReader(frame.payload)
        progress(try decode(&reader, request: request))
        deadline = .now + timeout
      case .error:
        var reader = WireReader(frame.payload)
        throw .refused(request: request, try decode(&reader, request: request))
      default:
        throw .badAnswer(request: request, .invalidValue(offset: 6, value: UInt64(frame.header.type)))
      }
    }
    throw .timeout(request: request, milliseconds: Int(timeout / .milliseconds(1)))
  }
}

/// The message at the front of an answer.
func decode<Message: WireMessage>(
  _ reader: inout WireReader, request: MessageType
) throws(BoardLinkError) -> Message {
  do throws(WireError) {
    return try Message(from: &reader)
  } catch {
    throw .badAnswer(request: request, error)
  }
}

extension BoardLinkError {
  /// A timeout after so many milliseconds in all; another error as it is.
  fileprivate func afterSilence(of milliseconds: Int) -> BoardLinkError {
    if case .timeout(let request, _) = self { .timeout(request: request, milliseconds: milliseconds) } else { self }
  }

  /// Whether sending an idempotent request again may help.
  var isRepairedByRepeating: Bool {
    switch self {
    case .timeout, .damagedLink: true
    case .refused(_, let error):
      error.isRetryable
        && (error.knownCode == .headerChecksum || error.knownCode == .payloadChecksum || error.knownCode == .tooLong)
    default: false
    }
  }

  /// Whether a new session on the same connection, and doing the work again, may help.
  var needsNewSession: Bool {
    switch self {
    case .damagedLink: true
    case .refused(_, let error):
      switch error.knownCode {
      case .headerChecksum, .payloadChecksum, .outOfSequence, .noSession: true
      default: false
      }
    default: false
    }
  }
}

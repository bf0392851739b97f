import FixedPoint
import WireProtocol

extension BoardDevice where Platform: ~Copyable, Executor: ~Copyable {
  /// Answers a request that was taken.
  mutating func answer<Message: WireMessage>(
    _ message: Message, to header: FrameHeader,
    body: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
  ) {
    let isWritten = out.append(message, session: session, sequence: header.sequence, body: body)
    precondition(isWritten, "poll() makes sure of the room")
  }

  /// Answers a request that needs no session, with the session that the request named.
  private mutating func answerOutsideSession(_ message: some WireMessage, to header: FrameHeader) {
    let isWritten = out.append(message, session: header.session, sequence: header.sequence)
    precondition(isWritten, "poll() makes sure of the room")
  }

  mutating func refuse(_ error: BoardError, _ header: FrameHeader) {
    lastError = error.code
    answer(error, to: header)
  }

  /// Tells the host of bytes that were no frame. Sequence 0 where it is not known whose they were.
  mutating func refuseDamaged(_ error: WireError) {
    stats.framesDamaged &+= 1
    let refusal: BoardError
    var sequence: UInt32 = 0
    switch error {
    case .payloadChecksum(let number, _, _):
      sequence = number
      refusal = BoardError(.payloadChecksum, isRetryable: true)
    case .tooLong(let number, _, let maximum):
      sequence = number
      refusal = BoardError(.tooLong, detail: maximum)
    case .frameLayout(_, _, let number):
      sequence = number
      refusal = versionError
    default:
      refusal = BoardError(.headerChecksum, isRetryable: true)
    }
    refuse(refusal, FrameHeader(type: 0, session: session, sequence: sequence))
  }

  var versionError: BoardError { BoardError(.version, detail: 0x0101) }

  mutating func handle(_ header: FrameHeader, _ payload: UnsafeRawBufferPointer) {
    do throws(BoardError) {
      guard let type = header.message, !type.isFromBoard else {
        throw BoardError(.unknownType, detail: UInt32(header.type))
      }
      switch type {
      case .getInfo: answerOutsideSession(info(), to: header)
      case .getStatus: answerOutsideSession(status(), to: header)
      case .sessionReset:
        let message: SessionReset = try parse(payload)
        endSession()
        answerOutsideSession(SessionResetAnswer(nonce: message.nonce), to: header)
      case .hello: try hello(header, try parse(payload))
      default:
        guard session != 0 && header.session == session else {
          throw BoardError(.noSession, detail: session)
        }
        try handleInSession(type, header, payload)
      }
    } catch {
      refuse(error, header)
    }
  }

  private mutating func handleInSession(
    _ type: MessageType, _ header: FrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(BoardError) {
    // CREDIT stands outside of the order, as one may be lost.
    if type == .credit {
      credit(try parse(payload))
      return
    }
    let age = header.sequence &- lastSequence
    // Repeated and late frames lie behind, in a circle of 2^32.
    let isNewer = age != 0 && age < 1 << 31
    let isNext = age == 1
    if isNewer { lastSequence = header.sequence }
    guard stream == nil || type == .stream || type == .streamIn || type == .stats else { throw BoardError(.busy) }
    switch type {
    case .begin: try begin(header, payload)
    case .write: try write(header, payload)
    case .commit: try commit(header, try parse(payload))
    case .abort: try abort(header)
    case .readBack: try readBack(header, try parse(payload))
    case .activate: try activate(header, try parse(payload))
    case .confirm: try confirm(header, try parse(payload))
    case .rollback: try rollback(header)
    case .reset:
      answer(ResetAnswer(bootIdentifier: platform.bootIdentifier), to: header)
      wantsRestart = true
    case .provision: try provision(header, try parse(payload))
    case .clear:
      guard isNewer else { throw outOfSequence }
      try requireExecutor()
      clear()
      answer(ClearAnswer(), to: header)
    case .spikesIn: try spikesIn(header, payload, isNewer: isNewer, isNext: isNext)
    case .run: try startRun(header, payload, isNewer: isNewer, isNext: isNext)
    case .stream: try stream(header, try parse(payload), isNewer: isNewer, isNext: isNext)
    case .streamIn: try streamIn(payload, isNext: isNext)
    case .state: try state(header, try parse(payload))
    case .stats:
      stats.uptimeMilliseconds = platform.milliseconds() &- startTime
      answer(stats, to: header)
    default: throw BoardError(.unknownType, detail: UInt32(header.type))
    }
  }

  var outOfSequence: BoardError { BoardError(.outOfSequence, detail: lastSequence &+ 1) }

  func parse<Message: WireMessage>(_ payload: UnsafeRawBufferPointer) throws(BoardError) -> Message {
    var reader = WireReader(payload)
    return try parse(&reader)
  }

  func parse<Message: WireMessage>(_ reader: inout WireReader) throws(BoardError) -> Message {
    do throws(WireError) {
      return try Message(from: &reader)
    } catch {
      let offset: UInt32 =
        switch error {
        case .payloadEnds(let offset, _), .invalidValue(let offset, _): offset
        case .payloadSize(_, let expected): expected
        default: 0
        }
      throw BoardError(.malformed, offset: UInt64(offset))
    }
  }

  private mutating func hello(_ header: FrameHeader, _ message: Hello) throws(BoardError) {
    guard message.minimumMajor <= 1 && message.maximumMajor >= 1 else { throw versionError }
    if session != 0 && message.nonce == sessionNonce {
      // The frame arrived twice, or its answer was lost.
      answer(helloAnswer(message), to: header)
      return
    }
    endSession()
    sessionNonce = message.nonce
    sessionCount &+= 1
    // Mixed with the start's number, so that a frame of before a restart does not fit by chance.
    session = UInt32(truncatingIfNeeded: platform.bootIdentifier ^ platform.bootIdentifier >> 32) &+ sessionCount
    if session == 0 { session = 1 }
    lastSequence = header.sequence
    answer(helloAnswer(message), to: header)
  }

  private func helloAnswer(_ message: Hello) -> HelloAnswer {
    HelloAnswer(
      nonce: message.nonce, session: session, major: ProtocolVersion.major, minor: ProtocolVersion.minor, info: info())
  }

  func info() -> BoardInfo {
    var info = BoardInfo()
    if metadata.isLocked { info.flags.insert(.locked) }
    if isInSession { info.flags.insert(.inSession) }
    if !metadata.isConfirmed { info.flags.insert(.unconfirmed) }
    info.family = Executor.family
    info.hardwareRevision = profile.hardwareRevision
    info.firmwareVersion = profile.firmwareVersion
    info.maximumPayload = UInt32(profile.maximumPayload)
    info.window = UInt16(clamping: profile.window)
    info.slotCount = UInt8(profile.slotCount)
    info.activeSlot = metadata.activeSlot
    info.slotBytes = UInt64(profile.slotBytes)
    info.chunkBytes = UInt32(profile.chunkBytes)
    info.eraseMilliseconds = UInt32(clamping: profile.eraseMilliseconds)
    info.commitMilliseconds = UInt32(clamping: profile.commitMilliseconds)
    info.inputSpikes = UInt32(clamping: profile.inputSpikes)
    info.maximumTicks = UInt32(clamping: profile.maximumTicks)
    info.bootIdentifier = platform.bootIdentifier
    info.targetDigest = profile.targetDigest
    info.targetName = profile.targetName
    info.serial = profile.serial
    for slot in 0..<profile.slotCount {
      let record = metadata[slot]
      info[slot: slot] = SlotInfo(state: record.state, size: record.size, digest: record.digest)
    }
    info.security = security
    return info
  }
}

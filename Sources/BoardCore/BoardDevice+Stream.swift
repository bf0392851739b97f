import FixedPoint
import WireProtocol

extension BoardDevice where Platform: ~Copyable, Executor: ~Copyable {
  /// How long the owner may wait for bytes before it polls again; nil: until some arrive or leave.
  public var idleMicroseconds: UInt64? {
    guard let stream, stream.mode == .realtime else { return nil }
    let now = platform.microseconds()
    return stream.nextTick > now ? stream.nextTick - now : 0
  }

  /// STREAM: begins a stream, or asks for its end.
  mutating func stream(
    _ header: FrameHeader, _ message: StreamRequest, isNewer: Bool, isNext: Bool
  ) throws(BoardError) {
    if message.mode == .end {
      if stream == nil { answer(streamAnswer, to: header) } else { stream?.end = header }
      return
    }
    guard stream == nil else { throw BoardError(.busy) }
    guard message.clearsFirst ? isNewer : isNext else { throw outOfSequence }
    try requireExecutor()
    guard message.mode == .deterministic || message.tickMicroseconds > 0 else {
      throw BoardError(.malformed, offset: 4)
    }
    if message.clearsFirst { clear() }
    run.outputEvents = 0
    let now = platform.microseconds()
    stream = StreamRecord(
      mode: message.mode, request: header, outputCredit: message.outputCredit,
      tickMicroseconds: UInt64(message.tickMicroseconds), nextTick: now &+ UInt64(message.tickMicroseconds),
      toldTick: executorTick, toldInputCredit: 0, toldTime: now)
    // Input that was waiting counts as taken before.
    let granted = inputCredit
    stream?.toldInputCredit = granted
    answer(streamAnswer, to: header)
  }

  /// STREAM_IN: takes input. A refusal takes nothing of it and does not end the stream.
  mutating func streamIn(_ payload: UnsafeRawBufferPointer, isNext: Bool) throws(BoardError) {
    var reader = WireReader(payload)
    let message: StreamIn = try parse(&reader)
    guard let record = stream else { throw BoardError(.notStreaming) }
    guard isNext else { throw outOfSequence }
    if message.completeBefore > executorTick {
      guard UInt64(message.completeBefore - executorTick) <= UInt64(profile.maximumTicks) else {
        throw BoardError(.tooManyTicks, detail: UInt32(clamping: profile.maximumTicks))
      }
    }
    let spikes = reader.rest()
    var late = 0
    var floor = max(executorTick, record.completeBefore)
    if record.mode == .realtime {
      floor = executorTick
      while late < Int(message.spikeCount), WireSpike(spikes, at: late * WireSpike.byteCount).tick < floor { late += 1 }
    }
    let punctual = UnsafeRawBufferPointer(rebasing: spikes[(late * WireSpike.byteCount)...])
    try input.append(punctual, currentTick: floor, inputs: executorInputs, place: late)
    stream?.inputs &+= UInt64(message.spikeCount)
    stream?.droppedIn &+= UInt64(late)
    stream?.completeBefore = max(record.completeBefore, message.completeBefore)
  }

  /// CREDIT: an absolute number, so that a lost, repeated or late one does no harm.
  mutating func credit(_ message: Credit) {
    guard let before = stream?.outputCredit else { return }
    stream?.outputCredit = max(before, message.outputCredit)
  }

  /// One step of the stream: some ticks, then at most one frame.
  ///
  /// - Returns: whether anything was done or remains to be done at once.
  mutating func continueStream() throws(BoardError) -> Bool {
    // Ticks that follow each other without end must not keep the board from telling of them.
    let isDue = isNewsDue
    let hasExecuted = isDue ? false : try executeStreamTicks()
    guard let record = stream else { return false }
    if !isDue && canExecuteStreamTick { return true }
    if run.stagedReadouts > 0 {
      sendStagedReadouts(to: record.request)
      return true
    }
    if run.staged > 0 || isDue || record.end == nil && hasNews {
      sendStreamOut()
      return true
    }
    if let end = record.end {
      answer(streamAnswer, to: end)
      stream = nil
      input.reset()
      return true
    }
    return hasExecuted
  }

  /// Executes the ticks whose time has come, a step of them at most; true where there were any.
  mutating func executeStreamTicks() throws(BoardError) -> Bool {
    var budget = profile.stepTicks
    while budget > 0 && canExecuteStreamTick {
      try executeTick()
      let period = stream?.tickMicroseconds ?? 0
      stream?.nextTick &+= period
      budget -= 1
    }
    return budget < profile.stepTicks
  }

  /// Whether a tick can be executed now.
  private var canExecuteStreamTick: Bool {
    guard let stream, executorTick < .max else { return false }
    switch stream.mode {
    case .end: return false
    case .deterministic:
      // Credit for every output at once, so that what a tick gives can always be kept.
      return executorTick < stream.completeBefore && hasRoomForSpikes && hasRoomForReadouts
        && stream.creditLeft >= UInt64(executorOutputs + executorReadouts)
    case .realtime: return stream.end == nil && platform.microseconds() >= stream.nextTick
    }
  }

  /// Whether the host should hear of ticks or credit though there is no output.
  private var hasNews: Bool {
    guard let stream else { return false }
    let granted = inputCredit &- stream.toldInputCredit
    switch stream.mode {
    case .end: return false
    case .deterministic: return stream.toldTick != executorTick || granted > 0
    case .realtime:
      // Not with every tick: twenty times a second, or when the host may run out of credit.
      return isNewsDue || granted &* 2 >= UInt64(input.capacity)
    }
  }

  /// Whether ticks were executed of which the host has heard nothing for a twentieth of a second.
  private var isNewsDue: Bool {
    guard let stream else { return false }
    return stream.toldTick != executorTick && platform.microseconds() &- stream.toldTime >= 50_000
  }

  /// Input spikes that the host may have sent since the beginning of the stream.
  private var inputCredit: UInt64 { (stream?.inputs ?? 0) &+ UInt64(input.capacity - input.count) }

  private var streamAnswer: StreamAnswer {
    var answer = StreamAnswer()
    answer.currentTick = executorTick
    answer.crc = run.crc.value
    answer.inputCredit = stream == nil ? 0 : inputCredit
    answer.droppedIn = stream?.droppedIn ?? 0
    answer.droppedOut = stream?.droppedOut ?? 0
    answer.spikes = run.spikes
    answer.inputEvents = run.inputEvents
    answer.outputEvents = stream?.outputs ?? 0
    return answer
  }

  /// Sends the first staged spikes, a frame of them, and how far the stream is.
  private mutating func sendStreamOut() {
    guard let record = stream else { return }
    let fitting = (profile.maximumPayload - StreamOut.headerBytes) / WireSpike.byteCount
    let count = min(run.staged, fitting)
    let bytes = count * WireSpike.byteCount
    let told = run.staged > count ? WireSpike(UnsafeRawBufferPointer(stage), at: bytes).tick : executorTick
    let message = StreamOut(
      currentTick: executorTick, crc: run.crc.value, inputCredit: inputCredit, droppedIn: record.droppedIn,
      droppedOut: record.droppedOut, toldBefore: told, spikeCount: UInt32(count))
    stream?.toldTick = executorTick
    stream?.toldInputCredit = message.inputCredit
    stream?.toldTime = platform.microseconds()
    answer(message, to: record.request, body: UnsafeRawBufferPointer(rebasing: stage[0..<bytes]))
    removeStaged(bytes)
  }
}

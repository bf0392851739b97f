import WireProtocol

extension BoardStream {
  /// The bytes that are queued at a time: enough to keep a link busy.
  private static var queuedBytes: Int { 1 << 16 }

  /// Sends what can be sent and takes what has come, or waits until something comes.
  ///
  /// - Returns: whether anything has come.
  /// - Throws: `timeout` where the board owes something, `refused`, `disconnected`, `cancelled`, `badAnswer`,
  ///   `damagedLink`. After an error the stream is to be abandoned, or the session closed.
  @discardableResult
  public func exchange(until deadline: ContinuousClock.Instant) throws(BoardLinkError) -> Bool {
    guard totals == nil else { return false }
    try fill()
    let start = ContinuousClock.now
    // At least one look at the link.
    guard let frame = try channel.nextFrame(until: max(deadline, start + .milliseconds(1))) else {
      try noteSilence(.now - start)
      return false
    }
    try take(frame.header, frame.payload)
    // What has come with it is there already.
    while totals == nil, let more = try channel.nextFrame(until: start) { try take(more.header, more.payload) }
    try fill()
    return true
  }

  /// Queues grants, input and the end, where there is room for them.
  private func fill() throws(BoardLinkError) {
    // What the board does not read stays here, where it can still grow together.
    guard channel.queuedBytes == 0, endSequence == nil else { return }
    try grant()
    while channel.queuedBytes < Self.queuedBytes, try sendPiece() {}
    if wantsEnd && isReadyToEnd {
      endSequence = try channel.post(StreamRequest(mode: .end, outputCredit: grantedEvents))
    }
  }

  /// Grants a quarter of the window at a time, and whatever a tick needs.
  private func grant() throws(BoardLinkError) {
    let wanted = takenEvents + UInt64(options.outputWindow)
    let left = grantedEvents - min(receivedEvents, grantedEvents)
    guard wanted > grantedEvents else { return }
    if wanted - grantedEvents >= UInt64(options.outputWindow + 3) / 4 || left < UInt64(options.outputs) {
      grantedEvents = wanted
      try channel.postUnnumbered(Credit(outputCredit: wanted))
    }
  }

  /// Queues one STREAM_IN; false where nothing can be sent now.
  private func sendPiece() throws(BoardLinkError) -> Bool {
    let info = session.info
    unexecuted.removeAll { $0 <= status.tick }
    // A board need not buffer more requests than its window, answered or not.
    if options.pace == .deterministic && unexecuted.count >= Int(info.window) { return false }
    let frameSpikes = (Int(info.maximumPayload) - StreamIn.headerBytes) / WireSpike.byteCount
    let room = inputCredit > sentSpikes ? Int(clamping: inputCredit - sentSpikes) : 0
    let piece = input.piece(atMost: min(frameSpikes, room))
    // A board refuses to be asked for more than its ticks at once.
    let complete = min(piece.completeBefore, status.tick.addingSaturated(info.maximumTicks))
    let isProgress = complete > sentCompleteBefore
    guard piece.count > 0 || isProgress else { return false }
    _ = try channel.post(
      StreamIn(completeBefore: complete, spikeCount: UInt32(piece.count)),
      bodyCount: piece.count * WireSpike.byteCount
    ) { bytes in
      for index in 0..<piece.count { input[index].store(to: bytes, at: index * WireSpike.byteCount) }
    }
    input.removeFirst(piece.count)
    sentSpikes += UInt64(piece.count)
    if isProgress {
      sentCompleteBefore = complete
      unexecuted.append(complete)
    }
    return true
  }

  /// Whether a board that is asked to end now executes everything first.
  private var isReadyToEnd: Bool {
    guard input.count == 0 else { return false }
    guard options.pace == .deterministic else { return true }
    guard sentCompleteBefore >= input.completeBefore else { return false }
    // It ends where credit ends, so there must be credit for every output of every tick that is left.
    let ticks = UInt64(sentCompleteBefore - min(status.tick, sentCompleteBefore))
    let (events, isTooMany) = ticks.multipliedReportingOverflow(by: UInt64(options.outputs))
    return !isTooMany && grantedEvents - min(receivedEvents, grantedEvents) >= events
  }

  /// Whether the board has something to say, given time.
  private var owesNews: Bool {
    if endSequence != nil || channel.queuedBytes > 0 { return true }
    guard options.pace == .deterministic else { return true }
    return status.toldBefore < sentCompleteBefore
      && grantedEvents - min(receivedEvents, grantedEvents) >= UInt64(options.outputs)
  }

  /// Adds up how long the board has said nothing that it should have said.
  private func noteSilence(_ duration: Duration) throws(BoardLinkError) {
    guard owesNews else {
      silence = .zero
      return
    }
    silence += duration
    let timeout = session.options.timeout + .microseconds(Int64(options.pace.tickMicroseconds))
    if !hasRepeatedCredit && silence > timeout / 3 && channel.queuedBytes == 0 && endSequence == nil {
      // A grant that was lost would be waited for without end.
      hasRepeatedCredit = true
      try channel.postUnnumbered(Credit(outputCredit: grantedEvents))
    }
    guard silence < timeout else {
      throw .timeout(request: .stream, milliseconds: Int(timeout / .milliseconds(1)))
    }
  }

  private func take(_ header: FrameHeader, _ payload: UnsafeRawBufferPointer) throws(BoardLinkError) {
    var reader = WireReader(payload)
    switch header.message {
    case .streamOut where header.sequence == sequence:
      let message: StreamOut = try decode(&reader, request: .stream)
      status = StreamStatus(
        tick: message.currentTick, toldBefore: message.toldBefore, crc: message.crc, droppedIn: message.droppedIn,
        droppedOut: message.droppedOut)
      inputCredit = max(inputCredit, message.inputCredit)
      let spikes = reader.rest()
      for place in stride(from: 0, to: spikes.count, by: WireSpike.byteCount) {
        output.spikes.append(WireSpike(spikes, at: place))
      }
      output.completeBefore = message.toldBefore
      receivedEvents += UInt64(message.spikeCount)
    case .membranesOut where header.sequence == sequence:
      let message: MembranesOut = try decode(&reader, request: .stream)
      let readouts = reader.rest()
      for place in stride(from: 0, to: readouts.count, by: WireReadout.byteCount) {
        output.readouts.append(WireReadout(readouts, at: place))
      }
      receivedEvents += UInt64(message.readoutCount)
    case .streamAnswer where header.sequence == endSequence:
      try end(try decode(&reader, request: .stream))
    case .progress: break
    case .error where header.sequence == 0 || header.sequence &- sequence < 1 << 31:
      let isStream = header.sequence == sequence || header.sequence == endSequence
      throw .refused(request: isStream ? .stream : .streamIn, try decode(&reader, request: .stream))
    default:
      // What answers nothing of this stream answers a frame before it.
      return
    }
    silence = .zero
    hasRepeatedCredit = false
  }

  private func end(_ answer: StreamTotals) throws(BoardLinkError) {
    // A frame that was lost shows in the sums.
    let isWhole =
      answer.outputEvents == receivedEvents
      && (options.pace != .deterministic || answer.currentTick == max(input.completeBefore, status.tick))
    guard isWhole else { throw .refused(request: .stream, BoardError(.outOfSequence, detail: sequence)) }
    status = StreamStatus(
      tick: answer.currentTick, toldBefore: answer.currentTick, crc: answer.crc, droppedIn: answer.droppedIn,
      droppedOut: answer.droppedOut)
    output.completeBefore = answer.currentTick
    totals = answer
    channel.isCancelled = { false }
  }
}

extension UInt32 {
  /// The sum, or the greatest number.
  func addingSaturated(_ other: UInt32) -> UInt32 {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }
}

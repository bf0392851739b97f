import WireProtocol

/// A stream of spikes to a board and back, for use by one thread; its session does nothing else meanwhile.
///
/// Nothing here waits for the other direction: input waits in this object until the board has room, and the board
/// sends no more output than was taken and fits the window. So a slow reader slows the board down, a slow board its
/// feeder (`waitingSpikes`), and neither blocks both.
///
/// ```swift
/// let stream = try session.openStream(StreamOptions(pace: .deterministic, outputs: 10))
/// try stream.send(spikes, completeBefore: 16)
/// stream.requestEnd()
/// while stream.totals == nil {
///   try stream.exchange(until: .now + .milliseconds(100))
///   let output = stream.takeOutput()
/// }
/// ```
public final class BoardStream {
  public let options: StreamOptions
  let session: BoardSession
  let channel: FrameChannel
  /// The number of the request that began the stream, which the board's frames carry.
  let sequence: UInt32
  /// The number of the request that ends it.
  var endSequence: UInt32?
  var input = StreamInput()
  var sentSpikes: UInt64 = 0
  var sentCompleteBefore: UInt32
  /// The ticks below which each STREAM_IN completed the input, of those that are not executed yet.
  var unexecuted: [UInt32] = []
  /// Input spikes that the board takes, in all.
  var inputCredit: UInt64
  /// Output events that were granted, have come, and were taken, in all.
  var grantedEvents: UInt64
  var receivedEvents: UInt64 = 0
  var takenEvents: UInt64 = 0
  var output = StreamOutput()
  /// How long nothing has come though something should have.
  var silence = Duration.zero
  var hasRepeatedCredit = false
  var wantsEnd = false

  /// How far the board is.
  public internal(set) var status: StreamStatus
  /// What the stream was, once it has ended.
  public internal(set) var totals: StreamTotals?

  init(
    _ session: BoardSession, _ options: StreamOptions, first spikes: [WireSpike], isCancelled: @escaping () -> Bool
  ) throws(BoardLinkError) {
    guard session.info.security?.flags.contains(.canStream) == true else { throw .cannotStream(session.address) }
    self.session = session
    self.options = options
    channel = session.channel
    channel.isCancelled = isCancelled
    grantedEvents = UInt64(options.outputWindow)
    let request = StreamRequest(
      mode: options.pace.mode, clearsFirst: options.clearsFirst && spikes.isEmpty,
      tickMicroseconds: options.pace.tickMicroseconds, outputCredit: grantedEvents)
    let answer: StreamAnswer
    do throws(BoardLinkError) {
      try session.sendAhead(spikes, clearsFirst: options.clearsFirst)
      // Once only: a stream that has begun cannot begin again.
      sequence = try channel.post(request)
      answer = try channel.wait(for: sequence, request: .stream, timeout: session.options.timeout) { answer, _ in answer
      }
    } catch {
      channel.isCancelled = { false }
      throw error
    }
    inputCredit = answer.inputCredit
    sentCompleteBefore = answer.currentTick
    status = StreamStatus(
      tick: answer.currentTick, toldBefore: answer.currentTick, crc: answer.crc, droppedIn: answer.droppedIn,
      droppedOut: answer.droppedOut)
  }

  deinit {
    channel.isCancelled = { false }
  }

  /// Spikes that wait here for the board; a feeder that looks at it needs no memory of its own.
  public var waitingSpikes: Int { input.count }

  /// Whether the board has done everything that it could, and told it: nothing will come before more is sent.
  public var isIdle: Bool {
    totals != nil
      || options.pace == .deterministic && !wantsEnd && input.count == 0 && channel.queuedBytes == 0
        && status.toldBefore >= input.completeBefore
  }

  /// Takes input spikes, all or none, and sends them as soon as the board has room.
  ///
  /// - Parameters:
  ///   - spikes: ascending by tick, then by input line, also from call to call.
  ///   - tick: no more input comes for the ticks below it, and so they can be executed; 0 says nothing. In realtime
  ///     it is only a promise.
  /// - Throws: `lateInput`, `unorderedInput`, `tooManyInputs`.
  public func send(_ spikes: some Sequence<WireSpike>, completeBefore tick: UInt32) throws(BoardLinkError) {
    // In realtime ticks go by, whatever waits.
    let capacity = options.pace == .deterministic ? Int(session.info.inputSpikes) : .max
    try input.append(spikes, completeBefore: tick, capacity: capacity)
  }

  /// Ends the stream when everything has been sent and, in deterministic mode, executed; `totals` tells that it has
  /// ended. Output has to be taken until then.
  public func requestEnd() {
    wantsEnd = true
  }

  /// Hands over what has come, and lets the board send as much more.
  public func takeOutput() -> StreamOutput {
    var taken = StreamOutput()
    swap(&taken, &output)
    output.completeBefore = taken.completeBefore
    takenEvents += UInt64(taken.count)
    return taken
  }

  /// Gives a stream up that has not ended: begins a new session on the same connection.
  public func abandon() throws(BoardLinkError) {
    channel.isCancelled = { false }
    try session.resetSession()
  }
}

extension BoardSession {
  /// Begins a stream on the active image.
  ///
  /// - Parameters:
  ///   - spikes: input that the board has before the stream begins, which in realtime is when time begins: no more
  ///     than `waitingInputs`, and before anything that is sent.
  ///   - isCancelled: asked between waits; a true answer ends whatever waits with `cancelled`.
  /// - Throws: `cannotStream`, `refused`, `timeout`, `disconnected`, `cancelled`.
  public func openStream(
    _ options: StreamOptions, first spikes: [WireSpike] = [], isCancelled: @escaping () -> Bool = { false }
  ) throws(BoardLinkError) -> BoardStream {
    try BoardStream(self, options, first: spikes, isCancelled: isCancelled)
  }

  /// Input spikes that can wait on the board.
  public var waitingInputs: Int { Int(info.inputSpikes) }

  /// Has the board take input before its ticks go by, one frame after the other.
  fileprivate func sendAhead(_ spikes: [WireSpike], clearsFirst: Bool) throws(BoardLinkError) {
    let most = (Int(info.maximumPayload) - SpikesIn.headerBytes) / WireSpike.byteCount
    for start in stride(from: 0, to: spikes.count, by: most) {
      let piece = spikes[start..<min(start + most, spikes.count)]
      let sequence = try channel.post(
        SpikesIn(clearsFirst: clearsFirst && start == 0, spikeCount: UInt32(piece.count)),
        bodyCount: piece.count * WireSpike.byteCount
      ) { bytes in
        for (place, spike) in piece.enumerated() { spike.store(to: bytes, at: place * WireSpike.byteCount) }
      }
      try channel.wait(for: sequence, request: .spikesIn, timeout: options.timeout) { (_: SpikesInAnswer, _) in }
    }
  }
}

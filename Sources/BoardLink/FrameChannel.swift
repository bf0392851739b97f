import FixedPoint
import WireProtocol

/// Frames over a transport: numbers requests, queues bytes, and finds the answers.
final class FrameChannel {
  let transport: any Transport
  var session: UInt32 = 0
  /// While a session is being opened its number is not known yet.
  var acceptsAnySession = false
  private var nextSequence: UInt32 = 1
  private var outgoing: [UInt8] = []
  private var outgoingStart = 0
  private let memory: UnsafeMutableRawBufferPointer
  private var assembler: FrameAssembler
  /// When bytes came last.
  private(set) var lastArrival = ContinuousClock.now
  /// What waits for a link that takes long frames with everything else; enough to keep it busy.
  private static let longFramesQueued = 1 << 18
  /// Asked between waits; a true answer ends the request with `cancelled`.
  var isCancelled: () -> Bool = { false }

  init(transport: any Transport, maximumPayload: Int) {
    self.transport = transport
    memory = .allocate(byteCount: 2 * FrameLayout.frameBytes(payload: maximumPayload), alignment: 16)
    assembler = FrameAssembler(memory: memory, maximumPayload: UInt32(maximumPayload))
  }

  deinit {
    memory.deallocate()
  }

  /// Queues a request and returns its number.
  ///
  /// - Parameters:
  ///   - bodyCount: bytes behind the message's own.
  ///   - fill: writes exactly these bytes.
  func post<Message: WireMessage>(
    _ message: Message, bodyCount: Int = 0, fill: (UnsafeMutableRawBufferPointer) -> Void = { _ in }
  ) throws(BoardLinkError) -> UInt32 {
    let sequence = nextSequence
    nextSequence &+= 1
    try queue(message, sequence: sequence, bodyCount: bodyCount, fill: fill)
    return sequence
  }

  /// Queues a message that takes no number of its own, as it may be lost: it repeats the last one.
  func postUnnumbered<Message: WireMessage>(_ message: Message) throws(BoardLinkError) {
    try queue(message, sequence: nextSequence &- 1)
  }

  /// Hands a request with a long body to the link, laid out in the link's own memory where it has some, and returns its
  /// number; nil where there is no room before something has left.
  func postLong<Message: WireMessage>(_ message: Message, body: CheckedBytes) throws(BoardLinkError) -> UInt32? {
    guard queuedBytes < Self.longFramesQueued else { return nil }
    let bodyCount = body.bytes.count
    guard queuedBytes == 0 else { return try post(message, bodyCount: bodyCount) { $0.copyMemory(from: body.bytes) } }
    let count = try frameBytes(message, bodyCount: bodyCount)
    switch try transport.room(forFrame: count) {
    case .none: return try post(message, bodyCount: bodyCount) { $0.copyMemory(from: body.bytes) }
    case .full: return nil
    case .memory(let frame):
      do throws(WireError) {
        _ = try lay(message, sequence: nextSequence, body: body, in: frame)
      } catch {
        throw .badAnswer(request: Message.type, error)
      }
      transport.takeFrame(count)
      nextSequence &+= 1
      return nextSequence &- 1
    }
  }

  /// The bytes of a message's frame, pad included.
  private func frameBytes<Message: WireMessage>(_ message: Message, bodyCount: Int) throws(BoardLinkError) -> Int {
    var count = 0
    var failure: WireError?
    withUnsafeTemporaryAllocation(byteCount: Self.greatestMessage, alignment: 8) { bytes in
      var writer = WireWriter(bytes)
      do throws(WireError) {
        try message.write(to: &writer)
        count = FrameLayout.headerBytes + writer.count + bodyCount
      } catch {
        failure = error
      }
    }
    if let failure { throw .badAnswer(request: Message.type, failure) }
    let packetBytes = transport.packetBytes
    return packetBytes > 0 && count % packetBytes == 0 ? count + FrameLayout.padBytes : count
  }

  /// Messages of fixed size are shorter.
  private static let greatestMessage = 1024

  /// Lays out a frame and returns its bytes.
  private func lay<Message: WireMessage>(
    _ message: Message, sequence: UInt32, bodyCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void,
    in frame: UnsafeMutableRawBufferPointer
  ) throws(WireError) -> Int {
    var writer = WireWriter(UnsafeMutableRawBufferPointer(rebasing: frame[FrameLayout.headerBytes...]))
    try message.write(to: &writer)
    let bodyStart = FrameLayout.headerBytes + writer.count
    fill(UnsafeMutableRawBufferPointer(rebasing: frame[bodyStart..<bodyStart + bodyCount]))
    let header = FrameHeader(
      type: Message.type.rawValue, session: session, sequence: sequence, length: UInt32(writer.count + bodyCount))
    return try FrameCodec.seal(header, in: frame, packetBytes: transport.packetBytes)
  }

  /// The same with a body whose CRC is known, so that its bytes are only copied.
  private func lay<Message: WireMessage>(
    _ message: Message, sequence: UInt32, body: CheckedBytes, in frame: UnsafeMutableRawBufferPointer
  ) throws(WireError) -> Int {
    var writer = WireWriter(UnsafeMutableRawBufferPointer(rebasing: frame[FrameLayout.headerBytes...]))
    try message.write(to: &writer)
    let front = CRC32C.checksum(of: writer.written)
    let bodyStart = FrameLayout.headerBytes + writer.count
    UnsafeMutableRawBufferPointer(rebasing: frame[bodyStart...]).copyMemory(from: body.bytes)
    let header = FrameHeader(
      type: Message.type.rawValue, session: session, sequence: sequence,
      length: UInt32(writer.count + body.bytes.count))
    return try FrameCodec.seal(
      header, in: frame, packetBytes: transport.packetBytes,
      payloadChecksum: body.distance.combined(front, body.checksum))
  }

  /// The bytes that have not gone to the link yet.
  var queuedBytes: Int { outgoing.count - outgoingStart }

  private func queue<Message: WireMessage>(
    _ message: Message, sequence: UInt32, bodyCount: Int = 0, fill: (UnsafeMutableRawBufferPointer) -> Void = { _ in }
  ) throws(BoardLinkError) {
    // A queue that is never empty would grow for ever. What is moved is no more than what has left.
    if outgoingStart >= queuedBytes {
      outgoing.removeFirst(outgoingStart)
      outgoingStart = 0
    }
    let start = outgoing.count
    let room = FrameLayout.frameBytes(payload: Self.greatestMessage + bodyCount)
    outgoing.append(contentsOf: repeatElement(0, count: room))
    let result = outgoing.withUnsafeMutableBytes { all -> Result<Int, WireError> in
      let frame = UnsafeMutableRawBufferPointer(rebasing: all[start..<start + room])
      do throws(WireError) {
        return .success(try lay(message, sequence: sequence, bodyCount: bodyCount, fill: fill, in: frame))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let count):
      outgoing.removeLast(room - count)
    case .failure(let error):
      outgoing.removeLast(room)
      throw .badAnswer(request: Message.type, error)
    }
  }

  /// The next frame from the board; nil where none came before the deadline.
  ///
  /// Frames of other sessions are dropped, except those that open or end one. The payload holds
  /// until the next call.
  ///
  /// - Parameter feed: called before each wait, to hand on what there is room for.
  func nextFrame(
    until deadline: ContinuousClock.Instant, feed: () throws(BoardLinkError) -> Void = {}
  ) throws(BoardLinkError) -> (header: FrameHeader, payload: UnsafeRawBufferPointer)? {
    while true {
      switch assembler.next() {
      case .frame(let header, let payload):
        // Refusals come from whatever session the board is in; their number says whose they are.
        let isRefusal = header.message == .error && header.sequence != 0
        guard header.session == session || header.session == 0 || acceptsAnySession || isRefusal else { continue }
        return (header, payload)
      case .damaged(let error):
        throw .damagedLink(error)
      case .needMore:
        if isCancelled() { throw .cancelled }
        try feed()
        let now = ContinuousClock.now
        if now >= deadline {
          // The rest of a frame that has stopped arriving would swallow the front of the next one.
          if now - lastArrival > .milliseconds(250) { assembler.reset() }
          return nil
        }
        // Short waits, so that a cancellation without a signal is seen soon.
        try move(until: min(deadline, now + .milliseconds(100)))
      }
    }
  }

  /// Forgets what is queued and what has arrived.
  func forget() {
    outgoing.removeAll(keepingCapacity: true)
    outgoingStart = 0
    assembler.reset()
  }

  private func move(until deadline: ContinuousClock.Instant) throws(BoardLinkError) {
    let space = assembler.space
    let start = outgoingStart
    let transport = self.transport
    let moved = outgoing.withUnsafeBytes { bytes -> Result<(sent: Int, received: Int), BoardLinkError> in
      do throws(BoardLinkError) {
        return .success(
          try transport.exchange(
            sending: UnsafeRawBufferPointer(rebasing: bytes[start...]), receiving: space, until: deadline))
      } catch {
        return .failure(error)
      }
    }
    let counts = try moved.get()
    outgoingStart += counts.sent
    assembler.received(counts.received)
    if counts.received > 0 { lastArrival = .now }
  }
}

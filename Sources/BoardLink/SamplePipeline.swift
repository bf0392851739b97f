import WireProtocol

/// Samples on their way to a board and back: requests cut to the board's frames, answers put together.
struct SamplePipeline {
  private let shape: RunShape
  private let end: Int
  private let info: BoardInfo
  /// The sample whose answer comes next.
  private var firstOpen: Int
  /// The sample that is sent next, and its requests that are not posted yet.
  private var nextSample: Int
  private var requests: [SampleRequest] = []
  private var nextRequest = 0
  private var waiting: [(sequence: UInt32, isLast: Bool)] = []
  private let input: UnsafeMutableBufferPointer<UInt8>
  private let spikes: UnsafeMutableRawBufferPointer
  private let counts: UnsafeMutableBufferPointer<UInt8>
  private var readouts: ReadoutCollector

  init(shape: RunShape, samples: Range<Int>, info: BoardInfo) {
    self.shape = shape
    self.info = info
    firstOpen = samples.lowerBound
    nextSample = samples.lowerBound
    end = samples.upperBound
    input = .allocate(capacity: shape.inputs * shape.inputTicks)
    spikes = .allocate(byteCount: shape.inputs * shape.inputTicks * WireSpike.byteCount, alignment: 8)
    counts = .allocate(capacity: shape.outputs * shape.totalTicks)
    counts.initialize(repeating: 0)
    readouts = ReadoutCollector(shape)
  }

  func deallocate() {
    input.deallocate()
    spikes.deallocate()
    counts.deallocate()
    readouts.deallocate()
  }

  var isDone: Bool { firstOpen >= end }

  /// Begins again with the first sample that has no answer.
  mutating func restart() {
    nextSample = firstOpen
    requests.removeAll(keepingCapacity: true)
    nextRequest = 0
    waiting.removeAll(keepingCapacity: true)
    counts.update(repeating: 0)
    readouts.clear()
  }

  /// Fills the window and takes one frame.
  mutating func advance(
    _ channel: FrameChannel, timeout: Duration, encode: (Int, UnsafeMutableBufferPointer<UInt8>) -> Void,
    receive: (Int, BoardSample) -> Void
  ) throws(BoardLinkError) {
    while waiting.count < Int(info.window), try prepare(encode) {
      let request = requests[nextRequest]
      nextRequest += 1
      let isLast = nextRequest == requests.count
      waiting.append((try post(request, channel), isLast))
      if isLast { nextSample += 1 }
    }
    var deadline = ContinuousClock.now + timeout
    while let frame = try channel.nextFrame(until: deadline) {
      guard let expected = waiting.first else { return }
      let isLater = waiting.dropFirst().contains { $0.sequence == frame.header.sequence }
      if isLater && frame.header.message != .error {
        // The answer before it is lost, and perhaps the request.
        throw .refused(request: .run, BoardError(.outOfSequence, detail: expected.sequence))
      }
      // What answers nothing that waits answers a frame that arrived twice.
      guard isLater || frame.header.sequence == expected.sequence || frame.header.sequence == 0 else { continue }
      var reader = WireReader(frame.payload)
      switch frame.header.message {
      case .spikesInAnswer:
        waiting.removeFirst()
        return
      case .spikesOut:
        let answer: SpikesOut = try decode(&reader, request: .run)
        try collect(reader.rest(), count: Int(answer.spikeCount))
        return
      case .membranesOut:
        let answer: MembranesOut = try decode(&reader, request: .run)
        try readouts.collect(reader.rest(), count: Int(answer.readoutCount))
        return
      case .runAnswer:
        let answer: RunAnswer = try decode(&reader, request: .run)
        try collect(reader.rest(), count: Int(answer.spikeCount))
        waiting.removeFirst()
        if expected.isLast {
          // Every readout tells every tick, so what is missing is a frame that was lost.
          guard readouts.isComplete else {
            throw .refused(request: .run, BoardError(.outOfSequence, detail: expected.sequence))
          }
          receive(
            firstOpen,
            BoardSample(
              counts: UnsafeBufferPointer(counts), readouts: readouts.membranes, crc: answer.crc,
              spikes: answer.spikes))
          firstOpen += 1
          counts.update(repeating: 0)
          readouts.clear()
        }
        return
      case .progress:
        deadline = .now + timeout
      case .error:
        throw .refused(request: .run, try decode(&reader, request: .run))
      default:
        throw .badAnswer(request: .run, .invalidValue(offset: 6, value: UInt64(frame.header.type)))
      }
    }
    throw .timeout(request: .run, milliseconds: Int(timeout / .milliseconds(1)))
  }

  /// Whether there is a request to post, after cutting the next sample into requests if need be.
  private mutating func prepare(
    _ encode: (Int, UnsafeMutableBufferPointer<UInt8>) -> Void
  ) throws(BoardLinkError) -> Bool {
    if nextRequest < requests.count { return true }
    guard nextSample < end else { return false }
    input.initialize(repeating: 0)
    encode(nextSample, input)
    requests.removeAll(keepingCapacity: true)
    nextRequest = 0
    try cut()
    return true
  }

  /// Cuts a sample into runs of as many whole ticks as fit a frame and the board's input queue; ticks that fit no
  /// frame go ahead as SPIKES_IN.
  private mutating func cut() throws(BoardLinkError) {
    let frameSpikes = (Int(info.maximumPayload) - Run.headerBytes) / WireSpike.byteCount
    let capacity = Int(info.inputSpikes)
    var first = 0
    // Where the run in hand begins, what has gone ahead of it included.
    var runFirst = 0
    var count = 0
    var ticks = 0
    for tick in 0..<shape.totalTicks {
      let before = count
      if tick < shape.inputTicks { count = storeSpikes(of: tick, at: count) }
      let own = count - before
      guard own <= capacity else { throw .tooManyInputs(lines: own, capacity: capacity) }
      let isFull = count - first > frameSpikes || count - runFirst > capacity || ticks == Int(info.maximumTicks)
      if isFull && ticks > 0 {
        append(.run(ticks: ticks), first..<before)
        first = before
        runFirst = before
        ticks = 0
      }
      while count - first > frameSpikes {
        append(.spikesIn, first..<first + frameSpikes)
        first += frameSpikes
      }
      ticks += 1
    }
    append(.run(ticks: ticks), first..<count)
  }

  private mutating func append(_ kind: SampleRequest.Kind, _ range: Range<Int>) {
    requests.append(SampleRequest(kind: kind, clearsFirst: requests.isEmpty, spikes: range))
  }

  /// Stores the events of a tick behind `count` others and returns the new count.
  private func storeSpikes(of tick: Int, at count: Int) -> Int {
    let row = UnsafeRawBufferPointer(
      rebasing: UnsafeRawBufferPointer(input)[tick * shape.inputs..<(tick + 1) * shape.inputs])
    var next = count
    var index = 0
    while index < row.count {
      // Most lines are silent: eight at a time.
      if index + 8 <= row.count && row.loadUnaligned(fromByteOffset: index, as: UInt64.self) == 0 {
        index += 8
        continue
      }
      let stop = min(index + 8, row.count)
      while index < stop {
        if row[index] > 0 {
          WireSpike(tick: UInt32(truncatingIfNeeded: tick), index: UInt32(truncatingIfNeeded: index), count: row[index])
            .store(to: spikes, at: next * WireSpike.byteCount)
          next += 1
        }
        index += 1
      }
    }
    return next
  }

  private func post(_ request: SampleRequest, _ channel: FrameChannel) throws(BoardLinkError) -> UInt32 {
    let size = WireSpike.byteCount
    let bytes = UnsafeRawBufferPointer(
      rebasing: UnsafeRawBufferPointer(spikes)[request.spikes.lowerBound * size..<request.spikes.upperBound * size])
    let count = UInt32(request.spikes.count)
    switch request.kind {
    case .spikesIn:
      return try channel.post(
        SpikesIn(clearsFirst: request.clearsFirst, spikeCount: count), bodyCount: bytes.count
      ) { $0.copyMemory(from: bytes) }
    case .run(let ticks):
      return try channel.post(
        Run(clearsFirst: request.clearsFirst, ticks: UInt32(ticks), spikeCount: count), bodyCount: bytes.count
      ) { $0.copyMemory(from: bytes) }
    }
  }

  private func collect(_ bytes: UnsafeRawBufferPointer, count: Int) throws(BoardLinkError) {
    for index in 0..<min(count, bytes.count / WireSpike.byteCount) {
      let spike = WireSpike(bytes, at: index * WireSpike.byteCount)
      guard Int(spike.tick) < shape.totalTicks, Int(spike.index) < shape.outputs else {
        throw .strayOutput(tick: spike.tick, index: spike.index)
      }
      counts[Int(spike.tick) * shape.outputs + Int(spike.index)] = spike.count
    }
  }
}

/// One request of a sample.
private struct SampleRequest {
  enum Kind {
    case spikesIn
    case run(ticks: Int)
  }

  let kind: Kind
  let clearsFirst: Bool
  /// Its events among those of the sample.
  let spikes: Range<Int>
}

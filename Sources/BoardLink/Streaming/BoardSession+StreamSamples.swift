import WireProtocol

extension BoardSession {
  /// Streams samples through the active image, one after the other, each from a cleared board.
  ///
  /// In deterministic mode the results are those of `run(samples:…)`. In realtime, input and output that are dropped
  /// are missing in them, and the board executes some ticks more until it hears of the end.
  /// - Parameters:
  ///   - encode: writes the counts [inputTicks][inputs] of a sample into a zeroed buffer. In deterministic mode it may
  ///     be asked for a sample again after a damaged transfer.
  ///   - receive: takes the results, in the order of samples.
  /// - Throws: `cannotStream`, `refused`, `tooManyInputs`, `strayOutput`, `strayReadout`, `timeout`, `disconnected`,
  ///   `cancelled`, `damagedLink`.
  public func stream(
    samples: Range<Int>, shape: RunShape, pace: StreamPace = .deterministic, outputWindow: Int = 1 << 16,
    isCancelled: @escaping () -> Bool = { false }, encode: (Int, UnsafeMutableBufferPointer<UInt8>) -> Void,
    receive: (Int, BoardSample, StreamTotals) -> Void
  ) throws(BoardLinkError) {
    let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: shape.inputs * shape.inputTicks)
    var collector = StreamCollector(shape, dropsStrays: pace != .deterministic)
    defer {
      input.deallocate()
      collector.deallocate()
    }
    let options = StreamOptions(pace: pace, outputs: shape.outputs, outputWindow: outputWindow)
    var repairs = 0
    for sample in samples {
      input.initialize(repeating: 0)
      encode(sample, input)
      if isCancelled() { throw .cancelled }
      let spikes = Self.spikes(of: UnsafeBufferPointer(input), lines: shape.inputs)
      while true {
        do throws(BoardLinkError) {
          collector.clear()
          let totals = try stream(spikes, shape, options, isCancelled: isCancelled) { output throws(BoardLinkError) in
            try collector.collect(output)
          }
          guard collector.isComplete || pace != .deterministic else {
            throw .refused(request: .stream, BoardError(.outOfSequence))
          }
          receive(sample, collector.sample(totals), totals)
          repairs = 0
          break
        } catch {
          var isTimeout = false
          if case .timeout = error { isTimeout = true }
          // Time does not come again: only what is deterministic can be done anew.
          guard pace == .deterministic, error.needsNewSession || isTimeout, repairs < self.options.attempts else {
            throw error
          }
          repairs += 1
          try resetSession()
        }
      }
    }
  }

  /// Streams the spikes of one sample.
  private func stream(
    _ spikes: [WireSpike], _ shape: RunShape, _ options: StreamOptions, isCancelled: @escaping () -> Bool,
    output: (StreamOutput) throws(BoardLinkError) -> Void
  ) throws(BoardLinkError) -> StreamTotals {
    // In realtime the first input would come late if the board did not have it when time begins.
    let first = options.pace == .deterministic ? [] : Array(spikes.prefix(waitingInputs))
    let stream = try openStream(options, first: first, isCancelled: isCancelled)
    let end = UInt32(clamping: shape.totalTicks)
    try stream.send(spikes.dropFirst(first.count), completeBefore: end)
    while stream.totals == nil {
      if options.pace == .deterministic || stream.status.tick >= end { stream.requestEnd() }
      try stream.exchange(until: .now + .milliseconds(100))
      try output(stream.takeOutput())
    }
    try output(stream.takeOutput())
    return stream.totals ?? StreamTotals()
  }

  /// The events among counts [ticks][lines], ascending by tick, then by line.
  private static func spikes(of counts: UnsafeBufferPointer<UInt8>, lines: Int) -> [WireSpike] {
    guard lines > 0 else { return [] }
    var spikes: [WireSpike] = []
    for (place, count) in counts.enumerated() where count > 0 {
      spikes.append(
        WireSpike(
          tick: UInt32(truncatingIfNeeded: place / lines), index: UInt32(truncatingIfNeeded: place % lines),
          count: count))
    }
    return spikes
  }
}

/// Puts the output of a streamed sample in its places.
private struct StreamCollector {
  private let shape: RunShape
  /// Whether output of ticks after the sample is expected, and left out.
  private let dropsStrays: Bool
  private let counts: UnsafeMutableBufferPointer<UInt8>
  private var readouts: ReadoutCollector

  init(_ shape: RunShape, dropsStrays: Bool) {
    self.shape = shape
    self.dropsStrays = dropsStrays
    counts = .allocate(capacity: shape.outputs * shape.totalTicks)
    counts.initialize(repeating: 0)
    readouts = ReadoutCollector(shape)
  }

  func deallocate() {
    counts.deallocate()
    readouts.deallocate()
  }

  var isComplete: Bool { readouts.isComplete }

  mutating func clear() {
    counts.update(repeating: 0)
    readouts.clear()
  }

  mutating func collect(_ output: StreamOutput) throws(BoardLinkError) {
    for spike in output.spikes {
      if dropsStrays && Int(spike.tick) >= shape.totalTicks { continue }
      guard Int(spike.tick) < shape.totalTicks, Int(spike.index) < shape.outputs else {
        throw .strayOutput(tick: spike.tick, index: spike.index)
      }
      counts[Int(spike.tick) * shape.outputs + Int(spike.index)] = spike.count
    }
    for readout in output.readouts {
      if dropsStrays && Int(readout.tick) >= shape.totalTicks { continue }
      try readouts.collect(readout)
    }
  }

  func sample(_ totals: StreamTotals) -> BoardSample {
    BoardSample(
      counts: UnsafeBufferPointer(counts), readouts: readouts.membranes, crc: totals.crc, spikes: totals.spikes)
  }
}

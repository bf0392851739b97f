import WireProtocol

/// What protocol.md says under "Streams".
enum StreamChecks {
  static let all = [
    check("STREAM_IN without a stream is refused as not streaming", notStreaming),
    check("a realtime stream without a time from tick to tick is malformed", noPeriod),
    check("while a stream is under way, a run is refused as busy", busy),
    check("a deterministic stream gives the CRC of the run with the same input", deterministic),
  ]

  private static func check(
    _ rule: String, _ body: @escaping @Sendable (ConformanceBench) throws(ConformanceFailure) -> Void
  ) -> ConformanceCheck {
    ConformanceCheck(.streams, rule, needs: .activeImage) { (bench) throws(ConformanceFailure) in
      guard bench.info.security?.flags.contains(.canStream) == true else { throw .skipped("the board has no streams") }
      try body(bench)
    }
  }

  private static func notStreaming(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try bench.expect(.notStreaming, for: StreamIn(completeBefore: 1, spikeCount: 0))
  }

  private static func noPeriod(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try bench.expect(.malformed, for: StreamRequest(mode: .realtime, clearsFirst: true))
  }

  private static func begin(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let answer = try bench.expect(
      StreamAnswer.self, to: StreamRequest(mode: .deterministic, clearsFirst: true, outputCredit: 1 << 40))
    try bench.expectEqual(answer.currentTick, 0, "the tick at the beginning")
    guard answer.inputCredit > 0 else { throw .broken("it takes no input") }
  }

  private static func busy(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try begin(bench)
    try bench.expect(.busy, for: Run(clearsFirst: true, ticks: 1, spikeCount: 0))
    try bench.expect(.busy, for: Clear())
  }

  private static func deterministic(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let input = (0..<3).map { WireSpike(tick: UInt32($0), index: 0, count: 1) }
    let body = InputChecks.bytes(input)
    let whole = try bench.expect(
      RunAnswer.self, to: Run(clearsFirst: true, ticks: 5, spikeCount: 3), body: body)
    try begin(bench)
    let number = bench.nextSequence()
    try bench.link.send(
      bench.frame(StreamIn(completeBefore: 5, spikeCount: 3), session: bench.session, sequence: number, body: body),
      within: bench.patience)
    let last = bench.nextSequence()
    try bench.link.send(
      bench.frame(StreamRequest(mode: .end), session: bench.session, sequence: last), within: bench.patience)
    // What the stream tells carries the number of the STREAM that began it.
    while let frame = try bench.link.next(within: bench.patience) {
      guard frame.header.sequence == last else {
        guard frame.header.message == .streamOut || frame.header.message == .membranesOut else {
          throw .broken("\(frame.name) came out of the stream")
        }
        continue
      }
      guard frame.header.message == .streamAnswer else { throw .broken("it answered \(frame.name)") }
      let answer = try frame.read(StreamAnswer.self)
      try bench.expectEqual(answer.currentTick, 5, "the tick at the end")
      try bench.expectEqual(answer.crc, whole.crc, "the CRC")
      try bench.expectEqual(answer.spikes, whole.spikes, "the number of spikes")
      return
    }
    throw .broken("it does not answer the end of the stream")
  }
}

import WireProtocol

/// What protocol.md says under "Running" about the input that a board refuses.
enum InputChecks {
  static let all = [
    check("input for a tick that is over is refused as late tick", late),
    check("input that does not ascend by tick is refused as unordered", unordered),
    check("two spikes of a line in one tick are refused as duplicate", duplicate),
    check("a line that the image does not have is refused as input out of range", outOfRange),
    check("a spike of count 0 is refused as empty spike", empty),
    check("more spikes than can wait are refused as input overflow", overflow),
    check("of input that is refused nothing is taken", allOrNothing),
  ]

  private static func check(
    _ rule: String, _ body: @escaping @Sendable (ConformanceBench) throws(ConformanceFailure) -> Void
  ) -> ConformanceCheck {
    ConformanceCheck(.running, rule, needs: .activeImage, body)
  }

  /// Spikes as they follow SPIKES_IN and RUN.
  static func bytes(_ spikes: [WireSpike]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: spikes.count * WireSpike.byteCount)
    bytes.withUnsafeMutableBytes { buffer in
      for (index, spike) in spikes.enumerated() { spike.store(to: buffer, at: index * WireSpike.byteCount) }
    }
    return bytes
  }

  /// Refused as SPIKES_IN and within RUN, with the place of the spike that is at fault.
  private static func expect(
    _ code: BoardErrorCode, _ spikes: [WireSpike], at place: UInt64, detail: UInt32, _ bench: ConformanceBench
  ) throws(ConformanceFailure) {
    let count = UInt32(spikes.count)
    for error in [
      try bench.expect(code, for: SpikesIn(clearsFirst: true, spikeCount: count), body: bytes(spikes)),
      try bench.expect(code, for: Run(clearsFirst: true, ticks: 1, spikeCount: count), body: bytes(spikes)),
    ] {
      try bench.expectEqual(error.offset, place, "the spike's place")
      try bench.expectEqual(error.detail, detail, "the detail of its error")
    }
  }

  private static func late(_ bench: ConformanceBench) throws(ConformanceFailure) {
    _ = try bench.expect(RunAnswer.self, to: Run(clearsFirst: true, ticks: 3, spikeCount: 0))
    let spike = WireSpike(tick: 2, index: 0, count: 1)
    let error = try bench.expect(
      .lateTick, for: SpikesIn(clearsFirst: false, spikeCount: 1), body: bytes([spike]))
    try bench.expectEqual(error.detail, 2, "the tick that it tells")
  }

  private static func unordered(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let spikes = [WireSpike(tick: 4, index: 0, count: 1), WireSpike(tick: 3, index: 0, count: 1)]
    try expect(.unorderedSpikes, spikes, at: 1, detail: 0, bench)
  }

  private static func duplicate(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let spike = WireSpike(tick: 1, index: 0, count: 1)
    try expect(.duplicateSpike, [spike, spike], at: 1, detail: 0, bench)
  }

  private static func outOfRange(_ bench: ConformanceBench) throws(ConformanceFailure) {
    // No image has as many lines as an index can name.
    let line = WireSpike.maximumIndex
    let spikes = [WireSpike(tick: 0, index: 0, count: 1), WireSpike(tick: 0, index: line, count: 1)]
    try expect(.inputOutOfRange, spikes, at: 1, detail: line, bench)
  }

  private static func empty(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try expect(.emptySpike, [WireSpike(tick: 0, index: 0, count: 0)], at: 0, detail: 0, bench)
  }

  private static func overflow(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let most = Int(bench.info.inputSpikes)
    let fitting = (Int(bench.info.maximumPayload) - SpikesIn.headerBytes) / WireSpike.byteCount
    guard most <= 1 << 22 else { throw .skipped("more than 4 million spikes can wait") }
    var sent = 0
    while sent < most {
      let count = min(fitting, most - sent)
      let spikes = (sent..<sent + count).map { WireSpike(tick: UInt32($0), index: 0, count: 1) }
      let answer = try bench.expect(
        SpikesInAnswer.self, to: SpikesIn(clearsFirst: sent == 0, spikeCount: UInt32(count)), body: bytes(spikes))
      sent += count
      try bench.expectEqual(Int(answer.waiting), sent, "the number of spikes that wait")
    }
    let spike = WireSpike(tick: UInt32(sent), index: 0, count: 1)
    let error = try bench.expect(
      .inputOverflow, for: SpikesIn(clearsFirst: false, spikeCount: 1), body: bytes([spike]))
    try bench.expectEqual(Int(error.detail), most, "the most that it tells")
  }

  private static func allOrNothing(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let good = WireSpike(tick: 0, index: 0, count: 1)
    let spikes = [good, WireSpike(tick: 1, index: 0, count: 0)]
    try bench.expect(.emptySpike, for: SpikesIn(clearsFirst: true, spikeCount: 2), body: bytes(spikes))
    let answer = try bench.expect(
      SpikesInAnswer.self, to: SpikesIn(clearsFirst: false, spikeCount: 1), body: bytes([good]))
    try bench.expectEqual(answer.waiting, 1, "the number of spikes that wait")
  }
}

import FixedPoint
import WireProtocol

/// What protocol.md says under "Running", about order and results. What runs is the active image, from cleared.
enum RunChecks {
  static let all = [
    ConformanceCheck(.running, "without an active image, running is refused as no active image", noImage),
    check("CLEAR takes the tick back to 0", clear),
    check("RUN executes as many ticks as it says", run),
    check("the same input from cleared gives the same CRC and counts", deterministic),
    check("a run in two pieces gives the CRC of the run in one", pieces),
    check("SPIKES_IN before RUN is the same as spikes within RUN", spikesIn),
    check("RUN that is not numbered one above the last frame is refused as out of sequence", outOfSequence),
    check("RUN that comes twice is executed once", repeatedRun),
    check("RUN that clears first may have any higher number", clearingRun),
    check("more ticks than INFO allows are refused as too many ticks", tooManyTicks),
    check("STATE of a core that is not there is refused as no such core", noSuchCore),
    check("STATS counts the ticks that were executed", stats),
  ]

  private static func check(
    _ rule: String, _ body: @escaping @Sendable (ConformanceBench) throws(ConformanceFailure) -> Void
  ) -> ConformanceCheck {
    ConformanceCheck(.running, rule, needs: .activeImage, body)
  }

  private static func noImage(_ bench: ConformanceBench) throws(ConformanceFailure) {
    guard bench.info.activeSlot == 255 else { throw .skipped("an image is active") }
    try bench.expect(.noActiveImage, for: Clear())
    try bench.expect(.noActiveImage, for: Run(clearsFirst: true, ticks: 1, spikeCount: 0))
    try bench.expect(.noActiveImage, for: SpikesIn(clearsFirst: true, spikeCount: 0))
    try bench.expect(.noActiveImage, for: StateRequest(core: 0, firstNeuron: 0, count: 1))
  }

  /// RUN from cleared, which must be granted.
  private static func runCleared(
    _ bench: ConformanceBench, ticks: UInt32, _ spikes: [WireSpike] = []
  ) throws(ConformanceFailure) -> RunAnswer {
    try bench.expect(
      RunAnswer.self, to: Run(clearsFirst: true, ticks: ticks, spikeCount: UInt32(spikes.count)),
      body: InputChecks.bytes(spikes))
  }

  private static func clear(_ bench: ConformanceBench) throws(ConformanceFailure) {
    _ = try runCleared(bench, ticks: 2)
    _ = try bench.expect(ClearAnswer.self, to: Clear())
    let answer = try bench.expect(RunAnswer.self, to: Run(clearsFirst: false, ticks: 1, spikeCount: 0))
    try bench.expectEqual(answer.currentTick, 1, "the tick after one more")
    _ = try bench.expect(ClearAnswer.self, to: Clear())
    try bench.expectEqual(try bench.expect(StatusAnswer.self, to: GetStatus()).currentTick, 0, "the tick in STATUS")
  }

  private static func run(_ bench: ConformanceBench) throws(ConformanceFailure) {
    for ticks in [UInt32(0), 1, min(7, bench.info.maximumTicks)] {
      try bench.expectEqual(try runCleared(bench, ticks: ticks).currentTick, ticks, "the tick after \(ticks)")
    }
  }

  /// One spike of line 0 in each of three ticks: every image has a line 0.
  private static let input = (0..<3).map { WireSpike(tick: UInt32($0), index: 0, count: 1) }

  private static func deterministic(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let first = try runCleared(bench, ticks: 5, input)
    try bench.expectEqual(first.inputEvents, 3, "the number of input events")
    _ = try runCleared(bench, ticks: 3)
    let second = try runCleared(bench, ticks: 5, input)
    try bench.expectEqual(second.crc, first.crc, "the CRC")
    try bench.expectEqual(second.spikes, first.spikes, "the number of spikes")
    try bench.expectEqual(second.outputEvents, first.outputEvents, "the number of output events")
  }

  private static func pieces(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let whole = try runCleared(bench, ticks: 5, input)
    _ = try runCleared(bench, ticks: 2, Array(input[..<2]))
    let rest = try bench.expect(
      RunAnswer.self, to: Run(clearsFirst: false, ticks: 3, spikeCount: 1), body: InputChecks.bytes([input[2]]))
    try bench.expectEqual(rest.crc, whole.crc, "the CRC of two pieces")
    try bench.expectEqual(rest.currentTick, 5, "the tick")
  }

  private static func spikesIn(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let whole = try runCleared(bench, ticks: 5, input)
    let waiting = try bench.expect(
      SpikesInAnswer.self, to: SpikesIn(clearsFirst: true, spikeCount: 3), body: InputChecks.bytes(input))
    try bench.expectEqual(waiting.waiting, 3, "the number of spikes that wait")
    try bench.expectEqual(waiting.capacity, bench.info.inputSpikes, "the number of spikes that can wait")
    let answer = try bench.expect(RunAnswer.self, to: Run(clearsFirst: false, ticks: 5, spikeCount: 0))
    try bench.expectEqual(answer.crc, whole.crc, "the CRC")
  }

  private static func outOfSequence(_ bench: ConformanceBench) throws(ConformanceFailure) {
    _ = try runCleared(bench, ticks: 1)
    // As if a frame before it were lost.
    let expected = bench.nextSequence()
    let late = bench.nextSequence()
    let error = try bench.expect(
      .outOfSequence, for: Run(clearsFirst: false, ticks: 1, spikeCount: 0), sequence: late)
    guard error.detail == expected || error.detail == late &+ 1 else {
      throw .broken("it tells that it expects \(error.detail) instead of \(expected)")
    }
    _ = bench.nextSequence()
    try bench.expect(
      .outOfSequence, for: SpikesIn(clearsFirst: false, spikeCount: 0), sequence: bench.nextSequence())
    let status = try bench.expect(StatusAnswer.self, to: GetStatus())
    try bench.expectEqual(status.currentTick, 1, "the tick")
  }

  private static func repeatedRun(_ bench: ConformanceBench) throws(ConformanceFailure) {
    _ = try runCleared(bench, ticks: 1)
    let number = bench.nextSequence()
    let request = Run(clearsFirst: false, ticks: 1, spikeCount: 0)
    _ = try bench.expect(RunAnswer.self, to: request, sequence: number)
    try bench.expect(.outOfSequence, for: request, sequence: number)
    let status = try bench.expect(StatusAnswer.self, to: GetStatus())
    try bench.expectEqual(status.currentTick, 2, "the tick")
  }

  private static func clearingRun(_ bench: ConformanceBench) throws(ConformanceFailure) {
    for _ in 0..<9 { _ = bench.nextSequence() }
    try bench.expectEqual(try runCleared(bench, ticks: 1).currentTick, 1, "the tick")
    let number = bench.sequence
    try bench.expect(.outOfSequence, for: Run(clearsFirst: true, ticks: 1, spikeCount: 0), sequence: number)
  }

  private static func tooManyTicks(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let most = bench.info.maximumTicks
    guard most < .max else { throw .skipped("it takes any number of ticks") }
    let error = try bench.expect(.tooManyTicks, for: Run(clearsFirst: true, ticks: most + 1, spikeCount: 0))
    try bench.expectEqual(error.detail, most, "the most that it tells")
  }

  private static func noSuchCore(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let error = try bench.expect(.noSuchCore, for: StateRequest(core: .max, firstNeuron: 0, count: 1))
    try bench.expectEqual(error.detail, UInt32(UInt16.max), "the core that it tells")
  }

  private static func stats(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let before = try bench.expect(StatsAnswer.self, to: StatsRequest())
    _ = try runCleared(bench, ticks: 4, input)
    let after = try bench.expect(StatsAnswer.self, to: StatsRequest())
    try bench.expectEqual(after.ticks &- before.ticks, 4, "the ticks counted")
    try bench.expectEqual(after.inputEvents &- before.inputEvents, 3, "the input events counted")
    try bench.expectEqual(after.clears &- before.clears, 1, "the clears counted")
    guard after.framesReceived > before.framesReceived else { throw .broken("frames received are not counted") }
  }
}

import BoardCore
import FixedPoint
import Testing
import WireProtocol

@Suite struct StreamTests {
  /// What RUN gives for some input.
  private func reference(_ spikes: [WireSpike], ticks: UInt32, readouts: UInt8) throws -> RunAnswer {
    var host = try StreamHost(readouts: readouts).host
    let _: ClearAnswer = try host.ask(Clear())
    var start = 0
    // RUNs of one tick, as the queue of this board is short.
    for tick in 0..<ticks {
      var end = start
      while end < spikes.count && spikes[end].tick == tick { end += 1 }
      let part = Array(spikes[start..<end])
      let answer: RunAnswer = try host.ask(
        Run(clearsFirst: false, ticks: 1, spikeCount: UInt32(part.count)), body: bytes(of: part))
      if tick == ticks - 1 { return answer }
      start = end
    }
    return try host.ask(Run(clearsFirst: false, ticks: 0, spikeCount: 0))
  }

  @Test("A deterministic stream in pieces of any size, under any credit, gives what RUN gives", arguments: 0..<12)
  func deterministic(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), stream: 9)
    let ticks: UInt32 = 60
    let input = randomSpikes(ticks: ticks, &random)
    let readouts = seed % 2 == 0 ? UInt8(0) : 5
    let outputs = UInt64(EchoExecutor.lines) + UInt64(readouts)
    var stream = try StreamHost(readouts: readouts)
    try stream.stream(.deterministic, credit: UInt64(random.below(300)))
    var granted: UInt64 = 0
    var sent = 0
    var complete: UInt32 = 0
    while stream.reports.last?.toldBefore != ticks {
      let inputCredit = max(stream.answers[0].inputCredit, stream.reports.last?.inputCredit ?? 0)
      let count = min(Int(random.below(100)), input.count - sent, Int(inputCredit) - sent)
      let piece = Array(input[sent..<sent + count])
      sent += count
      // Complete up to the tick of the next spike at most.
      let most = sent < input.count ? input[sent].tick : ticks
      complete = max(complete, min(most, complete + random.below(4)))
      try stream.send(piece, completeBefore: complete)
      if random.below(3) == 0 || complete == most {
        // Enough for a tick is above what has come; older, smaller numbers say nothing.
        granted = max(granted, UInt64(stream.spikes.count + stream.readouts.count) + outputs + UInt64(random.below(50)))
        try stream.grant(granted)
        try stream.grant(granted / 2)
      }
      #expect(UInt64(stream.spikes.count + stream.readouts.count) <= max(granted, 300))
    }
    try stream.stream(.end)
    let run = try reference(input, ticks: ticks, readouts: readouts)
    let end = try #require(stream.answers.last)
    #expect(stream.refusals.isEmpty && stream.answers.count == 2 && stream.numbers.count == 1)
    #expect(end.crc == run.crc && end.spikes == run.spikes && end.inputEvents == run.inputEvents)
    #expect(end.currentTick == ticks && end.droppedIn == 0 && end.droppedOut == 0)
    #expect(end.outputEvents == UInt64(stream.spikes.count + stream.readouts.count))
    #expect(stream.reports.last?.crc == run.crc)
    var counts = [UInt8](repeating: 0, count: Int(ticks) * EchoExecutor.lines)
    for spike in input { counts[Int(spike.tick) * EchoExecutor.lines + Int(spike.index)] = spike.count }
    var got = [UInt8](repeating: 0, count: counts.count)
    for spike in stream.spikes { got[Int(spike.tick) * EchoExecutor.lines + Int(spike.index)] = spike.count }
    #expect(got == EchoExecutor.expected(counts))
    #expect(stream.spikes.map(\.tick) == stream.spikes.map(\.tick).sorted())
    #expect(stream.readouts.count == Int(readouts) * Int(ticks))
    #expect(stream.readouts.map(\.tick) == (0..<ticks).flatMap { tick in (0..<readouts).map { _ in tick } })
  }

  @Test("What a report says to be told has come: no output of an earlier tick follows it")
  func toldBefore() throws {
    var random = RandomStream(seed: 4, stream: 9)
    let input = randomSpikes(ticks: 12, &random)
    var stream = try StreamHost(readouts: 40)
    try stream.stream(.deterministic, credit: 100_000)
    for start in stride(from: 0, to: input.count, by: 100) {
      try stream.send(Array(input[start..<min(start + 100, input.count)]))
    }
    try stream.send([], completeBefore: 12)
    var seen = 0
    var told: UInt32 = 0
    for report in stream.reports {
      let part = stream.spikes[seen..<seen + Int(report.spikeCount)]
      #expect(part.allSatisfy { $0.tick >= told })
      seen += Int(report.spikeCount)
      told = report.toldBefore
      #expect(stream.spikes[seen...].allSatisfy { $0.tick >= told } && told <= report.currentTick)
    }
    #expect(told == 12 && stream.readouts.count == 12 * 40 && stream.reports.count > 1)
  }

  @Test("A deterministic stream executes nothing without complete input, nor without credit for every output")
  func waiting() throws {
    var stream = try StreamHost()
    try stream.stream(.deterministic, credit: 199)
    #expect(stream.answers[0].inputCredit == 400 && stream.answers[0].currentTick == 0)
    try stream.send([WireSpike(tick: 0, index: 3, count: 1)])
    try stream.send([], completeBefore: 2)
    #expect(stream.reports.isEmpty)
    try stream.grant(200)
    #expect(stream.spikes == [WireSpike(tick: 0, index: 3, count: 1)])
    // The spike took one of the 200, so the tick behind it waits.
    #expect(stream.reports.last?.currentTick == 1 && stream.reports.last?.inputCredit == 401)
    try stream.grant(150)
    try stream.grant(201)
    #expect(stream.reports.last?.currentTick == 2)
    try stream.wait(microseconds: 10_000_000)
    #expect(stream.reports.last?.currentTick == 2 && stream.board.device.idleMicroseconds == nil)
  }

  @Test("A STREAM_IN that is lost, late, beyond the credit or out of order is refused, and nothing of it is taken")
  func refusals() throws {
    var stream = try StreamHost()
    try stream.send([])
    #expect(stream.refusals == [BoardError(.notStreaming)])
    try stream.stream(.deterministic, credit: 1000)
    try stream.send([], completeBefore: 5)
    func spike(_ tick: UInt32, _ index: UInt32) -> WireSpike { WireSpike(tick: tick, index: index, count: 1) }
    try stream.send([spike(5, 1), spike(4, 1)])
    try stream.send([spike(4, 1)])
    try stream.send([spike(5, 2), spike(5, 1)])
    for part in 0..<4 { try stream.send((0..<100).map { spike(6 + UInt32(part), $0) }) }
    #expect(stream.refusals.count == 4)
    try stream.send([spike(20, 1)])
    try stream.send([], completeBefore: 5 + 1 << 20 + 1)
    // A frame that is lost on the way.
    stream.host.loseFrame()
    try stream.send([])
    #expect(
      stream.refusals.dropFirst() == [
        BoardError(.lateTick, detail: 4, offset: 1), BoardError(.lateTick, detail: 4),
        BoardError(.unorderedSpikes, detail: 1, offset: 1), BoardError(.inputOverflow, detail: 400),
        BoardError(.tooManyTicks, detail: 1 << 20), BoardError(.outOfSequence, detail: stream.host.sequence + 1),
      ])
    try stream.send([], completeBefore: 12)
    try stream.stream(.end)
    #expect(stream.answers.last?.inputEvents == 400 && stream.spikes.count == 400)
  }

  @Test("While a stream is under way everything else is busy, and a new session ends it")
  func exclusive() throws {
    var stream = try StreamHost(withImage: false)
    try stream.stream(.deterministic)
    #expect(stream.refusals == [BoardError(.noActiveImage)])
    try stream.host.flash(EchoExecutor.image(bytes: 3000, fill: 7))
    try stream.stream(.realtime, period: 0)
    #expect(stream.refusals.last == BoardError(.malformed, offset: 4))
    try stream.stream(.deterministic)
    try stream.stream(.realtime, period: 1000)
    #expect(stream.refusals.last == BoardError(.busy))
    let types: [MessageType] = [
      .begin, .write, .commit, .abort, .readBack, .activate, .confirm, .rollback, .reset, .provision, .clear,
      .spikesIn, .run, .state,
    ]
    for type in types {
      let answer = try stream.host.send(type, [UInt8](repeating: 0, count: 8))
      #expect(answer.count > 32 && answer[6] == MessageType.error.rawValue && answer[32] == 10)
    }
    let _: StatsAnswer = try stream.host.ask(StatsRequest())
    let status: StatusAnswer = try stream.host.ask(GetStatus())
    #expect(status.activity == .running)
    try stream.host.open(nonce: 2)
    let _: RunAnswer = try stream.host.ask(Run(clearsFirst: true, ticks: 1, spikeCount: 0))
    // The end of no stream, and credit for none, do no harm.
    try stream.grant(1)
    try stream.stream(.end)
    #expect(stream.answers.last?.currentTick == 1 && stream.answers.last?.inputCredit == 0)
  }

  @Test("A realtime stream executes one tick a period, whatever input there is, and drops and counts what is late")
  func realtime() throws {
    var stream = try StreamHost()
    try stream.stream(.realtime, period: 1000, credit: 1000)
    #expect(stream.board.device.idleMicroseconds == 1000)
    try stream.send([WireSpike(tick: 2, index: 3, count: 9)])
    try stream.wait(microseconds: 999)
    #expect(stream.reports.isEmpty && stream.board.device.idleMicroseconds == 1)
    try stream.wait(microseconds: 2001)
    #expect(stream.spikes == [WireSpike(tick: 2, index: 3, count: 9)])
    #expect(stream.reports.last?.currentTick == 3)
    // Two of three are late.
    try stream.send([
      WireSpike(tick: 0, index: 9, count: 1), WireSpike(tick: 2, index: 4, count: 1),
      WireSpike(tick: 3, index: 5, count: 1),
    ])
    try stream.wait(microseconds: 1000)
    #expect(stream.spikes.last == WireSpike(tick: 3, index: 5, count: 1))
    #expect(stream.reports.last?.droppedIn == 2 && stream.reports.last?.inputCredit == 404)
    // A board that was kept from its work makes up for it: ticks are never left out.
    try stream.wait(microseconds: 100_000)
    try stream.stream(.end)
    #expect(stream.answers.last?.currentTick == 104 && stream.answers.last?.droppedIn == 2)
    #expect(stream.answers.last?.outputEvents == 2 && stream.refusals.isEmpty)
  }

  @Test("A realtime stream drops and counts output beyond the credit, and counts the same spikes in its CRC")
  func realtimeCredit() throws {
    let input = (0..<50).map { WireSpike(tick: $0 / 10, index: $0 % 10, count: 1) }
    var stream = try StreamHost(readouts: 2)
    try stream.stream(.realtime, period: 10, credit: 25)
    try stream.send(input)
    try stream.wait(microseconds: 50)
    try stream.stream(.end)
    let end = try #require(stream.answers.last)
    #expect(stream.spikes.count + stream.readouts.count == 25 && end.outputEvents == 25)
    #expect(end.droppedOut == 60 - 25 && end.spikes > 0 && end.currentTick == 5)
    let run = try reference(input, ticks: 5, readouts: 2)
    #expect(end.crc == run.crc)
  }
}

import BoardLink
import Emulator
import Images
import Testing
import WireProtocol

@Suite struct StreamRealtimeTests {
  private func run(_ stream: BoardStream, until tick: UInt32, take: (StreamOutput) -> Void) throws {
    while stream.totals == nil {
      if stream.status.tick >= tick { stream.requestEnd() }
      try stream.exchange(until: .now + .milliseconds(20))
      take(stream.takeOutput())
    }
    take(stream.takeOutput())
  }

  @Test(
    "Input that is there in time and output that is taken are all there, tick by tick the emulator's", arguments: 0..<6)
  func inTime(seed: Int) throws {
    let bench = try StreamBench(seed: UInt64(seed)) {
      $0.linkBytes = .max
      $0.steps = 8
      $0.turnMicroseconds = 50
    }
    let counts = bench.input(ticks: 100, seed: 3, oneIn: 9)
    let expected = bench.outputs(of: try bench.emulate(counts))
    let stream = try bench.session.openStream(
      StreamOptions(pace: .realtime(tickMicroseconds: 1000), outputs: bench.outputs))
    try stream.send(bench.spikes(of: counts), completeBefore: 100)
    var spikes: [WireSpike] = []
    try run(stream, until: 110) { spikes += $0.spikes }
    let totals = try #require(stream.totals)
    #expect(totals.droppedIn == 0 && totals.droppedOut == 0 && totals.currentTick >= 110)
    #expect(totals.inputEvents == UInt64(counts.filter { $0 > 0 }.count))
    let first = spikes.filter { $0.tick < 100 }.sorted { ($0.tick, $0.index) < ($1.tick, $1.index) }
    #expect(first == expected.filter { $0.tick < 100 })
    // The board keeps time: a tick takes a millisecond of its clock.
    #expect(stream.status.tick < 110 + 60)
  }

  @Test("Samples in realtime have their first input when time begins, and none of it comes late", arguments: [3, 4])
  func samples(seed: Int) throws {
    let bench = try StreamBench(seed: UInt64(seed)) {
      $0.linkBytes = .max
      $0.steps = 8
    }
    let shape = bench.shape(ticks: 4)
    let inputs = (0..<5).map { bench.input(ticks: 4, seed: $0, oneIn: 20) }
    var received = 0
    try bench.session.stream(samples: 0..<5, shape: shape, pace: .realtime(tickMicroseconds: 10)) { sample, buffer in
      _ = buffer.update(fromContentsOf: inputs[sample])
    } receive: { sample, result, totals in
      let expected = try? bench.emulate(inputs[sample])
      #expect(Array(result.counts) == expected?.rawSpikes && Array(result.readouts) == expected?.rawReadouts)
      #expect(totals.droppedIn == 0 && totals.droppedOut == 0)
      received += 1
    }
    #expect(received == 5)
  }

  @Test("Late input is dropped and counted, to the spike")
  func lateInput() throws {
    let bench = try StreamBench(seed: 4) {
      $0.linkBytes = .max
      $0.steps = 8
    }
    let stream = try bench.session.openStream(
      StreamOptions(pace: .realtime(tickMicroseconds: 200), outputs: bench.outputs))
    while stream.status.tick < 300 {
      try stream.exchange(until: .now + .milliseconds(20))
      _ = stream.takeOutput()
    }
    // Ticks that have gone by, and ticks that are far ahead.
    let late = (0..<70).map { WireSpike(tick: UInt32(4 * $0), index: 1, count: 1) }
    let ahead = (0..<20).map { WireSpike(tick: UInt32(9000 + $0), index: 1, count: 1) }
    try stream.send(late + ahead, completeBefore: 0)
    try run(stream, until: 9100) { _ in }
    let totals = try #require(stream.totals)
    #expect(totals.droppedIn == 70 && totals.inputEvents == 20)
  }

  @Test("Output that nobody takes is dropped and counted, and time goes on", arguments: [0, 1])
  func untakenOutput(seed: Int) throws {
    let bench = try StreamBench(seed: UInt64(seed)) {
      $0.linkBytes = .max
      $0.steps = 8
      $0.turnMicroseconds = 50
    }
    let counts = bench.input(ticks: 200, seed: 3, oneIn: 9)
    // The board goes on for some ticks before it tells how far it is.
    let expected = try bench.emulate(counts + [UInt8](repeating: 0, count: 200 * bench.image.lines))
    let window = bench.outputs + 3
    let stream = try bench.session.openStream(
      StreamOptions(pace: .realtime(tickMicroseconds: 1000), outputs: bench.outputs, outputWindow: window))
    try stream.send(bench.spikes(of: counts), completeBefore: 200)
    while stream.status.tick < 200 { try stream.exchange(until: .now + .milliseconds(20)) }
    #expect(stream.status.droppedOut > 0)
    let taken = stream.takeOutput()
    #expect(taken.count == window)
    // Every event is either here or counted.
    let tick = stream.status.tick
    let spikes = bench.outputs(of: expected).filter { $0.tick < tick }.count
    let readouts = bench.image.loaded.host.readoutCount * Int(tick)
    #expect(tick <= 400 && UInt64(window) + stream.status.droppedOut == UInt64(spikes + readouts))
  }

  @Test("A board whose ticks take longer than their time goes on telling what it does")
  func overload() throws {
    let bench = try StreamBench(seed: 4) {
      $0.linkBytes = .max
      $0.steps = 8
      $0.stepMicroseconds = 1000
    }
    let stream = try bench.session.openStream(
      StreamOptions(pace: .realtime(tickMicroseconds: 10), outputs: bench.outputs))
    try run(stream, until: 2000) { _ in }
    #expect(stream.status.tick >= 2000)
  }

  @Test("A long deterministic stretch tells its progress before it is over")
  func progress() throws {
    let bench = try StreamBench(seed: 4) {
      $0.linkBytes = .max
      $0.steps = 8
      $0.stepMicroseconds = 10_000
    }
    let stream = try bench.session.openStream(StreamOptions(pace: .deterministic, outputs: bench.outputs))
    try stream.send([], completeBefore: 20_000)
    var told: [UInt32] = []
    while stream.status.tick < 20_000 {
      if try stream.exchange(until: .now + .milliseconds(100)) { told.append(stream.status.tick) }
      _ = stream.takeOutput()
    }
    #expect(told.count > 10)
  }
}

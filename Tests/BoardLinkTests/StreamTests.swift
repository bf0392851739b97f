import BoardLink
import ChipCatalog
import Emulator
import FixedPoint
import Images
import ShippedTargets
import Targets
import Testing
import VirtualBoard
import WireProtocol

@Suite struct StreamTests {
  @Test("Streamed samples are the emulator's and those of runs, whatever link, window and credit", arguments: 0..<10)
  func sameAsEmulator(seed: Int) throws {
    let bench = try StreamBench(seed: UInt64(seed))
    let shape = bench.shape(ticks: bench.image.ticks)
    var spikes: UInt64 = 0
    var next = 0
    for window in [0, 1, 1 << 16] {
      try bench.session.stream(samples: 0..<4, shape: shape, outputWindow: window) { sample, buffer in
        _ = buffer.update(fromContentsOf: bench.image.input(sample))
      } receive: { sample, result, totals in
        let expected = try? bench.emulate(bench.image.input(sample))
        #expect(sample == next % 4)
        #expect(Array(result.counts) == expected?.rawSpikes)
        #expect(Array(result.readouts) == expected?.rawReadouts)
        #expect(result.crc == expected?.checksum && result.spikes == UInt64(expected?.totalSpikes ?? -1))
        #expect(totals.droppedIn == 0 && totals.droppedOut == 0 && Int(totals.currentTick) == shape.totalTicks)
        spikes += result.spikes
        next += 1
      }
    }
    #expect(next == 12 && spikes > 0)
    var checksums: [UInt32] = []
    try bench.session.run(samples: 0..<4, shape: shape) { sample, buffer in
      _ = buffer.update(fromContentsOf: bench.image.input(sample))
    } receive: { _, result in
      checksums.append(result.crc)
    }
    #expect(checksums == (try (0..<4).map { try bench.emulate(bench.image.input($0)).checksum }))
  }

  @Test("A virtual board behind a socket streams as the emulator does", arguments: [1, 2, 3])
  func socket(seed: Int) throws {
    let folder = TemporaryFolder()
    let target = try Target.load("board")
    let bench = try StreamBench(seed: UInt64(seed))
    let image = try TestImage(seed: UInt64(seed), target: target)
    let board = try RunningBoard(target, options: VirtualBoardOptions(serial: "s", socketFolder: folder.path))
    let session = try BoardSession(board.server.address)
    _ = try image.bytes.withUnsafeBytes { try session.flash($0) }
    let emulator = try ChipCatalog.emulator(for: image.loaded)
    let machine = try emulator.makeMachine()
    let ticks = 400
    let shape = RunShape(
      inputs: image.lines, inputTicks: ticks, totalTicks: ticks + image.loaded.host.depth,
      outputs: image.loaded.host.outputCount, readouts: image.loaded.host.readoutOutputs)
    let inputs = (0..<3).map { bench.input(ticks: ticks, seed: $0, oneIn: 2).prefix(ticks * image.lines) + [] }
    try session.stream(samples: 0..<3, shape: shape) { sample, buffer in
      _ = buffer.update(fromContentsOf: inputs[sample])
    } receive: { sample, result, _ in
      let expected = inputs[sample].withUnsafeBufferPointer { try? emulator.run($0, ticks: ticks, on: machine) }
      #expect(Array(result.counts) == expected?.rawSpikes && Array(result.readouts) == expected?.rawReadouts)
      #expect(result.crc == expected?.checksum)
    }
  }

  @Test("A reader that takes its time stops the board when the window is full, and loses nothing", arguments: 0..<4)
  func slowReader(seed: Int) throws {
    let bench = try StreamBench(seed: UInt64(seed))
    let counts = bench.input(ticks: 150, seed: 5)
    let expected = try bench.emulate(counts)
    let window = 2 * bench.outputs
    let stream = try bench.session.openStream(
      StreamOptions(pace: .deterministic, outputs: bench.outputs, outputWindow: window))
    try stream.send(bench.spikes(of: counts), completeBefore: UInt32(expected.runTicks))
    stream.requestEnd()
    var spikes: [WireSpike] = []
    var membranes: [Int32] = []
    var halts = 0
    while stream.totals == nil {
      // Longer than the board may be silent, were it not for the window.
      while try stream.exchange(until: .now + .milliseconds(2)) {}
      halts += 1
      let output = stream.takeOutput()
      #expect(output.count <= window)
      #expect(output.spikes.allSatisfy { $0.tick < UInt32(expected.runTicks) })
      spikes += output.spikes
      membranes += output.readouts.sorted { ($0.tick, $0.output) < ($1.tick, $1.output) }.map(\.membrane)
    }
    #expect(spikes.sorted { ($0.tick, $0.index) < ($1.tick, $1.index) } == bench.outputs(of: expected))
    #expect(membranes == expected.rawReadouts)
    #expect(stream.totals?.crc == expected.checksum && halts > 10)
  }

  @Test("Each tick's output can be had before the next tick's input is known", arguments: 0..<3)
  func tickByTick(seed: Int) throws {
    let bench = try StreamBench(seed: UInt64(seed))
    let counts = bench.input(ticks: 40, seed: 6)
    let expected = bench.outputs(of: try bench.emulate(counts))
    let spikes = bench.spikes(of: counts)
    let stream = try bench.session.openStream(StreamOptions(pace: .deterministic, outputs: bench.outputs))
    #expect(stream.isIdle)
    for tick in UInt32(0)..<40 {
      try stream.send(spikes.filter { $0.tick == tick }, completeBefore: tick + 1)
      var told: [WireSpike] = []
      while !stream.isIdle {
        try stream.exchange(until: .now + .milliseconds(50))
        told += stream.takeOutput().spikes
      }
      #expect(stream.status.tick == tick + 1)
      #expect(told.sorted { $0.index < $1.index } == expected.filter { $0.tick == tick })
    }
  }

  @Test("Input that is late, out of order, or too much for one tick is refused as a whole, and the stream goes on")
  func badInput() throws {
    let bench = try StreamBench(seed: 2)
    let stream = try bench.session.openStream(StreamOptions(pace: .deterministic, outputs: bench.outputs))
    func spike(_ tick: UInt32, _ index: UInt32) -> WireSpike { WireSpike(tick: tick, index: index, count: 1) }
    try stream.send([spike(3, 0)], completeBefore: 3)
    #expect(throws: BoardLinkError.lateInput(tick: 2, completeBefore: 3)) {
      try stream.send([spike(2, 0)], completeBefore: 4)
    }
    #expect(throws: BoardLinkError.unorderedInput(tick: 3, index: 0)) {
      try stream.send([spike(3, 1), spike(3, 0)], completeBefore: 9)
    }
    #expect(throws: BoardLinkError.unorderedInput(tick: 3, index: 0)) {
      try stream.send([spike(3, 0)], completeBefore: 9)
    }
    let capacity = 3000
    let error = #expect(throws: BoardLinkError.self) {
      try stream.send((1..<UInt32(capacity)).map { spike(4, $0) }, completeBefore: 9)
    }
    if case .tooManyInputs(let lines, let most)? = error {
      #expect(lines == most + 1)
    } else {
      Issue.record("\(error)")
    }
    #expect(stream.waitingSpikes == 1)
    try stream.send([spike(3, 1)], completeBefore: 5)
    stream.requestEnd()
    while stream.totals == nil {
      try stream.exchange(until: .now + .milliseconds(50))
      _ = stream.takeOutput()
    }
    #expect(stream.totals?.currentTick == 5 && stream.totals?.inputEvents == 2)
  }

  @Test("What the board refuses ends in a typed error, and the session can be used again")
  func refusals() throws {
    let bench = try StreamBench(seed: 2)
    let options = StreamOptions(pace: .deterministic, outputs: bench.outputs)
    let stream = try bench.session.openStream(options)
    #expect(throws: BoardLinkError.refused(request: .stream, BoardError(.busy))) {
      _ = try bench.session.openStream(options)
    }
    let line = UInt32(bench.image.lines)
    try stream.send([WireSpike(tick: 0, index: line, count: 1)], completeBefore: 1)
    #expect(throws: BoardLinkError.refused(request: .streamIn, BoardError(.inputOutOfRange, detail: line))) {
      while true { try stream.exchange(until: .now + .milliseconds(50)) }
    }
    try stream.abandon()
    let again = try bench.session.openStream(options)
    // Another program takes the session over.
    _ = try BoardSession(over: bench.board)
    try again.send([], completeBefore: 1)
    let error = #expect(throws: BoardLinkError.self) {
      while true { try again.exchange(until: .now + .milliseconds(50)) }
    }
    guard case .refused(.streamIn, let reason)? = error else {
      Issue.record("\(error)")
      return
    }
    #expect(reason.knownCode == .noSession && error?.exitCode == 9)
  }

  @Test("A cable that is pulled in the middle is disconnected (7), at whatever moment")
  func unplugged() throws {
    let bench = try StreamBench(seed: 5)
    let shape = bench.shape(ticks: 100)
    let counts = bench.input(ticks: 100, seed: 1)
    bench.board.linkBytes = 400
    for turns in stride(from: 10, to: 200, by: 7) {
      // The cable is plugged in again.
      bench.board.turnsLeft = .max
      let session = try BoardSession(over: bench.board)
      bench.board.turnsLeft = turns
      var received = 0
      let error = #expect(throws: BoardLinkError.self) {
        try session.stream(samples: 0..<100, shape: shape) { _, buffer in
          _ = buffer.update(fromContentsOf: counts)
        } receive: { _, _, _ in
          received += 1
        }
      }
      #expect(error == .disconnected(bench.board.address) && error?.exitCode == 7)
      #expect(received < 100)
      session.close()
    }
  }

  @Test("Frames that are lost, either way, cost time and no spike", arguments: [false, true])
  func lostFrames(areAnswers: Bool) throws {
    let bench = try StreamBench(seed: 7) { $0.linkBytes = .max }
    let shape = bench.shape(ticks: 30)
    let inputs = (0..<2).map { bench.input(ticks: 30, seed: $0) }
    let expected = try inputs.map { try bench.emulate($0) }
    let session = try BoardSession(over: bench.board, options: LinkOptions(timeout: .milliseconds(100)))
    for turn in stride(from: 1, to: 24, by: 3) {
      let lost: Set<Int> = [bench.board.turns + turn]
      if areAnswers { bench.board.lostAnswers = lost } else { bench.board.lostSendings = lost }
      var received = 0
      try session.stream(samples: 0..<2, shape: shape, outputWindow: 2 * bench.outputs) { sample, buffer in
        _ = buffer.update(fromContentsOf: inputs[sample])
      } receive: { sample, result, _ in
        #expect(Array(result.counts) == expected[sample].rawSpikes && result.crc == expected[sample].checksum)
        #expect(Array(result.readouts) == expected[sample].rawReadouts)
        received += 1
      }
      #expect(received == 2)
    }
  }

  @Test("A board that hangs is a timeout (6), a user who stops is an interruption (130)")
  func hung() throws {
    let bench = try StreamBench(seed: 4)
    let stream = try bench.session.openStream(StreamOptions(pace: .deterministic, outputs: bench.outputs))
    bench.board.steps = 0
    // Nothing is owed by a board that has nothing to do.
    let start = ContinuousClock.now
    while .now < start + .milliseconds(700) { try stream.exchange(until: .now + .milliseconds(100)) }
    try stream.send([], completeBefore: 10)
    #expect(throws: BoardLinkError.timeout(request: .stream, milliseconds: 500)) {
      while true { try stream.exchange(until: .now + .milliseconds(100)) }
    }
    bench.board.steps = 64
    try stream.abandon()
    var asks = 0
    let another = try bench.session.openStream(StreamOptions(pace: .deterministic, outputs: bench.outputs)) {
      asks += 1
      return asks > 20
    }
    #expect(throws: BoardLinkError.cancelled) {
      while true { try another.exchange(until: .now + .milliseconds(100)) }
    }
  }
}

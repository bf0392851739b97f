import BoardCore
import FixedPoint
import Testing
import WireProtocol

/// The requests beside the frames, which USB boards service always.
@Suite struct ControlTests {
  private func bytes(_ count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: count)
    let written = bytes.withUnsafeMutableBytes(body)
    return Array(bytes[..<written])
  }

  @Test("INFO and STATUS are told beside the frames, or the front of them")
  func queries() throws {
    let board = SimulatedBoard(storage: SimulatedStorage(seed: 5))
    var host = RawHost(board)
    try host.open()
    let info = bytes(512) { board.device.controlInfo(into: $0) }
    let asked = try encoded(host.info())
    #expect(info.count == 400 && info == asked)
    #expect(bytes(64) { board.device.controlInfo(into: $0) } == Array(info.prefix(64)))
    #expect(bytes(0) { board.device.controlInfo(into: $0) }.isEmpty)
    let status: StatusAnswer = try host.ask(GetStatus())
    let expected = try encoded(status)
    let told = bytes(512) { board.device.controlStatus(into: $0) }
    #expect(told.count == 16 && told == expected)
  }

  @Test("A board that nobody reads from is freed by a reset, with half a frame received and a run under way")
  func blocked() throws {
    let board = SimulatedBoard(storage: SimulatedStorage(seed: 5))
    var host = RawHost(board)
    try host.open()
    try host.flash(EchoExecutor.image(bytes: 3000, fill: 7))
    // Two ticks of 200 spikes each are more than a frame, so the run ends up blocked.
    let input = (0..<400).map { WireSpike(tick: $0 / 200, index: $0 % 200, count: 1) }
    for part in 0..<4 {
      let spikes = Array(input[part * 100..<part * 100 + 100])
      let _: SpikesInAnswer = try host.ask(
        SpikesIn(clearsFirst: part == 0, spikeCount: 100), body: BoardCoreTests.bytes(of: spikes))
    }
    let request = try host.frame(.run, encoded(Run(clearsFirst: false, ticks: 50, spikeCount: 0)))
    let activity = board.withDevice { device in
      device.receiveSpace.copyBytes(from: request + request.prefix(20))
      device.received(request.count + 20)
      var polls = 0
      while device.poll() != .blocked && polls < 1000 { polls += 1 }
      #expect(polls < 1000 && device.output.count > 1000)
      let activity = bytes(16) { device.controlStatus(into: $0) }[0]
      device.controlReset(nonce: 77)
      #expect(device.output.isEmpty && !device.isInSession && device.poll() == .idle)
      return activity
    }
    #expect(activity == BoardActivity.running.rawValue)
    try host.open(nonce: 3)
    let run: RunAnswer = try host.ask(Run(clearsFirst: true, ticks: 1, spikeCount: 0))
    #expect(run.currentTick == 1 && run.spikes == 0)
  }

  @Test("A frame of the session before a reset is refused, and starts nothing")
  func stale() throws {
    let board = SimulatedBoard(storage: SimulatedStorage(seed: 5))
    var host = RawHost(board)
    try host.open()
    try host.flash(EchoExecutor.image(bytes: 3000, fill: 7))
    board.withDevice { $0.controlReset(nonce: 1) }
    #expect(throws: BoardError(.noSession)) {
      let _: RunAnswer = try host.ask(Run(clearsFirst: true, ticks: 1, spikeCount: 0))
    }
  }

  @Test("A slot whose erasure a reset has cut short is erased to its end before anything is written")
  func erasure() throws {
    let storage = SimulatedStorage(seed: 5)
    let board = SimulatedBoard(storage: storage)
    var host = RawHost(board)
    try host.open()
    let image = EchoExecutor.image(bytes: 20_000, fill: 7)
    // What was there before must not shine through.
    try [UInt8](repeating: 0, count: 20_000).withUnsafeBytes { try storage.write($0, 0, 0) }
    let begin = Begin(slot: 0, family: EchoExecutor.family, size: 20_000, digest: digest(image), targetDigest: Digest())
    let request = try host.frame(.begin, encoded(begin))
    board.withDevice { device in
      device.receiveSpace.copyBytes(from: request)
      device.received(request.count)
      for _ in 0..<3 { _ = device.poll() }
      device.controlReset(nonce: 1)
    }
    #expect(storage.contents(0)[19_999] == 0)
    try host.open(nonce: 2)
    #expect(try host.begin(image, slot: 0).rangeCount == 0)
    #expect(storage.contents(0)[..<20_000].allSatisfy { $0 == 0xFF })
  }

  @Test("A realtime stream that nobody reads goes on, drops and counts what has no room, and a reset ends it")
  func blockedStream() throws {
    let storage = SimulatedStorage(seed: 5)
    let board = SimulatedBoard(storage: storage)
    var host = RawHost(board)
    try host.open()
    try host.flash(EchoExecutor.image(bytes: 3000, fill: 7, readouts: 40))
    let request = try host.frame(
      .stream, encoded(StreamRequest(mode: .realtime, clearsFirst: true, tickMicroseconds: 1000, outputCredit: .max)))
    let (status, sent, idle) = board.withDevice { device in
      device.receiveSpace.copyBytes(from: request)
      device.received(request.count)
      _ = device.poll()
      storage.microseconds += 1_000_000
      for _ in 0..<1000 { _ = device.poll() }
      #expect(device.poll() == .blocked)
      let status = bytes(16) { device.controlStatus(into: $0) }
      // All that was kept is sent now, and then the next outputs.
      var sent: [UInt8] = []
      while device.poll() != .idle {
        sent += device.output
        device.sent(device.output.count)
      }
      storage.microseconds += 1_000_000
      for _ in 0..<1000 { _ = device.poll() }
      device.controlReset(nonce: 1)
      return (status, sent, device.idleMicroseconds)
    }
    #expect(status[12..<16] == [0xE8, 3, 0, 0], "a thousand ticks")
    #expect(idle == nil)
    var readouts = 0
    var dropped: UInt64 = 0
    sent.withUnsafeBytes { all in
      var rest = all
      while case .frame(let header, let range, let total) = FrameCodec.scan(rest, maximumPayload: 1040) {
        let payload = UnsafeRawBufferPointer(rebasing: rest[range])
        if header.message == .membranesOut, let message = try? MembranesOut(payload: payload) {
          readouts += Int(message.readoutCount)
        }
        if header.message == .streamOut, let message = try? StreamOut(payload: payload) { dropped = message.droppedOut }
        rest = UnsafeRawBufferPointer(rebasing: rest[total...])
      }
    }
    #expect(readouts > 0 && dropped > 0 && readouts + Int(dropped) == 40 * 1000)
  }
}

import BoardCore
import BoardLink
import FixedPoint
import Testing
import WireProtocol

@Suite struct BadLinkTests {
  private static let options = LinkOptions(timeout: .milliseconds(15), attempts: 40)

  @Test("A flash over a link that drops, doubles and corrupts frames ends with the right bytes", arguments: 0..<12)
  func flash(seed: Int) throws {
    let board = SimulatedBoard(storage: SimulatedStorage(seed: UInt64(seed)))
    let session = try BoardSession(over: board, options: Self.options)
    board.faults = LinkFaults(
      drop: seed % 4 == 0 ? 20 : 4, duplicate: seed % 4 == 1 ? 60 : 8, corrupt: seed % 4 == 2 ? 20 : 4,
      random: RandomStream(seed: UInt64(seed), stream: 3))
    let image = EchoExecutor.image(bytes: 40_000 + seed, fill: UInt8(seed))
    let result = try image.withUnsafeBytes { try session.flash($0) }
    board.faults = LinkFaults()
    #expect(result.isActive)
    #expect(Array(board.storage.contents(result.slot).prefix(image.count)) == image)
  }

  @Test("Samples over such a link give the same spikes as over a good one", arguments: 0..<12)
  func run(seed: Int) throws {
    let board = SimulatedBoard(storage: SimulatedStorage(seed: UInt64(seed)))
    let session = try BoardSession(over: board, options: Self.options)
    _ = try EchoExecutor.image(bytes: 1000, fill: 7).withUnsafeBytes { try session.flash($0) }
    board.faults = LinkFaults(
      drop: 3, duplicate: 8, corrupt: 3, random: RandomStream(seed: UInt64(seed), stream: 4))
    var random = RandomStream(seed: UInt64(seed), stream: 5)
    let ticks = 5
    let inputs = (0..<30).map { _ in
      (0..<ticks * EchoExecutor.lines).map { _ in random.below(3) == 0 ? UInt8(random.below(256)) : 0 }
    }
    var results: [[UInt8]] = []
    let shape = RunShape(
      inputs: EchoExecutor.lines, inputTicks: ticks, totalTicks: ticks, outputs: EchoExecutor.lines)
    try session.run(samples: 0..<inputs.count, shape: shape) { sample, buffer in
      _ = buffer.update(fromContentsOf: inputs[sample])
    } receive: { sample, result in
      #expect(sample == results.count)
      results.append(Array(result.counts))
    }
    #expect(results == inputs.map { EchoExecutor.expected($0) })
  }

  @Test("10,000 well-formed frames of random content crash nothing and activate nothing that was not verified")
  func randomRequests() throws {
    let board = SimulatedBoard(storage: SimulatedStorage(seed: 5))
    let image = EchoExecutor.image(bytes: 3000, fill: 7)
    _ = try image.withUnsafeBytes { try BoardSession(over: board).flash($0) }
    var host = RawHost(board)
    try host.open()
    var random = RandomStream(seed: 6, stream: 0)
    let types = MessageType.allCases.filter { !$0.isFromBoard && $0 != .hello && $0 != .sessionReset }
    for _ in 0..<10_000 {
      let type = types[Int(random.below(UInt32(types.count)))]
      var payload = (0..<Int(random.below(140))).map { _ in random.below(2) == 0 ? UInt8(random.below(4)) : 0 }
      if type == .write && payload.count > 8 { payload.replaceSubrange(2..<8, with: [0, 0, 0, 0, 0, 0]) }
      try host.send(type, payload)
      if board.device.wantsRestart {
        board.restart(with: board.storage)
        try host.open()
      }
    }
    let session = try BoardSession(over: board)
    let slot = try #require(session.description.activeSlot)
    #expect(session.description.slots[slot].state == .verified)
    #expect(session.description.slots[slot].digest == digest(image))
    try image.withUnsafeBytes { try session.verify($0) }
  }
}

import BoardLink
import FixedPoint
import ShippedTargets
import Targets
import TestSupport
import Testing
import USBIPServer
import WireProtocol

@Suite struct BoardTests {
  /// Sizes of transfers, as unlike each other as hosts are.
  static let cases: [(target: String, speed: USBSpeed, inSizes: [Int], outBytes: Int)] = [
    ("board", .high, [1 << 16], 1 << 16), ("board", .super, [1024, 4096, 1024], 4096),
    ("board", .high, [512], 1000), ("board-micro", .full, [64, 192, 4096], 100),
    ("board-micro", .super, [1 << 20], 1 << 20), ("board-micro", .high, [512, 1024], 333),
  ]

  @Test("Flashed and run over USB transfers of any size, a board spikes as the emulator does", arguments: 0..<6)
  func flashAndRun(index: Int) throws {
    let (name, speed, inSizes, outBytes) = Self.cases[index]
    let target = try Target.load(name)
    let image = try TestImage(seed: UInt64(index), target: target)
    let running = try RunningService(name, speed: speed)
    let session = try BoardSession(
      over: try TestTransport(running.service, speed: speed, inSizes: inSizes, outBytes: outBytes))
    let result = try image.bytes.withUnsafeBytes { try session.flash($0) }
    #expect(result.isActive && result.bytesSent == UInt64(image.bytes.count))
    try image.bytes.withUnsafeBytes { try session.verify($0, slot: result.slot) }
    #expect(try image.compare(session, samples: 10) > 0)
    #expect(!running.events.contains { if case .refused = $0 { true } else { false } })
  }

  @Test("A cable pulled in the middle of a flash: attached again, it goes on where it stopped")
  func resume() throws {
    let target = try Target.load("board")
    let running = try RunningService("board")
    let image = randomImage(target, bytes: 3_000_003, seed: 1)
    var options = LinkOptions()
    options.reconnectTime = .zero
    let transport = try TestTransport(running.service)
    let session = try BoardSession(over: transport, options: options)
    #expect(throws: BoardLinkError.self) {
      try image.withUnsafeBytes { bytes in
        _ = try session.flash(
          bytes, activation: .none,
          progress: { if $0.phase == .writing && $0.done > 1_500_000 { transport.client.disconnect() } })
      }
    }
    let again = try reattached(running.service)
    let result = try image.withUnsafeBytes { try again.flash($0, activation: .none) }
    #expect(result.bytesHeld > 1_000_000 && result.bytesSent + result.bytesHeld >= UInt64(image.count))
    try image.withUnsafeBytes { try again.verify($0, slot: result.slot) }
  }

  @Test("A board that is told to start anew goes away, and is another start when it is attached again")
  func restart() throws {
    let running = try RunningService("board-micro")
    let session = try BoardSession(over: try TestTransport(running.service))
    let boot = session.description.bootIdentifier
    try session.reset()
    let again = try reattached(running.service)
    #expect(again.description.bootIdentifier != boot)
    #expect(running.events.contains(.restarted(serial: "board-micro-1")))
  }

  @Test("Several boards on one server work at the same time, each with its own image")
  func severalBoards() throws {
    let target = try Target.load("board")
    let running = try RunningService("board", count: 3)
    let images = try (0..<3).map { try TestImage(seed: UInt64(20 + $0), target: target) }
    let sessions = try (1...3).map {
      try BoardSession(over: try TestTransport(running.service, busID: "1-\($0)"))
    }
    for (session, image) in zip(sessions, images) { _ = try image.bytes.withUnsafeBytes { try session.flash($0) } }
    for (session, image) in zip(sessions, images) { #expect(try image.compare(session, samples: 4) > 0) }
    #expect(Set(sessions.map(\.description.serial)).count == 3)
  }

  @Test("A store keeps a board's slots over the end of the server, for each of several boards its own")
  func stores() throws {
    let folder = try TemporaryFolder()
    let target = try Target.load("board-micro")
    var options = USBIPOptions()
    options.storeFolder = folder.path + "/store"
    options.count = 2
    options.serial = "kept"
    let image = randomImage(target, bytes: 50_000, seed: 3)
    var running: RunningService? = try RunningService(target, options: options)
    do {
      let session = try BoardSession(over: try TestTransport(try #require(running).service, busID: "1-2"))
      _ = try image.withUnsafeBytes { try session.flash($0, activation: .none) }
    }
    running = nil
    running = try RunningService(target, options: options)
    let service = try #require(running).service
    let first = try BoardSession(over: try TestTransport(service, busID: "1-1"))
    let second = try BoardSession(over: try TestTransport(service, busID: "1-2"))
    #expect([first, second].map(\.description.serial) == ["kept-1", "kept-2"])
    #expect(first.description.slots.allSatisfy { $0.state == .empty })
    #expect(second.description.slots.contains { $0.state == .verified && $0.size == 50_000 })
  }

  /// The server needs a moment to notice that the cable was pulled.
  private func reattached(_ service: USBIPService) throws -> BoardSession {
    for _ in 0..<200 {
      if let transport = try? TestTransport(service) { return try BoardSession(over: transport) }
      _ = try TestClient(service).list()
    }
    throw TestClient.Failure(description: "the board is not let go")
  }
}

import BoardLink
import Dispatch
import ShippedTargets
import Synchronization
import Targets
import Testing
import USBIPServer

@Suite struct ManyBoardsTests {
  private static let count = 16

  /// What the hosts have found, by board.
  private final class Findings: Sendable {
    struct Finding {
      var board: Int
      var serial: String
      var spikes: UInt64
      var bytesHeld: UInt64
    }

    let all = Mutex<[Finding]>([])
    let problems = Mutex<[String]>([])
  }

  @Test(
    "16 boards on one server are flashed and run at the same time, each by a host of its own; every third is pulled")
  func sixteenAtOnce() throws {
    let target = try Target.load("board")
    let running = try RunningService("board", count: Self.count)
    let images = try (0..<Self.count).map { try TestImage(seed: UInt64(40 + $0), target: target) }
    let large = randomImage(target, bytes: 600_000, seed: 7)
    let findings = Findings()
    let group = DispatchGroup()
    let (service, start) = (running.service, DispatchSemaphore(value: 0))
    for board in 0..<Self.count {
      // A queue of its own is a thread of its own.
      DispatchQueue(label: "host \(board)").async(group: group) {
        start.wait()
        do {
          let finding = try Self.host(board, service, images[board], large: large)
          findings.all.withLock { $0.append(finding) }
        } catch {
          findings.problems.withLock { $0.append("board \(board): \(error)") }
        }
      }
    }
    for _ in 0..<Self.count { start.signal() }
    group.wait()
    #expect(findings.problems.withLock { $0 } == [])
    let all = findings.all.withLock { $0.sorted { $0.board < $1.board } }
    #expect(all.map(\.serial) == (1...Self.count).map { "board-\($0)" })
    #expect(all.allSatisfy { $0.spikes > 0 })
    #expect(all.allSatisfy { $0.board % 3 != 0 || $0.bytesHeld > 200_000 })
    #expect(!running.events.contains { if case .refused = $0 { true } else { false } })
  }

  /// One board's host: flashes and runs, then flashes a large image, in the middle of which the cable may be pulled.
  private static func host(
    _ board: Int, _ service: USBIPService, _ image: TestImage, large: [UInt8]
  ) throws -> Findings.Finding {
    let isPulled = board % 3 == 0
    var options = LinkOptions()
    options.reconnectTime = .zero
    // 16 hosts and the server share the processors.
    options.timeout = .seconds(10)
    let transport = try TestTransport(service, busID: "1-\(board + 1)")
    let session = try BoardSession(over: transport, options: options)
    _ = try image.bytes.withUnsafeBytes { try session.flash($0) }
    let spikes = try image.compare(session, samples: 4)
    var result: FlashResult?
    do {
      result = try large.withUnsafeBytes { bytes in
        try session.flash(
          bytes, activation: .none,
          progress: { if isPulled && $0.phase == .writing && $0.done > 300_000 { transport.client.disconnect() } })
      }
    } catch let error as BoardLinkError where isPulled {
      guard case .disconnected = error else { throw error }
    }
    var last = session
    if isPulled {
      last = try BoardSession(over: try reattached(service, busID: "1-\(board + 1)"), options: options)
      result = try large.withUnsafeBytes { try last.flash($0, activation: .none) }
    }
    guard let result else { throw TestClient.Failure(description: "nothing was flashed") }
    try large.withUnsafeBytes { try last.verify($0, slot: result.slot) }
    return Findings.Finding(
      board: board, serial: last.description.serial, spikes: spikes, bytesHeld: result.bytesHeld)
  }

  /// The server needs a moment to notice that the cable was pulled.
  private static func reattached(_ service: USBIPService, busID: String) throws -> TestTransport {
    for _ in 0..<200 {
      if let transport = try? TestTransport(service, busID: busID) { return transport }
      _ = try TestClient(service).list()
    }
    throw TestClient.Failure(description: "the board is not let go")
  }
}

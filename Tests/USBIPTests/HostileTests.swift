import FixedPoint
import Glibc
import ShippedTargets
import Targets
import TestSupport
import Testing
import USBIPServer
import VirtualBoard
import WireProtocol

@Suite struct HostileTests {
  /// Commands that break the protocol, and what is said of them.
  static let broken: [(bytes: [UInt8], error: USBIPError)] = [
    (command(7), .unknownCommand(7)),
    (command(1, device: 0x0001_0009), .otherDevice(0x0001_0009)),
    (command(2, device: 0), .otherDevice(0)),
    (command(1, direction: 2), .badDirection(2)),
    (command(1, endpoint: 16), .badEndpoint(16)),
    (command(1, length: 0xFFFF_FFFF), .badLength(-1, most: 1 << 24)),
    (command(1, direction: 1, length: 0x8000_0000), .badLength(.min, most: Int(Int32.max))),
    (command(1, length: 1 << 24 + 1), .badLength(1 << 24 + 1, most: 1 << 24)),
    (command(1, packets: 3), .isochronous(packets: 3)),
  ]

  private static func command(
    _ command: UInt32, device: UInt32 = 0x0001_0002, direction: UInt32 = 0, endpoint: UInt32 = 1, length: UInt32 = 0,
    packets: UInt32 = 0
  ) -> [UInt8] {
    TestClient.big(command, 1, device, direction, endpoint, 0, length, 0, packets, 0) + [UInt8](repeating: 0, count: 8)
  }

  @Test("What breaks the protocol ends the connection with its reason, and the board is free again", arguments: 0..<9)
  func breaches(index: Int) throws {
    let running = try RunningService("board-micro")
    let client = try TestClient(running.service, attaching: "1-1")
    client.send(Self.broken[index].bytes)
    #expect(client.isCutOff())
    #expect(try TestClient(running.service).list().count == 1)
    #expect(running.events.contains(.refused(Self.broken[index].error)))
    #expect(!"\(Self.broken[index].error)".contains("\n"))
  }

  @Test("Before an import only the two operations of this version are taken")
  func operations() throws {
    let running = try RunningService("board-micro")
    for (bytes, error) in [
      ([1, 0x06, 0x80, 5, 0, 0, 0, 0], USBIPError.version(0x0106)),
      ([1, 0x11, 0, 5, 0, 0, 0, 0], .unknownOperation(5)), ([1, 0x11, 0x80, 2, 0, 0, 0, 0], .unknownOperation(0x8002)),
    ] as [([UInt8], USBIPError)] {
      let client = try TestClient(running.service)
      client.send(bytes)
      #expect(client.isCutOff())
      #expect(running.events.contains(.refused(error)))
    }
  }

  @Test("Transfers and bytes that wait are counted, and too many of them end the connection")
  func caps() throws {
    let running = try RunningService("board-micro")
    var client = try TestClient(running.service, attaching: "1-1")
    for _ in 0...4096 { _ = client.read(1 << 30) }
    #expect(client.isCutOff())
    #expect(running.events.contains(.refused(.tooManyTransfers(most: 4096))))
    client = try TestClient(running.service, attaching: "1-1")
    // Requests whose answers nobody reads, then as much as may wait.
    for sequence in 1...1000 { _ = client.write(frame(.getInfo, sequence: UInt32(sequence))) }
    let large = [UInt8](repeating: 0, count: 1 << 24)
    for _ in 0..<4 { _ = client.write(large) }
    #expect(client.isCutOff())
    #expect(running.events.contains(.refused(.tooManyBytes(most: 1 << 26))))
  }

  @Test("The decoder gives the same messages however the bytes are cut, and never more than was sent")
  func decoderPieces() throws {
    var random = RandomStream(seed: 9, stream: 0)
    for seed in 0..<300 {
      var bytes: [UInt8] = []
      for _ in 0..<10 {
        let length = random.below(200)
        bytes +=
          random.below(4) == 0
          ? Self.command(2) : Self.command(1, direction: random.below(2), endpoint: random.below(3), length: length)
        if bytes[bytes.count - 48 + 3] == 1 && bytes[bytes.count - 48 + 15] == 0 {
          bytes += (0..<length).map { _ in UInt8(random.below(256)) }
        }
      }
      if seed % 2 == 1 {
        var mutation = Mutation(seed: UInt64(seed))
        bytes = mutation.damaged(bytes)
      }
      let whole = Self.decode(bytes) { bytes.count }
      let pieces = Self.decode(bytes) { Int(random.below(60)) }
      #expect(whole.messages == pieces.messages && whole.error == pieces.error)
      let held = whole.messages.reduce(0) {
        if case .submit(let transfer) = $1 { $0 + transfer.payload.count } else { $0 }
      }
      #expect(held <= bytes.count)
      if seed % 2 == 0 { #expect(whole.messages.count == 10 && whole.error == nil) }
    }
  }

  private static func decode(
    _ bytes: [UInt8], piece: () -> Int
  ) -> (messages: [USBIPMessage], error: USBIPError?) {
    var decoder = USBIPDecoder()
    decoder.isAttached = true
    decoder.device = 0x0001_0002
    var messages: [USBIPMessage] = []
    var offset = 0
    while offset < bytes.count {
      let count = min(piece(), bytes.count - offset)
      let error: USBIPError? = bytes[offset..<offset + count].withUnsafeBytes { bytes in
        var input = bytes
        do throws(USBIPError) {
          while let message = try decoder.next(&input) { messages.append(message) }
          return nil
        } catch {
          return error
        }
      }
      if let error { return (messages, error) }
      offset += count
    }
    return (messages, nil)
  }

  @Test("Mutated connections, by seed, leave the server and its boards serving")
  func mutatedConnections() throws {
    let running = try RunningService("board-micro", count: 2)
    var random = RandomStream(seed: 21, stream: 0)
    for seed in 0..<400 {
      guard let client = try? TestClient(running.service) else { continue }
      var bytes: [UInt8] = [1, 0x11, 0x80, 3, 0, 0, 0, 0] + Array("1-1".utf8) + [UInt8](repeating: 0, count: 29)
      // Configured, so that transfers reach the board.
      bytes += TestClient.big(1, 1, 0x0001_0002, 0, 0, 0, 0, 0, 0, 0) + [0, 9, 1, 0, 0, 0, 0, 0]
      for _ in 0..<20 {
        let isIn = random.below(2)
        let payload: [UInt8] =
          isIn == 1 ? [] : random.below(2) == 0 ? frame(.getInfo, sequence: 1) : Array(repeating: 7, count: 50)
        let setup = (0..<8).map { _ in UInt8(random.below(12)) }
        bytes +=
          TestClient.big(
            1 + random.below(2), random.below(30), 0x0001_0002, isIn, random.below(2), random.below(3),
            isIn == 1 ? random.below(2000) : UInt32(payload.count), 0, 0, 0) + setup
        if bytes[bytes.count - 45] == 1 { bytes += payload }
      }
      var mutation = Mutation(seed: UInt64(seed))
      if seed % 4 != 0 { bytes = mutation.damaged(bytes) }
      client.send(bytes)
      client.wait(milliseconds: 2)
    }
    // The other board, which none of this was about, and after a moment this one.
    #expect(try TestClient(running.service, attaching: "1-2").control(0xC1, 1, length: 400).data.count == 400)
    var isBack = false
    for _ in 0..<200 where !isBack { isBack = try TestClient(running.service).list().count == 2 }
    #expect(isBack)
    #expect(try TestClient(running.service, attaching: "1-1").control(0xC1, 1, length: 400).data.count == 400)
  }

  @Test("Visitors that say nothing make room for others")
  func silentVisitors() throws {
    let running = try RunningService("board-micro")
    let silent = try (0..<100).map { _ in try TestClient(running.service) }
    #expect(try TestClient(running.service).list().count == 1)
    #expect(silent.count == 100)
  }

  @Test("What cannot be served is said in a sentence, with its exit code")
  func refusals() throws {
    let target = try Target.load("board-micro")
    var options = USBIPOptions()
    let running = try RunningService("board-micro")
    options.address = running.service.address
    let error = #expect(throws: USBIPError.addressInUse(running.service.address)) {
      _ = try USBIPService(target: target, options: options)
    }
    #expect(error?.exitCode == 9)
    for count in [0, 128] {
      options.count = count
      #expect(throws: USBIPError.badCount(count)) { _ = try USBIPService(target: target, options: options) }
    }
    options.count = 2
    options.serial = String(repeating: "x", count: 30)
    #expect(throws: USBIPError.board(.badSerial(String(repeating: "x", count: 30) + "-1"))) {
      _ = try USBIPService(target: target, options: options)
    }
    options = USBIPOptions()
    options.address = try ServerAddress(parsing: "127.0.0.1:0")
    #expect(throws: USBIPError.board(.emulationOnly(target: "sim"))) {
      _ = try USBIPService(target: try Target.load("sim"), options: options)
    }
  }

  @Test("Addresses are numbers with a port, and default to this machine")
  func addresses() throws {
    func parse(_ text: String) throws -> String { try ServerAddress(parsing: text).description }
    #expect(try parse("127.0.0.1") == "127.0.0.1:3240" && parse("localhost:1") == "127.0.0.1:1")
    #expect(try parse(":77") == "127.0.0.1:77" && parse("[::1]:9") == "[::1]:9" && parse("::1") == "[::1]:3240")
    #expect(ServerAddress.local.isLocal && USBIPOptions().address == .local)
    #expect(try ServerAddress(parsing: "[::1]:9").isLocal && ServerAddress(parsing: "127.9.9.9").isLocal)
    #expect(try !ServerAddress(parsing: "0.0.0.0").isLocal && ServerAddress(parsing: "0.0.0.0:5").isAny)
    for text in ["", "x", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4:+5", "1.2.3.4:", "[::1", "1.2.3", "example.org:3240"]
    {
      #expect(throws: USBIPError.badAddress(text)) { _ = try ServerAddress(parsing: text) }
    }
  }
}

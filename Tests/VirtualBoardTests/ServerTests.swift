import BoardLink
import FixedPoint
import Glibc
import ShippedTargets
import Targets
import Testing
import VirtualBoard
import WireProtocol

@Suite struct ServerTests {
  let folder = TemporaryFolder()

  func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  @Test("A stopped board leaves no socket behind")
  func cleanUp() throws {
    let board = try RunningBoard(
      try Target.load("board"), options: VirtualBoardOptions(serial: "a", socketFolder: folder.path + "/sub"))
    #expect(exists(folder.path + "/sub/a.sock"))
    var entry = stat()
    #expect(stat(folder.path + "/sub", &entry) == 0 && entry.st_mode & 0o777 == 0o700)
    board.stop()
    #expect(!exists(folder.path + "/sub/a.sock") && !exists(folder.path + "/sub/a.sock.lock"))
  }

  @Test("A dead board's socket is replaced, a living one's is not, and a file that is no socket stays")
  func staleSockets() throws {
    let path = folder.path + "/x.sock"
    let target = try Target.load("board")
    let address = try #require(UnixSocketAddress(path: path))
    let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try #require(address.withPointer { bind(dead, $0, $1) } == 0)
    close(dead)
    let board = try RunningBoard(target, options: VirtualBoardOptions(socketPath: path))
    _ = try BoardSession(board.server.address).statistics()
    let error = #expect(throws: VirtualBoardError.alreadyServed(path: path)) {
      _ = try VirtualBoardServer(target: target, options: VirtualBoardOptions(socketPath: path))
    }
    #expect(error?.exitCode == 9)
    _ = try BoardSession(board.server.address, patience: 100).statistics()
    let file = folder.path + "/file"
    close(open(file, O_CREAT | O_WRONLY, 0o600))
    #expect(throws: VirtualBoardError.self) {
      _ = try VirtualBoardServer(target: target, options: VirtualBoardOptions(socketPath: file))
    }
    #expect(exists(file) && !exists(file + ".lock"))
  }

  @Test("A store belongs to one board at a time")
  func storeInUse() throws {
    let target = try Target.load("board")
    let store = folder.path + "/store"
    let board = try RunningBoard(
      target, options: VirtualBoardOptions(storeFolder: store, serial: "a", socketFolder: folder.path))
    #expect(throws: VirtualBoardError.storeInUse(path: store)) {
      _ = try VirtualBoardServer(
        target: target, options: VirtualBoardOptions(storeFolder: store, serial: "b", socketFolder: folder.path))
    }
    #expect(!exists(folder.path + "/b.sock"))
    board.stop()
  }

  @Test("A store whose slots are larger than the board's is refused, and keeps what it holds")
  func largerSlots() throws {
    let store = folder.path + "/store"
    let options = VirtualBoardOptions(storeFolder: store, serial: "a", socketFolder: folder.path)
    try RunningBoard(try Target.load("board"), options: options).stop()
    let error = #expect(throws: VirtualBoardError.self) {
      _ = try VirtualBoardServer(target: try Target.load("board-micro"), options: options)
    }
    #expect(error == .largerSlots(path: store, stored: 8_388_608, slotBytes: 65536) && error?.exitCode == 9)
    #expect("\(try #require(error))".contains("choose another --store"))
    #expect(!exists(folder.path + "/a.sock"))
    // The slots were not cut: their board still takes them.
    try RunningBoard(try Target.load("board"), options: options).stop()
    var slot = stat()
    #expect(stat(store + "/slot-b.bin", &slot) == 0 && slot.st_size == 8_388_608)
  }

  @Test("A socket where none can be is told by its own name")
  func noFolderForSocket() throws {
    let path = folder.path + "/nothing/x.sock"
    let error = #expect(throws: VirtualBoardError.self) {
      _ = try VirtualBoardServer(target: try Target.load("board"), options: VirtualBoardOptions(socketPath: path))
    }
    #expect(error.map { "\($0)" } == "listening at \(path): No such file or directory")
  }

  @Test("What was flashed is there after a restart of the program, and after RESET")
  func persistence() throws {
    let target = try Target.load("board")
    let options = VirtualBoardOptions(
      storeFolder: folder.path + "/store", serial: "a", socketFolder: folder.path)
    var image = [UInt8](repeating: 3, count: 100_001)
    image.replaceSubrange(0..<8, with: [0x53, 0x4E, 0x4E, 0x4D, 0x41, 0x50, 0x1A, 0x0A])
    image.replaceSubrange(28..<32, with: Array("MESH".utf8))
    for index in 0..<32 { image[32 + index] = target.digest[index] }
    var board: RunningBoard? = try RunningBoard(target, options: options)
    var session = try BoardSession(try #require(board).server.address)
    let slot = try image.withUnsafeBytes { try session.flash($0, activation: .none).slot }
    let boot = session.description.bootIdentifier
    try session.reset()
    session = try BoardSession(session.address, patience: 100)
    #expect(session.description.bootIdentifier != boot)
    try image.withUnsafeBytes { try session.verify($0, slot: slot) }
    board = nil
    board = try RunningBoard(target, options: options)
    session = try BoardSession(session.address)
    try image.withUnsafeBytes { try session.verify($0, slot: slot) }
    #expect(session.description.slots[slot].state == .verified)
  }

  @Test("Targets for emulation only, bad serials and overlong paths are refused")
  func refusals() throws {
    let board = try Target.load("board")
    #expect(throws: VirtualBoardError.emulationOnly(target: "sim")) {
      _ = try VirtualBoardServer(
        target: try Target.load("sim"), options: VirtualBoardOptions(socketFolder: folder.path))
    }
    for serial in ["", "a b", "../x", String(repeating: "x", count: 32)] {
      #expect(throws: VirtualBoardError.badSerial(serial)) {
        _ = try VirtualBoardServer(
          target: board, options: VirtualBoardOptions(serial: serial, socketFolder: folder.path))
      }
    }
    let long = folder.path + "/" + String(repeating: "x", count: 120)
    #expect(throws: VirtualBoardError.badSocketPath(long)) {
      _ = try VirtualBoardServer(target: board, options: VirtualBoardOptions(socketPath: long))
    }
  }

  @Test("10,000 mutated frames leave the board serving")
  func mutatedFrames() throws {
    let board = try RunningBoard(
      try Target.load("board-micro"), options: VirtualBoardOptions(serial: "a", socketFolder: folder.path))
    var random = RandomStream(seed: 11, stream: 0)
    var sent = 0
    while sent < 10_000 {
      guard let transport = try? board.server.address.connect() else { continue }
      defer { transport.close() }
      // HELLO first, so that later frames reach the board itself.
      var stream = frame(.hello, payload: [1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0], &random, mutate: false)
      for _ in 0..<100 {
        let type = MessageType.allCases[Int(random.below(UInt32(MessageType.allCases.count)))]
        stream += frame(type, payload: (0..<Int(random.below(120))).map { _ in UInt8(random.below(4)) }, &random)
        sent += 1
      }
      var offset = 0
      var sink = [UInt8](repeating: 0, count: 65536)
      while offset < stream.count {
        let moved = sink.withUnsafeMutableBytes { into in
          stream[offset...].withUnsafeBytes { out in
            try? transport.exchange(sending: out, receiving: into, until: .now + .seconds(5))
          }
        }
        guard let moved else { break }
        offset += moved.sent
      }
    }
    #expect(try BoardSession(board.server.address, patience: 100).description.serial == "a")
  }

  private func frame(
    _ type: MessageType, payload: [UInt8], _ random: inout RandomStream, mutate: Bool = true
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: FrameLayout.frameBytes(payload: payload.count))
    bytes.replaceSubrange(FrameLayout.headerBytes..<FrameLayout.headerBytes + payload.count, with: payload)
    let header = FrameHeader(
      type: type.rawValue, session: random.below(3), sequence: random.below(10), length: UInt32(payload.count))
    let count = bytes.withUnsafeMutableBytes { (try? FrameCodec.seal(header, in: $0, packetBytes: 0)) ?? 0 }
    bytes.removeLast(bytes.count - count)
    if mutate && random.below(2) == 0 {
      bytes[Int(random.below(UInt32(bytes.count)))] ^= UInt8(1 + random.below(255))
    }
    return bytes
  }
}

extension BoardSession {
  /// A session with a board that is still letting go of an earlier host.
  convenience init(_ address: DeviceAddress, patience: Int) throws {
    var attempt = 0
    while attempt < patience
      && DeviceDirectory.list(folder: folder(of: address)).contains(where: { $0.description?.isInSession != false })
    {
      attempt += 1
      usleep(5000)
    }
    try self.init(address)
  }
}

private func folder(of address: DeviceAddress) -> String {
  guard case .socket(let path) = address else { return "" }
  return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
}

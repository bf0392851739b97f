import BoardLink
import Dispatch
import Glibc
import ShippedTargets
import Targets
import Testing
import VirtualBoard
import WireProtocol

@Suite struct LinkErrorTests {
  let folder = TemporaryFolder()

  @Test("Addresses are parsed, and anything else is named in the error")
  func addresses() throws {
    #expect(try DeviceAddress(parsing: "unix:/run/a.sock") == .socket(path: "/run/a.sock"))
    #expect(try DeviceAddress(parsing: "./a.sock") == .socket(path: "./a.sock"))
    #expect(try DeviceAddress(parsing: "usb:A17") == .usb(serial: "A17"))
    #expect(try DeviceAddress(parsing: "usb@1-1.2") == .usbPlace("1-1.2"))
    for text in ["", "unix:", "usb", "board", "tcp:1"] {
      let error = #expect(throws: BoardLinkError.badAddress(text)) { _ = try DeviceAddress(parsing: text) }
      #expect(error?.exitCode == 2)
    }
    let error = #expect(throws: BoardLinkError.self) { _ = try BoardSession(.usb(serial: "A17")) }
    #expect(error == .noDevice(.usb(serial: "A17")) && error?.exitCode == 3)
  }

  @Test("No socket, or one that nobody listens to, is no device: exit code 3")
  func noDevice() throws {
    let path = folder.path + "/dead.sock"
    let missing = #expect(throws: BoardLinkError.self) { _ = try BoardSession(.socket(path: path)) }
    #expect(missing == .noDevice(.socket(path: path)) && missing?.exitCode == 3)
    let listener = try Listener(path: path)
    listener.close()
    let dead = #expect(throws: BoardLinkError.self) { _ = try BoardSession(.socket(path: path)) }
    #expect(dead == .noDevice(.socket(path: path)))
    #expect(DeviceDirectory.list(folder: folder.path).isEmpty)
    let none = #expect(throws: BoardLinkError.self) { _ = try DeviceDirectory.only(folder: folder.path) }
    #expect(none == .noDevices(folder: folder.path) && none?.exitCode == 3)
  }

  @Test("A folder of boards that cannot be read is told: exit code 5; one that is not there is empty")
  func closedFolder() throws {
    let file = folder.path + "/file"
    close(open(file, O_CREAT | O_WRONLY, 0o600))
    let error = #expect(throws: BoardLinkError.self) { _ = try DeviceDirectory.only(folder: file) }
    #expect(error == .closedFolder(file, reason: "Not a directory") && error?.exitCode == 5)
    #expect("\(try #require(error))".hasPrefix("boards in \(file) were not looked for: "))
    #expect(DeviceDirectory.problem(in: folder.path + "/nothing") == nil)
    #expect(DeviceDirectory.problem(in: folder.path) == nil)
  }

  @Test("A folder to which others may write, a link and a file are open to others; one's own folder is not")
  func openToOthers() throws {
    let place = folder.path + "/place"
    mkdir(place, 0o700)
    for (mode, isOpen) in [(0o700, false), (0o755, false), (0o770, true), (0o702, true)] {
      chmod(place, mode_t(mode))
      #expect(DeviceDirectory.isOpenToOthers(place) == isOpen, "\(String(mode, radix: 8))")
    }
    chmod(place, 0o700)
    symlink(place, folder.path + "/link")
    #expect(DeviceDirectory.isOpenToOthers(folder.path + "/link"))
    #expect(!DeviceDirectory.isOpenToOthers(folder.path + "/nothing"))
    #expect(geteuid() != 0 || chown(place, 65534, 65534) == 0)
    #expect(geteuid() != 0 || DeviceDirectory.isOpenToOthers(place))
  }

  @Test("A board that accepts and never answers is a timeout: exit code 6")
  func hungBoard() throws {
    let listener = try Listener(path: folder.path + "/hung.sock")
    defer { listener.close() }
    let options = LinkOptions(timeout: .milliseconds(60), attempts: 2)
    let error = #expect(throws: BoardLinkError.self) {
      _ = try BoardSession(.socket(path: folder.path + "/hung.sock"), options: options)
    }
    // Two attempts of 60 ms.
    #expect(error == .timeout(request: .getInfo, milliseconds: 120) && error?.exitCode == 6)
    let found = DeviceDirectory.list(folder: folder.path, timeout: .milliseconds(50))
    #expect(found.count == 1 && found[0].description == nil && found[0].problem?.exitCode == 6)
  }

  @Test("A second host is refused as busy with exit code 9, and may look at the board without disturbing the first")
  func twoHosts() throws {
    let target = try Target.load("board")
    let board = try RunningBoard(target, options: VirtualBoardOptions(serial: "b1", socketFolder: folder.path))
    let first = try BoardSession(board.server.address)
    let error = #expect(throws: BoardLinkError.self) { _ = try BoardSession(board.server.address) }
    guard case .refused(.hello, let refusal) = error else { throw BoardLinkError.notAnImage }
    #expect(refusal.knownCode == .twoHosts && error?.exitCode == 9)
    #expect("\(try #require(error))".contains("busy: two hosts"))
    let found = DeviceDirectory.list(folder: folder.path)
    #expect(found.count == 1 && found[0].description?.isInSession == true)
    #expect(found[0].description?.serial == "b1" && found[0].description?.targetName == "board")
    _ = try first.statistics()
    first.close()
    _ = try BoardSession(board.server.address, options: LinkOptions(), after: first).statistics()
  }

  @Test("The only board is chosen; of several all are named: exit code 4")
  func selection() throws {
    let target = try Target.load("board-micro")
    let first = try RunningBoard(target, options: VirtualBoardOptions(socketFolder: folder.path))
    #expect(try DeviceDirectory.select(nil, folder: folder.path) == first.server.address)
    let second = try RunningBoard(target, options: VirtualBoardOptions(socketFolder: folder.path))
    let error = #expect(throws: BoardLinkError.self) { _ = try DeviceDirectory.select(nil, folder: folder.path) }
    #expect(error == .ambiguous([first.server.address, second.server.address]) && error?.exitCode == 4)
    #expect(try DeviceDirectory.select("\(second.server.address)", folder: folder.path) == second.server.address)
  }

  @Test("A socket that this user may not open is an access error: exit code 5", .enabled(if: getuid() != 0))
  func access() throws {
    let path = folder.path + "/closed.sock"
    let listener = try Listener(path: path)
    defer { listener.close() }
    chmod(path, 0)
    let error = #expect(throws: BoardLinkError.self) { _ = try BoardSession(.socket(path: path)) }
    #expect(error?.exitCode == 5)
  }

  @Test("A board of another protocol version is a version error: exit code 10")
  func otherVersion() throws {
    let path = folder.path + "/new.sock"
    let listener = try Listener(path: path)
    defer { listener.close() }
    DispatchQueue(label: "new board").async {
      var info = BoardInfo()
      info.maximumPayload = 4096
      info.chunkBytes = 256
      info.minimumMajor = 2
      info.maximumMajor = 3
      let connection = accept(listener.number, nil, nil)
      answer(connection, info)
      answer(connection, BoardError(.version, detail: 2 << 8 | 3))
      var rest: UInt8 = 0
      _ = read(connection, &rest, 1)
      close(connection)
    }
    let error = #expect(throws: BoardLinkError.self) { _ = try BoardSession(.socket(path: path)) }
    #expect(
      error == .version(boardMinimum: 2, boardMaximum: 3, hostMinimum: 1, hostMaximum: 1) && error?.exitCode == 10)
  }

  @Test("Every error is one line")
  func descriptions() {
    for code in BoardErrorCode.allCases {
      let text = "\(BoardLinkError.refused(request: .begin, BoardError(code, detail: 1, offset: 2)))"
      #expect(!text.contains("\n") && text.count > 30)
    }
  }
}

/// Reads one request and answers it.
private func answer(_ connection: Int32, _ message: some WireMessage) {
  var request = [UInt8](repeating: 0, count: 4096)
  _ = read(connection, &request, request.count)
  guard case .frame(let header, _, _) = request.withUnsafeBytes({ FrameCodec.scan($0, maximumPayload: 4096) }) else {
    return
  }
  var bytes = [UInt8](repeating: 0, count: 2048)
  let count = bytes.withUnsafeMutableBytes { buffer -> Int in
    var writer = WireWriter(UnsafeMutableRawBufferPointer(rebasing: buffer[FrameLayout.headerBytes...]))
    try? message.write(to: &writer)
    let answer = FrameHeader(
      type: type(of: message).type.rawValue, session: 0, sequence: header.sequence, length: UInt32(writer.count))
    return (try? FrameCodec.seal(answer, in: buffer, packetBytes: 0)) ?? 0
  }
  _ = write(connection, bytes, count)
}

/// A socket that somebody listens to, without a board.
final class Listener: Sendable {
  let number: Int32

  init(path: String) throws {
    let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    self.number = number
    let address = try #require(UnixSocketAddress(path: path))
    try #require(address.withPointer { bind(number, $0, $1) } == 0)
    try #require(listen(number, 4) == 0)
  }

  func close() {
    _ = Glibc.close(number)
  }
}

import BoardLink
import Foundation
import Glibc
import Testing

@Suite struct ManyBoardsTests {
  /// What a command draws on a terminal of 120 columns.
  func drawn(_ arguments: [String], in folder: Folder) throws -> (outcome: Program.Outcome, drawing: String) {
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    try #require(terminal >= 0)
    defer { close(terminal) }
    // TIOCSPTLCK and TIOCGPTN, which Swift does not see: unlock the terminal, and ask for its number.
    var (isLocked, number): (Int32, Int32) = (0, 0)
    try #require(ioctl(terminal, 0x4004_5431, &isLocked) == 0 && ioctl(terminal, 0x8004_5430, &number) == 0)
    var size = winsize(ws_row: 40, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
    let running = try RunningProgram(arguments, in: folder, errors: "/dev/pts/\(number)")
    var drawing: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    func drain() {
      while case let count = read(terminal, &buffer, buffer.count), count > 0 { drawing += buffer[..<count] }
    }
    while running.isRunning {
      drain()
      usleep(2_000)
    }
    drain()
    return (running.wait(), String(decoding: drawing, as: UTF8.self))
  }

  @Test("Sixteen boards are flashed at once, with one progress line each and a table at the end")
  func sixteen() throws {
    let folder = try Fixture.folder()
    let boards = try (0..<16).map { _ in try VirtualBoard(in: folder, name: nil) }
    defer { withExtendedLifetime(boards) {} }
    let dryRun = try Program.run(["flash", "net.snnimg", "--all", "--dry-run"], in: folder)
    #expect(dryRun.status == 0 && dryRun.output.contains("bytes to send"))
    let (flash, drawing) = try drawn(["flash", "net.snnimg", "--all"], in: folder)
    #expect(flash.status == 0)
    let rows = flash.output.split(separator: "\n").dropFirst()
    #expect(rows.count == 16 && rows.allSatisfy { $0.contains("read back and equal, active") })
    for board in boards { #expect(flash.output.contains(board.address)) }
    // Each drawing is sixteen lines, and goes over the one before.
    for number in 1...16 { #expect(drawing.contains("board-\(number)")) }
    #expect(drawing.contains("\u{1b}[16A"))
    let drawings = drawing.components(separatedBy: "\u{1b}[16A")
    for drawn in drawings.dropLast() { #expect(drawn.utf8.count { $0 == UInt8(ascii: "\n") } == 16) }
    for board in boards {
      #expect(try Program.run(["verify", "net.snnimg", "--device", board.address], in: folder).status == 0)
    }
    let again = try Program.run(["flash", "net.snnimg", "--all", "--json"], in: folder)
    try #require(again.status == 0, "\(again.errors)")
    let list = try #require(try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [[String: Any]])
    #expect(list.count == 16 && list.allSatisfy { $0["bytes_sent"] as? Int == 0 } && again.errors.isEmpty)
  }

  @Test("Of several boards that fail, the greatest exit code counts, and the others are flashed")
  func someFail() throws {
    let folder = try Fixture.folder()
    let (good, micro, held) = (
      try VirtualBoard(in: folder, name: nil), try VirtualBoard(in: folder, name: nil, target: "board-micro"),
      try VirtualBoard(in: folder, name: nil)
    )
    let session = try BoardSession(DeviceAddress(parsing: held.address))
    defer { session.close() }
    let outcome = try Program.run(["flash", "net.snnimg", "--all", "--json"], in: folder)
    #expect(outcome.status == 9 && outcome.errors.contains("2 of 3 boards failed"))
    let list = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
    func row(_ board: VirtualBoard) -> [String: Any] { list.first { $0["device"] as? String == board.address } ?? [:] }
    #expect(row(good)["active"] as? Bool == true && row(good)["error"] == nil)
    #expect(
      (row(micro)["error"] as? String)?.contains("another target") == true && row(micro)["exit_code"] as? Int == 9)
    #expect((row(held)["error"] as? String)?.contains("two hosts") == true)
    try expect(3, ["flash", "net.snnimg", "--all"], says: ["no board found"], in: try Fixture.folder())
  }

  @Test("A watch tells of boards that come, change and go, an object a line")
  func watch() throws {
    let folder = try Fixture.folder()
    let watch = try RunningProgram(["devices", "--watch", "--json"], in: folder)
    func waitFor(_ event: String, serial: String) throws -> [String: Any] {
      let deadline = ContinuousClock.now + .seconds(20)
      while ContinuousClock.now < deadline {
        for line in watch.output.split(separator: "\n") {
          let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
          let board = object?["board"] as? [String: Any]
          if object?["event"] as? String == event, board?["serial"] as? String == serial { return board ?? [:] }
        }
        usleep(10_000)
      }
      Issue.record("no '\(event)' in \(watch.output)")
      return [:]
    }
    var board: VirtualBoard? = try VirtualBoard(in: folder, name: nil)
    let address = try #require(board).address
    #expect(try waitFor("added", serial: "board-1")["device"] as? String == address)
    #expect(try Program.run(["flash", "net.snnimg", "--device", address], in: folder).status == 0)
    _ = try waitFor("changed", serial: "board-1")
    board = nil
    _ = try waitFor("removed", serial: "board-1")
    watch.send(SIGINT)
    #expect(watch.wait().status == 130)
  }
}

import Foundation
import Testing

@Suite struct ConformanceCommandTests {
  @Test("A virtual board passes every check, keeps its image, and a table or JSON tells each rule")
  func passes() throws {
    let folder = try Fixture.folder()
    let board = try VirtualBoard(in: folder)
    let device = ["--device", board.address]
    #expect(try Program.run(["flash", "net.snnimg"] + device, in: folder).status == 0)
    let gentle = try Program.run(["conformance", "--json"] + device, in: folder)
    #expect(gentle.status == 0 && gentle.object["failed"] as? Int == 0, "\(gentle.output)")
    #expect(gentle.object["passed"] as? Int ?? 0 > 60)
    let text = try Program.run(
      ["conformance", "--destructive", "--image", "other.snnimg"] + device, in: folder)
    #expect(text.status == 0 && text.output.contains(" 0 failed"), "\(text.output)")
    let rollback = text.output.split(separator: "\n").first { $0.contains("ROLLBACK goes back to the slot") }
    #expect(rollback?.contains("passed") == true)
    #expect(try Program.run(["verify", "net.snnimg"] + device, in: folder).status == 0)
  }

  @Test("An image for another target is refused before the first check, and the firmware is not blamed")
  func otherTarget() throws {
    let folder = try Fixture.folder()
    let board = try VirtualBoard(in: folder)
    let device = ["--device", board.address]
    try Program.run(["compile", "net.json", "--target", "board-micro", "-o", "micro.snnimg"], in: folder)
    try expect(
      9, ["conformance", "--destructive", "--image", "micro.snnimg"] + device,
      says: ["compiled for another target", "compile it for this board's"], in: folder)
    let stats = try Program.run(["stats", "--json"] + device, in: folder)
    #expect(stats.object["bytes_written"] as? Int == 0)
  }

  @Test("A board of another protocol version, or none, is told as by every other command")
  func noSession() throws {
    let folder = try Fixture.folder()
    let path = folder.path("newer.sock")
    let board = try NewerBoard(path: path)
    try withExtendedLifetime(board) {
      try expect(10, ["conformance", "--device", "unix:\(path)"], says: ["protocol version"], in: folder)
    }
    try expect(3, ["conformance"], says: ["no board found"], in: folder)
  }
}

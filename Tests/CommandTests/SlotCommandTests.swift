import BoardLink
import Foundation
import Testing

@Suite struct SlotCommandTests {
  @Test("An image on trial is confirmed or rolled back; both say which slot is active")
  func trial() throws {
    let folder = try Fixture.folder()
    let board = try VirtualBoard(in: folder)
    let device = ["--device", board.address]
    try expect(9, ["rollback"] + device, says: ["no earlier image", "flash one"], in: folder)
    try expect(9, ["confirm"] + device, says: ["no active image", "flash one"], in: folder)
    #expect(try Program.run(["flash", "net.snnimg", "--slot", "B"] + device, in: folder).status == 0)
    let flash = try Program.run(["flash", "other.snnimg", "--trial"] + device, in: folder)
    #expect(flash.status == 0 && flash.output.contains("slot A") && flash.output.contains("snnmap confirm"))
    let back = try Program.run(["rollback", "--json"] + device, in: folder)
    #expect(back.object["active_slot"] as? Int == 1 && back.object["on_trial"] as? Bool == false)
    #expect(try Program.run(["flash", "other.snnimg", "--trial"] + device, in: folder).status == 0)
    let confirm = try Program.run(["confirm"] + device, in: folder)
    #expect(confirm.status == 0 && confirm.output.contains("slot A is active for good"))
    let other = ["slot A is active; flash another one"]
    try expect(9, ["flash", "net.snnimg", "--slot", "A"] + device, says: other, in: folder)
    #expect(try Program.run(["verify", "net.snnimg", "--slot", "B"] + device, in: folder).status == 0)
    try expect(8, ["verify", "net.snnimg", "--slot", "A"] + device, says: ["slot A"], in: folder)
  }

  @Test("Without a confirmation the board goes back to the image before at its fourth start")
  func automaticRollback() throws {
    let folder = try Fixture.folder()
    let board = try VirtualBoard(in: folder)
    let device = ["--device", board.address]
    #expect(try Program.run(["flash", "net.snnimg"] + device, in: folder).status == 0)
    #expect(try Program.run(["flash", "other.snnimg", "--trial"] + device, in: folder).status == 0)
    for start in 1...4 {
      let reset = try Program.run(["reset", "--json"] + device, in: folder)
      #expect(reset.status == 0, "\(reset.errors)")
      #expect(reset.object["active_slot"] as? Int == (start < 4 ? 1 : 0))
      #expect(reset.object["on_trial"] as? Bool == (start < 4))
    }
    #expect(try Program.run(["verify", "net.snnimg"] + device, in: folder).status == 0)
  }

  @Test("A dry run says what would be done, in the board's words where that is nothing, and writes nothing")
  func dryRun() throws {
    let folder = try Fixture.folder()
    let board = try VirtualBoard(in: folder)
    let device = ["--device", board.address]
    let dryRun = ["--dry-run", "--json"] + device
    func bytesWritten() throws -> Int? {
      try Program.run(["stats", "--json"] + device, in: folder).object["bytes_written"] as? Int
    }
    let size = try folder.bytes("net.snnimg").count
    let first = try Program.run(["flash", "net.snnimg"] + dryRun, in: folder)
    #expect(first.status == 0 && first.object["bytes_to_send"] as? Int == size && first.object["slot"] as? Int == 0)
    #expect(try bytesWritten() == 0)
    #expect(try Program.run(["flash", "net.snnimg"] + device, in: folder).status == 0)
    let written = try bytesWritten()
    let again = try Program.run(["flash", "net.snnimg"] + dryRun, in: folder)
    #expect(again.object["bytes_to_send"] as? Int == 0 && again.object["active"] as? Bool == true)
    let text = try Program.run(["flash", "other.snnimg", "--dry-run"] + device, in: folder)
    #expect(text.output.contains("would flash other.snnimg") && text.output.contains("nothing was written"))
    #expect(try Program.run(["flash", "other.snnimg", "--no-activate"] + device, in: folder).status == 0)
    let third = try Program.run(["flash", "net.snnimg", "--slot", "B"] + dryRun, in: folder)
    #expect((third.object["lost_sha256"] as? String)?.count == 64)
    try expect(
      9, ["flash", "other.snnimg", "--slot", "A", "--dry-run"] + device, says: ["slot A is active"], in: folder)
    try Program.run(["compile", "net.json", "--target", "board-micro", "-o", "micro.snnimg"], in: folder)
    try expect(9, ["flash", "micro.snnimg", "--dry-run"] + device, says: ["another target"], in: folder)
    let otherBytes = try folder.bytes("other.snnimg").count
    #expect(try bytesWritten() == (written ?? 0) + otherBytes)
  }

  @Test("A board counts what it does, and starts anew when it is told to")
  func statsAndReset() throws {
    let folder = try Fixture.folder()
    let board = try VirtualBoard(in: folder)
    let device = ["--device", board.address]
    #expect(try Program.run(["flash", "net.snnimg"] + device, in: folder).status == 0)
    #expect(try Program.run(["verify", "net.snnimg", "--data", "digits"] + device, in: folder).status == 0)
    let stats = try Program.run(["stats", "--json"] + device, in: folder)
    #expect(stats.object["clears"] as? Int ?? 0 >= 360 && stats.object["frames_damaged"] as? Int == 0)
    #expect(try Program.run(["stats"] + device, in: folder).output.contains("frames received"))
    let reset = try Program.run(["reset"] + device, in: folder)
    #expect(reset.status == 0 && reset.output.contains("has started anew: slot A is active for good"))
    #expect(try Program.run(["stats", "--json"] + device, in: folder).object["ticks"] as? Int == 0)
  }
}

import BoardLink
import Foundation
import Testing

@Suite struct BoardCommandTests {
  @Test("A board is found, flashed, verified, evaluated and tested, and does what the emulator does")
  func mainJob() throws {
    let folder = try Fixture.folder()
    let board = try VirtualBoard(in: folder, name: nil)
    let devices = try Program.run(["devices"], in: folder)
    #expect(devices.output.contains(board.address) && devices.output.contains("board-1"))
    let flash = try Program.run(["flash", "net.snnimg", "--json"], in: folder)
    #expect(flash.status == 0 && flash.errors.isEmpty)
    #expect(flash.object["device"] as? String == board.address && flash.object["serial"] as? String == "board-1")
    #expect(flash.object["bytes"] as? Int == (try folder.bytes("net.snnimg").count))
    #expect(flash.object["bytes_sent"] as? Int == flash.object["bytes"] as? Int)
    // What the board holds already is not sent again.
    let again = try Program.run(["flash", "net.snnimg", "--json"], in: folder)
    #expect(
      again.object["bytes_sent"] as? Int == 0 && again.object["bytes_held"] as? Int == again.object["bytes"] as? Int)
    let verify = try Program.run(["verify", "net.snnimg", "--data", "digits", "--json"], in: folder)
    #expect(verify.status == 0 && verify.object["mismatches"] as? Int == 0 && verify.object["samples"] as? Int == 360)
    #expect(verify.object["sha256"] as? String == flash.object["sha256"] as? String)
    let test = try Program.run(["test", "net.snnimg", "--data", "digits", "--on", "device", "--json"], in: folder)
    #expect(test.status == 0 && test.object["mismatches"] as? Int == 0 && test.object["samples"] as? Int == 360)
    let onDevice = try Program.run(
      ["evaluate", "net.json", "--data", "digits", "--on", "device", "--json"], in: folder)
    let onReference = try Program.run(["evaluate", "net.json", "--data", "digits", "--json"], in: folder)
    #expect(onDevice.object["on"] as? String == "device")
    #expect(onDevice.object["confusion"] as? [[Int]] == onReference.object["confusion"] as? [[Int]])
    #expect(onDevice.object["accuracy"] as? Double == onReference.object["accuracy"] as? Double)
    let list = try JSONSerialization.jsonObject(
      with: Data(try Program.run(["devices", "--json"], in: folder).output.utf8))
    let row = try #require((list as? [[String: Any]])?.first)
    #expect(row["image_sha256"] as? String == flash.object["sha256"] as? String)
    #expect(row["in_session"] as? Bool == false && row["target"] as? String == "board")
  }

  @Test("Another image than the board's differs in verify (8) and is refused by evaluate and test (9)")
  func otherImage() throws {
    let folder = try Fixture.folder()
    let board = try VirtualBoard(in: folder)
    let device = ["--device", board.address]
    #expect(try Program.run(["flash", "net.snnimg"] + device, in: folder).status == 0)
    try expect(8, ["verify", "other.snnimg"] + device, says: ["differs from the image at byte"], in: folder)
    try expect(
      9, ["evaluate", "other.json", "--data", "digits", "--on", "device"] + device,
      says: ["does not run other.json", "flash"], in: folder)
    try expect(
      9, ["test", "other.snnimg", "--data", "digits", "--on", "device"] + device,
      says: ["does not run other.snnimg", "flash"], in: folder)
  }

  @Test("An image for another target, and a second host, are refused: exit code 9")
  func refusals() throws {
    let folder = try Fixture.folder()
    let board = try VirtualBoard(in: folder)
    let device = ["--device", board.address]
    try Program.run(["compile", "net.json", "--target", "board-micro", "-o", "micro.snnimg"], in: folder)
    try expect(9, ["flash", "micro.snnimg"] + device, says: ["another target"], in: folder)
    let session = try BoardSession(DeviceAddress(parsing: board.address))
    try expect(9, ["flash", "net.snnimg"] + device, says: ["busy: two hosts"], in: folder)
    session.close()
  }

  @Test("No board is exit code 3, several unnamed ones are 4, a board without an image is 3")
  func selection() throws {
    let folder = try Fixture.folder()
    try expect(3, ["flash", "net.snnimg"], says: ["snnmap serve"], in: folder)
    try expect(3, ["flash", "net.snnimg", "--device", "unix:/tmp/none.sock"], says: ["/tmp/none.sock"], in: folder)
    #expect(try Program.run(["devices", "--json"], in: folder).output == "[\n\n]\n")
    let first = try VirtualBoard(in: folder, name: nil)
    try expect(3, ["verify", "net.snnimg"], says: ["no active image", "flash"], in: folder)
    let second = try VirtualBoard(in: folder, name: nil)
    try expect(4, ["flash", "net.snnimg"], says: [first.address, second.address, "--device"], in: folder)
    #expect(try Program.run(["flash", "net.snnimg", "--device", second.address], in: folder).status == 0)
  }

  @Test("A board that hangs is a timeout (6); one that goes away in the middle is disconnected (7)")
  func troubledBoards() throws {
    let folder = try Fixture.folder()
    let board = try VirtualBoard(in: folder)
    board.running.send(SIGSTOP)
    let device = ["--device", board.address]
    try expect(6, ["flash", "net.snnimg"] + device, says: ["did not answer"], in: folder)
    let waiting = try RunningProgram(["flash", "net.snnimg"] + device, in: folder)
    usleep(300_000)
    board.running.send(SIGKILL)
    let outcome = waiting.wait()
    #expect(outcome.status == 7 && outcome.errorLines.count == 1 && outcome.errors.contains("went away"))
  }

  @Test("A board of another protocol version is exit code 10")
  func otherVersion() throws {
    let folder = try Fixture.folder()
    let path = folder.path("newer.sock")
    let board = try NewerBoard(path: path)
    try withExtendedLifetime(board) {
      try expect(
        10, ["flash", "net.snnimg", "--device", "unix:\(path)"], says: ["protocol version", "2 to 3"], in: folder)
    }
  }

  @Test("A board keeps its image in --store, and ends with its starter or on Ctrl-C without leaving a socket")
  func store() throws {
    let folder = try Fixture.folder()
    do {
      let board = try VirtualBoard(in: folder, store: "slots")
      #expect(try Program.run(["flash", "net.snnimg", "--device", board.address], in: folder).status == 0)
      board.running.send(SIGINT)
      #expect(board.running.wait().status == 0)
    }
    #expect(!folder.names.contains("board.sock"))
    let board = try VirtualBoard(in: folder, store: "slots")
    #expect(try Program.run(["verify", "net.snnimg", "--device", board.address], in: folder).status == 0)
    board.running.endInput()
    #expect(board.running.wait().status == 0)
    #expect(!folder.names.contains("board.sock"))
  }

  @Test("demo does the main job, and every spike is the same everywhere")
  func demo() throws {
    let folder = Folder()
    let outcome = try Program.run(
      ["demo", "--epochs", "2", "--layers", "24", "--keep", "files", "--json"], in: folder)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.object["bit_exact"] as? Bool == true && outcome.object["mismatches"] as? Int == 0)
    #expect(outcome.object["samples"] as? Int == 360)
    let accuracy = try #require(outcome.object["accuracy"] as? Double)
    #expect(accuracy == outcome.object["training_accuracy"] as? Double)
    #expect(accuracy == outcome.object["emulator_accuracy"] as? Double)
    // The files that it keeps are those of the same steps by hand.
    let evaluation = try Program.run(["evaluate", "files/net.json", "--data", "digits", "--json"], in: folder)
    #expect(evaluation.object["accuracy"] as? Double == accuracy)
    let text = try Program.run(["demo", "--epochs", "1", "--layers", "8"], in: folder)
    #expect(text.status == 0 && text.output.contains("\nbit-exact: yes\n"))
    #expect(folder.names == ["files"])
  }
}

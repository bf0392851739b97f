import Foundation
import Testing

@Suite(.enabled(if: TestBus.isPossible, TestBus.reason)) struct USBBoardTests {
  @Test("A board is listed, flashed, read back and run: its spikes are the emulator's", arguments: [480, 5000])
  func mainJob(speed: Int) throws {
    let bus = try TestBus()
    try bus.plugIn("A17", at: "1-1", speed: speed)
    let row = try #require(try bus.succeed("devices", "--json").rows.first)
    #expect(row["device"] as? String == "usb:A17" && row["place"] as? String == "1-1")
    #expect(row["serial"] as? String == "A17" && row["target"] as? String == "board")
    #expect(row["in_session"] as? Bool == false)
    for image in Fixture.images {
      let flash = try bus.succeed("flash", image, "--json")
      let size = try bus.size(image)
      #expect(flash.object["bytes_sent"] as? Int == size && flash.object["device"] as? String == "usb:A17")
      let verify = try bus.succeed("verify", image, "--data", "digits", "--json").object
      #expect(verify["mismatches"] as? Int == 0 && verify["samples"] as? Int == 360)
      #expect(verify["sha256"] as? String == flash.object["sha256"] as? String)
    }
    #expect(try bus.succeed("flash", "large.snnimg", "--json").object["bytes_sent"] as? Int == 0)
    #expect(try bus.succeed("devices", "--json").rows.first?["in_session"] as? Bool == false)
  }

  @Test("A frame that would fill its packets exactly is padded, and arrives like those around it")
  func packetMultiples() throws {
    // The end of an image is as long as its target's name; in front of it sizes go in steps of 16.
    for (target, rest) in [("board-7", 7), ("board-08", 8), ("board-009", 9)] {
      let bus = try TestBus()
      try "format: 1\nextends: board\nname: \(target)\n".write(
        toFile: bus.folder.path("target.yaml"), atomically: true, encoding: .utf8)
      try bus.plugIn("A", at: "1-1", target: bus.folder.path("target.yaml"))
      var size = try compile(bus, title: "digits")
      #expect(size % 16 == rest)
      // A WRITE has 40 bytes before its data: with 472 bytes behind the last full packet it is a multiple of 512.
      let wanted = 464 + rest
      let step = ((wanted - size) % 512 + 512) % 512
      size = try compile(bus, title: "digits" + String(repeating: "x", count: step))
      if size % 512 != wanted {
        size = try compile(bus, title: String(repeating: "x", count: 6 + step - size % 512 + wanted))
      }
      try #require(size % 512 == wanted)
      let flash = try bus.succeed("flash", "cut.snnimg", "--json")
      #expect(flash.object["bytes_sent"] as? Int == size)
      try bus.succeed("verify", "cut.snnimg", "--data", "digits")
    }
  }

  /// Compiles a network of this title, and returns the image's size.
  private func compile(_ bus: TestBus, title: String) throws -> Int {
    let network = try String(contentsOfFile: bus.folder.path("small.json"), encoding: .utf8)
    try network.replacingOccurrences(of: #""name": "digits""#, with: #""name": "\#(title)""#).write(
      toFile: bus.folder.path("cut.json"), atomically: true, encoding: .utf8)
    try bus.succeed("compile", "cut.json", "--target", "target.yaml", "-o", "cut.snnimg")
    return try bus.size("cut.snnimg")
  }

  @Test("Two boards: one has to be named, by serial or by place; each gets its own image")
  func severalBoards() throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    try bus.plugIn("B", at: "1-2", speed: 5000)
    try bus.expect(4, "flash", "small.snnimg", says: ["usb:A", "usb:B", "--device"])
    try bus.succeed("flash", "small.snnimg", "--device", "usb:B")
    try bus.succeed("flash", "large.snnimg", "--device", "usb@1-1")
    try bus.succeed("verify", "small.snnimg", "--device", "usb@1-2")
    try bus.succeed("verify", "large.snnimg", "--device", "usb:A")
    try bus.expect(3, "flash", "small.snnimg", "--device", "usb:C", says: ["usb:C"])
    try bus.expect(3, "flash", "small.snnimg", "--device", "usb@1-3", says: ["usb@1-3"])
  }

  @Test("Boards with the same serial are told apart by place")
  func sameSerial() throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    try bus.plugIn("A", at: "1-2")
    let devices = try bus.succeed("devices", "--json").rows.map { $0["device"] as? String }
    #expect(devices == ["usb@1-1", "usb@1-2"])
    try bus.expect(4, "flash", "small.snnimg", "--device", "usb:A", says: ["usb@1-1", "usb@1-2"])
    try bus.succeed("flash", "small.snnimg", "--device", "usb@1-2")
    try bus.expect(3, "verify", "small.snnimg", "--device", "usb@1-1", says: ["no active image"])
  }

  @Test("Sixteen boards are flashed at once")
  func sixteenBoards() throws {
    let bus = try TestBus()
    for number in 1...16 { try bus.plugIn("B\(number)", at: "1-\(number)") }
    let outcome = try bus.succeed("flash", "large.snnimg", "--all", "--json")
    #expect(outcome.rows.count == 16)
    #expect(outcome.rows.allSatisfy { ($0["bytes_sent"] as? Int ?? 0) > 100_000 })
    #expect(Set(outcome.rows.compactMap { $0["serial"] as? String }).count == 16)
  }

  @Test("A device with a board's numbers and no board's interface is named and left alone")
  func foreignDevice() throws {
    let bus = try TestBus()
    try bus.tell("foreign 1-1")
    let problem = try #require(try bus.succeed("devices", "--json").rows.first?["problem"] as? String)
    #expect(problem.contains("usb@1-1") && problem.contains("1209:0001") && problem.contains("no board"))
    try bus.expect(3, "flash", "small.snnimg", says: ["no board", "left alone"])
    try bus.expect(3, "flash", "small.snnimg", "--device", "usb@1-1", says: ["no board", "left alone"])
    // Beside a board it is in nobody's way.
    try bus.plugIn("A", at: "1-2")
    #expect(try bus.succeed("flash", "small.snnimg", "--json").object["device"] as? String == "usb:A")
  }

  @Test("A board of a newer or of an older protocol is exit code 10, and nothing is written", arguments: [2, 0])
  func otherVersions(version: Int) throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    try bus.tell("versions A \(version) \(version)")
    try bus.expect(10, "flash", "small.snnimg", says: ["protocol version", "\(version) to \(version)", "1 to 1"])
  }

  @Test(
    "A board that starts anew leaves the bus, at once or with errors first, is waited for, and still holds its image",
    arguments: [0, 300])
  func reset(lingers: Int) throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    try bus.tell("linger A \(lingers)")
    try bus.succeed("flash", "small.snnimg")
    try bus.succeed("reset")
    try bus.succeed("verify", "small.snnimg", "--data", "digits")
  }

  @Test("Who comes and who goes is told at once")
  func watch() throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    let watch = try bus.start(["devices", "--watch"])
    #expect(eventually { watch.output.contains("usb:A") })
    try bus.plugIn("B", at: "1-2")
    #expect(eventually { watch.output.contains("usb:B") })
    try bus.tell("unplug A")
    #expect(eventually { watch.output.split(separator: "\n").contains { $0.hasPrefix("-") && $0.contains("usb:A") } })
    watch.send(15)
    watch.wait()
  }
}

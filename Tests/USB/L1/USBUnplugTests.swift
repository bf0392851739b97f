import Testing

@Suite(.enabled(if: TestBus.isPossible, TestBus.reason)) struct USBUnplugTests {
  /// A request at which the cable is pulled.
  struct Stage: Sendable, CustomTestStringConvertible {
    let name: String
    let type: String
    let count: Int

    var testDescription: String { "\(name) \(count)" }

    static let all = [
      Stage(name: "GET_INFO", type: "01", count: 1), Stage(name: "HELLO", type: "04", count: 1),
      Stage(name: "BEGIN", type: "10", count: 1), Stage(name: "WRITE", type: "11", count: 1),
      Stage(name: "WRITE", type: "11", count: 2), Stage(name: "WRITE", type: "11", count: 4),
      Stage(name: "COMMIT", type: "12", count: 1), Stage(name: "ACTIVATE", type: "15", count: 1),
    ]
  }

  /// Four WRITEs of 64 KiB at most, and as much may be received between two notes in the board's metadata.
  static let windowBytes = 4 * 65536

  @Test(
    "Unplugged at any request and plugged in elsewhere, the flash goes on; nothing is sent twice that is held",
    arguments: Stage.all, ["before", "after"])
  func replug(stage: Stage, moment: String) throws {
    try replug(stage, moment, isPowered: true)
    try replug(stage, moment, isPowered: false)
  }

  private func replug(_ stage: Stage, _ moment: String, isPowered: Bool) throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    if isPowered { try bus.tell("powered A") }
    try bus.succeed("flash", "small.snnimg")
    try bus.tell("unplug-at A \(moment) \(stage.type) \(stage.count) 150 1-2")
    let flash = try bus.run("flash", "large.snnimg", "--json")
    // Before there is a session there is nothing to take up: the user is told to repeat the command.
    if stage.type == "01" || stage.type == "04" {
      #expect(flash.status == 7 && flash.errors.contains("went away"), "\(flash)")
      #expect(try eventually { try bus.run("verify", "small.snnimg").status == 0 })
    } else {
      #expect(flash.status == 0, "\(flash)")
      let size = try #require(flash.object["bytes"] as? Int)
      let sent = try #require(flash.object["bytes_sent"] as? Int)
      #expect(sent >= size && sent <= size + Self.windowBytes)
      if stage.type == "15" || stage.type == "12" && isPowered { #expect(sent == size) }
      if stage.type == "11" && isPowered {
        // What the board has taken is told by the ranges it holds: those before the cable was pulled are not sent again.
        #expect(try #require(flash.object["bytes_held"] as? Int) >= (stage.count - 1) * 61440)
      }
      try bus.succeed("verify", "large.snnimg")
    }
    #expect(try bus.succeed("devices", "--json").rows.first?["place"] as? String == "1-2")
  }

  @Test("A board that stays away is exit code 7; when it is back it still runs what it ran", arguments: Stage.all)
  func gone(stage: Stage) throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    try bus.succeed("flash", "small.snnimg")
    try bus.tell("unplug-at A before \(stage.type) \(stage.count) -1 -")
    try bus.expect(7, "flash", "large.snnimg", says: ["usb:A", "went away"])
    #expect(try bus.succeed("devices", "--json").rows.isEmpty)
    try bus.tell("plug A 1-1")
    try bus.succeed("verify", "small.snnimg", "--data", "digits")
    try bus.succeed("flash", "large.snnimg")
  }

  @Test("Unplugged while samples run, exit code 7")
  func run() throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    try bus.succeed("flash", "small.snnimg")
    try bus.tell("unplug-at A after 22 50 100 1-1")
    try bus.expect(7, "verify", "small.snnimg", "--data", "digits", says: ["went away"])
    #expect(try eventually { try bus.run("verify", "small.snnimg", "--data", "digits").status == 0 })
  }
}

import Foundation
import Glibc
import Testing

@Suite(.enabled(if: TestBus.isPossible, TestBus.reason)) struct USBTroubleTests {
  @Test("A stalled endpoint is cleared, and the flash goes on", arguments: ["out", "in"], [1, 2, 4])
  func stall(endpoint: String, write: Int) throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    try bus.tell("halt A \(endpoint)")
    try bus.tell("halt-at A \(endpoint) 11 \(write)")
    try bus.succeed("flash", "large.snnimg")
    try bus.succeed("verify", "large.snnimg", "--data", "digits")
  }

  @Test(
    "A board that hangs is exit code 6, whether its control requests still work or not", arguments: ["all", "bulk"])
  func hang(kind: String) throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    try bus.tell("hang A \(kind)")
    for device in kind == "all" ? ["usb:A", "usb@1-1"] : ["usb:A"] {
      try bus.expect(6, "flash", "small.snnimg", "--device", device, says: ["did not answer"])
    }
    try bus.tell("hang A none")
    try bus.succeed("flash", "small.snnimg")
  }

  @Test("A session that is stuck is freed by a control request, and the flash goes on")
  func stuckSession() throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    try bus.tell("hang-at A session 11 3")
    try bus.succeed("flash", "large.snnimg")
    try bus.succeed("verify", "large.snnimg")
  }

  @Test("A second host is refused (9), however it is asked; a host that is killed leaves no trace")
  func twoHosts() throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    try bus.tell("hang-at A bulk 11 2")
    let first = try bus.start(["flash", "large.snnimg"])
    // Asking who it is disturbs nobody.
    #expect(try eventually { try bus.succeed("devices", "--json").rows.first?["in_session"] as? Bool == true })
    try bus.expect(9, "flash", "small.snnimg", says: ["busy: two hosts"])
    try bus.expect(9, "verify", "small.snnimg", "--device", "usb@1-1", says: ["busy: two hosts"])
    #expect(first.isRunning)
    try bus.kill(first, holding: "A")
    try bus.tell("hang A none")
    try bus.succeed("flash", "small.snnimg")
    try bus.succeed("verify", "small.snnimg")
  }

  @Test("What a board still says to a host that was killed is not taken for an answer")
  func staleSession() throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    // The first host dies in the middle, at different places.
    for delay in [20_000, 60_000, 120_000] {
      let first = try bus.start(["flash", "large.snnimg"])
      usleep(UInt32(delay))
      try bus.kill(first, holding: "A")
      try bus.tell("stale A")
      try bus.succeed("flash", "small.snnimg")
      try bus.succeed("verify", "small.snnimg", "--data", "digits")
    }
  }

  @Test("No permission is exit code 5 with the udev rule; a permission that comes late is waited for")
  func access() throws {
    let bus = try TestBus()
    try bus.plugIn("A", at: "1-1")
    try bus.tell("allow A 0")
    // Root may open everything, unless it gives that up.
    let wrapper =
      getuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set", "-dac_override,-dac_read_search"] : []
    let rule = try String(contentsOfFile: Self.rulePath, encoding: .utf8)
      .split(separator: "\n").first { !$0.hasPrefix("#") }
    let words = ["no access", "/etc/udev/rules.d", String(try #require(rule))]
    try bus.expect(5, "flash", "small.snnimg", says: words, wrapper: wrapper)
    try bus.expect(5, "flash", "small.snnimg", "--device", "usb:A", says: words, wrapper: wrapper)
    let row = try bus.start(["devices", "--json"], wrapper: wrapper).wait().rows.first
    #expect((row?["problem"] as? String)?.contains("no access") == true && row?["device"] as? String == "usb@1-1")
    let patient = try bus.start(["flash", "small.snnimg", "--device", "usb:A"], wrapper: wrapper)
    usleep(700_000)
    #expect(patient.isRunning)
    try bus.tell("allow A 600")
    #expect(patient.wait().status == 0)
  }

  /// The rule that is shipped.
  private static let rulePath = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../tools/udev/70-snnmap.rules").standardizedFileURL.path
}

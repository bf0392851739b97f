import Foundation
import Glibc
import Testing

/// A uCaspian core behind an FTDI chip, and the program as users run it.
@Suite(.enabled(if: TestBus.isPossible, TestBus.reason)) struct USBSerialChipTests {
  static let upduino = "UPduino v3.1"

  /// A bus with an image for the core in its folder: 64 inputs, 8 hidden neurons, 10 outputs.
  private func bus() throws -> TestBus {
    let bus = try TestBus()
    try Self.network(threshold: 40).write(
      toFile: bus.folder.path("net.json"), atomically: true, encoding: .utf8)
    try bus.succeed("compile", "net.json", "--target", "ucaspian", "-o", "net.snnimg")
    try Self.samples.write(toFile: bus.folder.path("few.csv"), atomically: true, encoding: .utf8)
    return bus
  }

  /// Six samples to train on, and 24 to test on.
  private static var samples: String {
    let rows = (0..<30).map { row in
      (0..<64).map { "\((row * 31 + $0 * $0 * 7 + row * $0) % 17)," }.joined()
        + "\(row % 10),\(row < 6 ? "train" : "test")"
    }
    return ((0..<64).map { "v\($0)," }.joined() + "label,split\n") + rows.joined(separator: "\n") + "\n"
  }

  /// A network of fixed weights, for digits.
  static func network(threshold: Int) -> String {
    func weights(_ sources: Int, _ targets: Int, _ step: Int) -> String {
      let rows = (0..<sources).map { source in
        "[" + (0..<targets).map { "\((source * targets + $0) * step % 61 - 20)" }.joined(separator: ",") + "]"
      }
      return "[" + rows.joined(separator: ",") + "]"
    }
    let neuron = #""reset": "zero", "compare": "above", "threshold": \#(threshold)"#
    return """
      {"format": "snnmap-network", "version": 1, "name": "core", "inputs": 64, "ticks": 6,
       "coding": {"kind": "deterministic", "maximum": 16},
       "populations": [{"name": "hidden", "size": 8, \(neuron)}, {"name": "out", "size": 10, \(neuron)}],
       "projections": [
        {"from": "input", "to": "hidden", "delay": 0, "weights": \(weights(64, 8, 7))},
        {"from": "hidden", "to": "out", "delay": 1, "weights": \(weights(8, 10, 11))}],
       "outputs": [{"population": "out", "shift": 1}]}
      """
  }

  @Test(
    "A core is listed, flashed, run and compared: its spikes are the emulator's", arguments: ["6014", "6001", "6010"])
  func mainJob(chip: String) throws {
    let bus = try bus()
    try bus.tell("chip FT1 1-1 \(chip) \(Self.upduino)")
    let row = try #require(try bus.succeed("devices", "--json").rows.first)
    #expect(row["device"] as? String == "usb:FT1" && row["place"] as? String == "1-1")
    #expect(row["serial"] as? String == "FT1" && row["target"] as? String == "ucaspian")
    try bus.tell("chip-untouched FT1")
    let flash = try bus.succeed("flash", "net.snnimg", "--json").object
    #expect(flash["device"] as? String == "usb:FT1")
    // The clearing, 82 neurons, and the synapses that are not 0.
    #expect((flash["bytes_sent"] as? Int ?? 0) > 1 + 82 * 7 + 500 * 5)
    // All digits on one kind of chip, a few samples on the others.
    let (data, count) = chip == "6014" ? ("digits", 360) : ("few.csv", 24)
    let verify = try bus.succeed("verify", "net.snnimg", "--data", data, "--device", "usb@1-1", "--json").object
    #expect(verify["mismatches"] as? Int == 0 && verify["samples"] as? Int == count)
    let text = try bus.succeed("test", "net.snnimg", "--data", "few.csv", "--on", "device", "--json").object
    #expect(text["mismatches"] as? Int == 0 && text["comparisons"] as? Int == 1)
    // It does spike.
    #expect(text["accuracy"] as? Double != nil)
    try bus.tell("chip-obeyed FT1")
  }

  @Test("What a device writes is byte for byte what the emulator writes")
  func run() throws {
    let bus = try bus()
    try bus.tell("chip FT1 1-1 6014 \(Self.upduino)")
    try bus.succeed("encode", "--data", "few.csv", "--network", "net.json", "-o", "in.npz")
    try bus.succeed("emulate", "net.snnimg", "--input", "in.npz", "-o", "emulated.npz")
    try bus.succeed("run", "net.snnimg", "--input", "in.npz", "--output", "out.npz")
    let (left, right) = (bus.folder.path("emulated.npz"), bus.folder.path("out.npz"))
    #expect(FileManager.default.contentsEqual(atPath: left, andPath: right))
    let spikes = try bus.succeed("run", "net.snnimg", "--input", "in.npz", "--output", "raw.npz", "--raw", "--json")
      .object
    #expect((spikes["spikes"] as? Int ?? 0) > 50)
    try bus.succeed("evaluate", "net.json", "--target", "ucaspian", "--data", "few.csv", "--on", "device")
    try bus.tell("chip-obeyed FT1")
    try bus.expect(
      2, "run", "net.snnimg", "--input", "-", "--output", "x.npz", says: ["--input -", "whole samples"])
    try bus.expect(
      2, "run", "net.snnimg", "--input", "in.npz", "--output", "x.npz", "--mode", "realtime", says: ["realtime"])
  }

  @Test("A device that holds another configuration differs, and one that lost its power as well")
  func otherConfiguration() throws {
    let bus = try bus()
    try Self.network(threshold: 200).write(toFile: bus.folder.path("other.json"), atomically: true, encoding: .utf8)
    try bus.succeed("compile", "other.json", "--target", "ucaspian", "-o", "other.snnimg")
    try bus.tell("chip FT1 1-1 6014 \(Self.upduino)")
    try bus.succeed("flash", "other.snnimg")
    try expectDifference(bus)
    try bus.succeed("flash", "net.snnimg")
    try bus.succeed("verify", "net.snnimg", "--data", "few.csv")
    try bus.tell("chip-unplug FT1")
    try bus.tell("chip-plug FT1 1-2")
    try expectDifference(bus)
    try bus.expect(2, "verify", "net.snnimg", says: ["cannot be read back", "--data"])
  }

  /// `verify` tells how much differs, and where first.
  private func expectDifference(_ bus: TestBus, at location: SourceLocation = #_sourceLocation) throws {
    let outcome = try bus.run("verify", "net.snnimg", "--data", "few.csv")
    #expect(outcome.status == 8 && outcome.output.contains("mismatches"), "\(outcome)", sourceLocation: location)
    #expect(outcome.errors.contains("sample") && outcome.errors.contains("flash"), sourceLocation: location)
  }

  @Test("A chip that says nothing of itself is listed, and spoken to only where it is named")
  func foreignChip() throws {
    let bus = try bus()
    try bus.tell("chip X1 1-1 6001 FT232R USB UART")
    let row = try #require(try bus.succeed("devices", "--json").rows.first)
    #expect((row["note"] as? String ?? "").contains("maybe a uCaspian board"))
    try bus.expect(4, "flash", "net.snnimg", says: ["usb:X1", "--device"])
    try bus.tell("chip-untouched X1")
    try bus.succeed("flash", "net.snnimg", "--device", "usb:X1")
    try bus.tell("chip FT1 1-2 6014 \(Self.upduino)")
    #expect(try bus.succeed("flash", "net.snnimg", "--json").object["device"] as? String == "usb:FT1")
    try bus.tell("chip FT2 1-3 6014 \(Self.upduino)")
    try bus.expect(4, "flash", "net.snnimg", says: ["usb:FT1", "usb:FT2", "--device"])
  }

  @Test("No device, a wrong name, and options that mean nothing here are told")
  func noDevice() throws {
    let bus = try bus()
    try bus.expect(3, "flash", "net.snnimg", says: ["ucaspian", "USB"])
    try bus.tell("chip FT1 1-1 6014 \(Self.upduino)")
    try bus.expect(3, "flash", "net.snnimg", "--device", "usb:FT9", says: ["usb:FT9"])
    try bus.expect(2, "flash", "net.snnimg", "--slot", "B", says: ["--slot", "one configuration"])
    try bus.expect(2, "flash", "net.snnimg", "--all", says: ["--all"])
    try bus.expect(2, "flash", "net.snnimg", "--trial", says: ["--trial"])
    try bus.tell("chip-untouched FT1")
    #expect(try bus.succeed("flash", "net.snnimg", "--dry-run").output.contains("nothing was written"))
  }

  @Test("A line with no core on it is exit code 6, and names what was waited for")
  func mute() throws {
    let bus = try bus()
    try bus.tell("chip FT1 1-1 6014 \(Self.upduino)")
    try bus.tell("chip-mute FT1")
    try bus.expect(6, "flash", "net.snnimg", says: ["usb:FT1", "3000 ms", "session"])
  }

  @Test("What a program leaves that was killed in the middle of a packet is ended before anything else")
  func unfinished() throws {
    let bus = try bus()
    try bus.tell("chip FT1 1-1 6014 \(Self.upduino)")
    try bus.tell("chip-stale FT1")
    try bus.succeed("flash", "net.snnimg")
    try bus.succeed("verify", "net.snnimg", "--data", "few.csv")
    // The packet was for neuron 5: the session ends it, and the neuron is another. This is told.
    try bus.tell("chip-stale FT1")
    try expectDifference(bus)
    try bus.succeed("test", "net.snnimg", "--data", "few.csv", "--on", "device")
  }

  @Test("A wrong acknowledgement names the packet and both bytes; a lost byte is told")
  func wrongAnswer() throws {
    let bus = try bus()
    try bus.tell("chip FT1 1-1 6014 \(Self.upduino)")
    // The first answer is the session's, the second the clearing's: packet 40 is the 42nd.
    try bus.tell("chip-err FT1 41")
    try bus.expect(1, "flash", "net.snnimg", says: ["packet 40", "231", "24"])
    try bus.succeed("flash", "net.snnimg")
    try bus.tell("chip-loses FT1")
    try bus.expect(1, "verify", "net.snnimg", "--data", "few.csv", says: ["lost or damaged", "98"])
    try bus.succeed("verify", "net.snnimg", "--data", "few.csv")
  }

  @Test("A cable that is pulled while flashing or running is exit code 7", arguments: [300, 5000])
  func unplugged(bytes: Int) throws {
    let bus = try bus()
    try bus.tell("chip FT1 1-1 6014 \(Self.upduino)")
    try bus.tell("chip-unplug-at FT1 \(bytes)")
    try bus.expect(7, "test", "net.snnimg", "--data", "few.csv", "--on", "device", says: ["usb:FT1", "went away"])
  }

  @Test("Without access the message has the line for udev, as the shipped file has it")
  func access() throws {
    let bus = try bus()
    try bus.tell("chip FT1 1-1 6014 \(Self.upduino)")
    try bus.tell("chip-allow FT1 0")
    // Root may open everything, unless it gives that up.
    let wrapper = getuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set", "-dac_override,-dac_read_search"] : []
    let rules = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../tools/udev/70-snnmap.rules").standardizedFileURL
    let rule = try String(contentsOf: rules, encoding: .utf8).split(separator: "\n").last { !$0.hasPrefix("#") }
    try bus.expect(5, "flash", "net.snnimg", says: ["no access", String(try #require(rule))], wrapper: wrapper)
  }
}

import Foundation
import Testing

@Suite(.enabled(if: TestBus.isPossible, TestBus.reason)) struct USBRandomNetworkTests {
  /// How many networks: 20, or what SNNMAP_RANDOM_NETWORKS says.
  static let count = ProcessInfo.processInfo.environment["SNNMAP_RANDOM_NETWORKS"].flatMap { Int($0) } ?? 20

  @Test("Random networks: every spike on the board is the emulator's, in whole runs and in streams")
  func randomNetworks() throws {
    let bus = try TestBus()
    try bus.plugIn("A17", at: "1-1", speed: 5000)
    try make(Self.count, for: "board", in: bus)
    var (spikes, mismatches) = (0, 0)
    for number in 0..<Self.count {
      let (image, input) = try compile(number, in: bus)
      try bus.succeed("flash", image)
      let transfer = number % 2 == 0 ? [] : ["--stream"]
      let outcome = try bus.start(["test", image, "--data", input, "--on", "device", "--json"] + transfer).wait()
      let comment = Comment(rawValue: "network \(number): \(outcome)")
      #expect(outcome.status == 0 && outcome.object["samples"] as? Int == 2, comment)
      #expect(outcome.object["comparisons"] as? Int == 1 && outcome.object["mismatches"] as? Int == 0, comment)
      mismatches += try #require(outcome.object["mismatches"] as? Int, comment)
      let emulated = try bus.succeed("emulate", image, "--input", input, "-o", "out.npz", "--json")
      spikes += try #require(emulated.object["spikes"] as? Int)
    }
    print("USB, fake bus: \(Self.count) random networks, \(spikes) spikes, \(mismatches) differ")
    // Comparing silence would prove nothing.
    #expect(spikes > 100 * Self.count)
  }

  @Test("A spike within the board that is not the emulator's is told, with exit code 8")
  func difference() throws {
    let bus = try TestBus()
    try bus.plugIn("A17", at: "1-1")
    try make(1, for: "board", in: bus)
    let (image, input) = try compile(0, in: bus)
    try bus.succeed("flash", image)
    try bus.succeed("test", image, "--data", input, "--on", "device")
    try bus.tell("err A17")
    let outcome = try bus.start(["test", image, "--data", input, "--on", "device", "--json"]).wait()
    #expect(outcome.status == 8 && outcome.object["mismatches"] as? Int == 2, "\(outcome)")
    #expect(outcome.errors.contains("the checksum over all spikes and readouts differs"))
  }

  private func make(_ count: Int, for target: String, in bus: TestBus) throws {
    let generator = try Program(
      [Program.path("snnmap-random-networks"), target, "\(count)", bus.folder.path], in: bus.folder)
    let outcome = generator.wait()
    try #require(outcome.status == 0, "\(outcome)")
  }

  /// The names of a network's image and of its samples.
  private func compile(_ number: Int, in bus: TestBus) throws -> (image: String, input: String) {
    let digits = String(repeating: "0", count: 4 - String(number).count) + String(number)
    try bus.succeed("compile", "net-\(digits).json", "--target", "board", "-o", "net-\(digits).snnimg")
    return ("net-\(digits).snnimg", "input-\(digits).npz")
  }
}

import FixedPoint
import Foundation
import ShippedTargets
import Targets
import TestSupport
import Testing

@Suite("Targets as text")
struct TargetRoundTripTests {
  @Test("1,000 random targets are valid and come back from their text with the same hash")
  func randomTargets() throws {
    var hashes: Set<String> = []
    for seed in 0..<1000 {
      let target = RandomTarget.make(seed: UInt64(seed))
      try target.validate()
      let read = try TargetReader().read(target.yamlText, file: "seed \(seed)")
      #expect(read == target)
      #expect(read.hash == target.hash)
      hashes.insert(target.hash)
    }
    #expect(hashes.count == 1000)
  }

  @Test("random targets cover both layouts, both accumulators, boards and emulation")
  func randomTargetsCover() {
    let targets = (0..<200).map { RandomTarget.make(seed: $0) }
    #expect(Set(targets.map(\.costs.layout)).count == 2)
    #expect(Set(targets.map(\.arithmetic.accumulatorBits)).count == 2)
    #expect(Set(targets.map(\.emulationOnly)).count == 2)
    #expect(Set(targets.map(\.arithmetic.membraneBits)).count == 25)
    #expect(targets.contains { $0.budgets.routesPerCore == Budgets.unlimited })
  }

  @Test("the hash depends on values, not on comments, order, notation or summary")
  func hashIsCanonical() throws {
    let board = try Target.load("board")
    let text = try #require(ShippedTarget.yamlText("board"))
    let rewritten =
      text
      .replacing("slots: 4", with: "slots: 0x4   # four")
      .replacing("synapse_bytes_per_core: 65536", with: "synapse_bytes_per_core: 65_536")
      .replacing("name: board\n", with: "")
      .replacing("delays: [1, 15]\n", with: "delays:\n    - 1\n    - 15\n")
      .replacing("the reference board", with: "another text")
      + "\nname: board\n"
    let read = try TargetReader().read(rewritten, file: "rewritten")
    #expect(read.summary != board.summary)
    #expect(read.hash == board.hash)
    #expect(board.yamlText != text)
    #expect(try TargetReader().read(board.yamlText, file: "written") == board)
  }

  @Test("every value but the summary changes the hash")
  func hashSeesEveryValue() throws {
    let board = try Target.load("board")
    var changed: [Target] = []
    let change = { (edit: (inout Target) -> Void) in
      var copy = board
      edit(&copy)
      changed.append(copy)
    }
    change { $0.name = "other" }
    change { $0.family = "other" }
    change { $0.emulationOnly = true }
    change { $0.arithmetic.membraneBits = 15 }
    change { $0.arithmetic.leaks.swapAt(0, 1) }
    change { $0.arithmetic.resets.swapAt(0, 1) }
    change { $0.arithmetic.delays = 1...14 }
    change { $0.arithmetic.weightBits = [8] }
    change { $0.budgets.slots = 5 }
    change { $0.budgets.outputs = Budgets.unlimited }
    change { $0.costs.layout = .wide }
    change { $0.costs.denseRowUnit = 4 }
    change { $0.topology.chipsY = 2 }
    change { $0.link?.window = 5 }
    change { $0.link = nil }
    #expect(Set((changed + [board]).map(\.hash)).count == changed.count + 1)

    var renamed = board
    renamed.summary = "another text"
    #expect(renamed.hash == board.hash)
  }

  @Test("the canonical description is as documented, and the hash is its SHA-256")
  func canonicalDescription() throws {
    let sim = try Target.load("sim")
    let lines = sim.canonicalDescription.split(separator: "\n")
    #expect(lines.prefix(3) == ["snnmap target 1", "name=sim", "family=mesh"])
    #expect(lines.contains("arithmetic.delays=[1, 15]"))
    #expect(lines.contains("budgets.neurons_per_core=unlimited"))
    #expect(lines.last == "topology.cores_y=1")
    #expect(!sim.canonicalDescription.contains("summary"))
    #expect(sim.hash.count == 64)
    #expect(sim.hash.prefix(2) == String(sim.digest[0], radix: 16).suffix(2) || sim.digest[0] < 16)
  }

  @Test("odd summaries survive the text", arguments: ["a \"b\" \\ c", "# no comment", "é 漢 🙂", "'", "a: [b", "null"])
  func oddSummaries(_ summary: String) throws {
    var target = RandomTarget.make(seed: 3)
    target.summary = summary
    #expect(try TargetReader().read(target.yamlText, file: "odd") == target)
  }

  @Test("the JSON form has the keys of the file, and null for unlimited")
  func json() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(try Target.load("sim"))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["name"] as? String == "sim")
    #expect(object["cores"] as? Int == 1)
    #expect(object["emulation_only"] as? Bool == true)
    #expect((object["sha256"] as? String)?.count == 64)
    #expect(object["link"] is NSNull)
    let budgets = try #require(object["budgets"] as? [String: Any])
    #expect(budgets["neurons_per_core"] is NSNull)
    let arithmetic = try #require(object["arithmetic"] as? [String: Any])
    #expect(arithmetic["weight_bits"] as? [Int] == [8, 4, 2])
    #expect(arithmetic["delays"] as? [Int] == [1, 15])
  }

  @Test("a target built in code is held to the same rules")
  func validation() throws {
    var target = RandomTarget.make(seed: 1)
    target.arithmetic.maximumSpikeCap = 256
    #expect(throws: TargetError.self) { try target.validate() }
    target = RandomTarget.make(seed: 1)
    target.name = "Board"
    #expect(throws: TargetError.self) { try target.validate() }
    target = RandomTarget.make(seed: 1)
    target.topology = Topology(chipsX: 65535, chipsY: 65535, coresX: 65535, coresY: 65535)
    #expect(throws: TargetError.self) { try target.validate() }
  }
}

import Foundation
import NeuronCore
import ShippedTargets
import Targets
import Testing

@Suite("Shipped targets")
struct ShippedTargetsTests {
  /// The folder of the package.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test("the list and the folder hold the same targets, and the embedded texts are the files")
  func listMatchesFolder() throws {
    let folder = Self.root.appending(path: "targets")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(files == ShippedTarget.names.map { "\($0).yaml" }.sorted())
    for name in ShippedTarget.names {
      let text = try String(contentsOf: folder.appending(path: "\(name).yaml"), encoding: .utf8)
      #expect(ShippedTarget.yamlText(name) == text)
    }
  }

  @Test("every shipped target loads, is valid and bears its name", arguments: ShippedTarget.names)
  func everyTargetLoads(_ name: String) throws {
    let target = try Target.load(name)
    try target.validate()
    #expect(target.name == name)
    #expect(target.family == "mesh")
    #expect(target.costs == StorageCosts(layout: target.costs.layout))
    #expect(target.arithmetic.resets.first == .subtractBeforeLeak)
    #expect(target.arithmetic.leaks == DecayKind.trainingFirst)
  }

  @Test("the boards have the sizes that they are known for")
  func sizes() throws {
    let board = try Target.load("board")
    #expect(board.topology == Topology(coresX: 8, coresY: 8))
    #expect(board.arithmetic == Arithmetic())
    #expect(board.arithmetic.membraneRange == -32768...32767)
    #expect(board.budgets.neuronsPerCore == 256)
    #expect(board.budgets.axonsPerCore == 1024)
    #expect(board.budgets.synapseBytesPerCore == 65536)
    #expect(board.budgets.routesPerCore == 4096)
    #expect(board.budgets.classesPerCore == 16)

    let micro = try Target.load("board-micro")
    #expect(micro.topology.coreCount == 1)
    #expect(micro.budgets.neuronsPerCore == 256)
    #expect(micro.budgets.axonsPerCore == 256)
    #expect(micro.budgets.routesPerCore == 512)
    #expect(micro.budgets.synapseBytesPerCore == 16384)

    let rack = try Target.load("board-rack")
    #expect(rack.topology == Topology(chipsX: 2, chipsY: 2, coresX: 16, coresY: 16))
    #expect(rack.topology.coreCount == 1024)

    let sim = try Target.load("sim")
    #expect(sim.emulationOnly && sim.link == nil && sim.budgets.slots == 0)
    #expect(sim.arithmetic.accumulatorBits == 64)
    #expect(sim.arithmetic.membraneRange == -2_147_483_648...2_147_483_647)
    #expect(sim.costs.layout == .wide)
    #expect(sim.budgets.axonsPerCore == Budgets.unlimited)
  }

  @Test("a slot holds an image whose cores are all full", arguments: ["board", "board-micro", "board-rack"])
  func slotsHoldFullImages(_ name: String) throws {
    let target = try Target.load(name)
    let budgets = target.budgets
    let core = target.costs.coreBytes(
      neurons: budgets.neuronsPerCore, axons: budgets.axonsPerCore, classes: budgets.classesPerCore,
      routes: budgets.routesPerCore, synapseBytes: budgets.synapseBytesPerCore)
    // The map of neurons takes 8 bytes each, cores are padded to 16, and 16 KiB are left for what is text.
    let cores = target.topology.coreCount
    let neuronMap = cores * budgets.neuronsPerCore * 8
    let inputs = target.costs.inputTableBytes(lines: budgets.inputs, routes: budgets.inputTableEntries)
    let size = cores * (core + 15 + target.costs.coreEntry) + inputs + neuronMap + 16384
    #expect(size <= budgets.slotBytes)
  }

  @Test("reports and the overview name every target and its budgets")
  func reports() throws {
    let targets = try ShippedTarget.all()
    let overview = Target.overview(of: targets)
    #expect(overview.split(separator: "\n").count == targets.count + 2)
    for target in targets {
      #expect(overview.contains(target.name))
      #expect(target.report.contains(target.hash))
      #expect(target.report.contains("neurons_per_core"))
      #expect(target.report.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") })
    }
    #expect(try Target.load("sim").report.contains("unlimited"))
    #expect(try Target.load("board").report.contains("0x1209"))
    #expect(try Target.load("board").report.contains("64 (1 × 1 chips of 8 × 8)"))
  }
}

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
    #expect((target.family == "mesh") == (target.chip == nil))
    #expect(target.costs == StorageCosts(layout: target.costs.layout))
    #expect(try TargetReader().read(target.yamlText, file: name) == target)
    // One line of each list tells what cannot be flashed.
    #expect(Target.overview(of: [target]).contains("no flashing") == (target.marking != nil && name != "sim"))
    #expect(target.report.contains(target.marking ?? name))
  }

  @Test("the boards train with the same leaks and resets", arguments: ["board", "board-micro", "board-rack", "sim"])
  func boardsTrainAlike(_ name: String) throws {
    let target = try Target.load(name)
    #expect(target.arithmetic.resets.first == .subtractBeforeLeak)
    #expect(target.arithmetic.leaks == DecayKind.trainingFirst)
  }

  @Test("chips say nothing of grids, records and slots, and have the membranes of their width and sign")
  func chips() throws {
    for name in ["ucaspian", "tinyodin", "odin", "xylo-audio-2", "xylo-audio-3", "xylo-imu"] {
      let target = try Target.load(name)
      for word in ["costs.", "topology.", "slots", "synapse_bytes"] {
        #expect(!target.canonicalDescription.contains(word), "\(name): \(word)")
      }
      #expect(target.canonicalDescription.contains("chip.weights="))
    }
    #expect(try Target.load("tinyodin").membraneRange == -2048...2047)
    #expect(try Target.load("odin").membraneRange == 0...255)
    #expect(try Target.load("odin").chip?.weightSigns == .perSource)
    #expect(try Target.load("ucaspian").membraneRange == -32768...32767)
  }

  @Test("a chip's file refuses what only grids have, and a grid's what only chips have")
  func sectionsOfChips() throws {
    let chip = try #require(ShippedTarget.yamlText("ucaspian"))
    func problem(_ text: String) -> String {
      do throws(TargetError) {
        _ = try TargetReader.extendingShipped.read(text, file: "x.yaml")
        return ""
      } catch { return "\(error)" }
    }
    #expect(problem(chip.replacing("  outputs: 256", with: "  outputs: 256\n  slots: 2")).contains("'budgets.slots'"))
    #expect(problem(chip.replacing("  usb_product", with: "  window: 4\n  usb_product")).contains("'link.window'"))
    #expect(problem(chip.replacing("  synapses: 4096\n", with: "")).contains("'chip.synapses' is missing"))
    #expect(problem(chip.replacing("timing: synchronous", with: "timing: later")).contains("synchronous or withinTick"))
    #expect(problem("format: 1\nextends: board\nname: x\nchip: {timing: synchronous}\n").contains("grid of cores"))
    let mine = "format: 1\nextends: ucaspian\nname: mine\nchip: {synapses: 8192}\n"
    #expect(problem(mine).isEmpty)
    #expect(try TargetReader.extendingShipped.read(mine, file: "x").chip?.synapses == 8192)
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

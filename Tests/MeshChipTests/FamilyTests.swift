import ChipCatalog
import Mapper
import MeshChip
import Networks
import NeuronCore
import Targets
import TestSupport
import Testing

@Suite("The mesh family")
struct FamilyTests {
  @Test("random targets state the record sizes of the image format")
  func costs() throws {
    for seed in 0..<UInt64(200) { try MeshFamily().check(RandomTarget.make(seed: seed)) }
    for target in [TestTargets.board, TestTargets.sim] { try MeshFamily().check(target) }
  }

  static let records: [(String, any WritableKeyPath<StorageCosts, Int> & Sendable)] = [
    ("core_entry", \.coreEntry), ("core_header", \.coreHeader), ("class_record", \.classRecord), ("neuron", \.neuron),
    ("axon", \.axon), ("route", \.route), ("input_line", \.inputLine), ("dense_row_unit", \.denseRowUnit),
    ("sparse_synapse", \.sparseSynapse),
  ]

  @Test("a record of another size is refused by name", arguments: 0..<9)
  func wrongCost(index: Int) {
    let (name, path) = Self.records[index]
    var target = TestTargets.board
    target.costs[keyPath: path] += 1
    let actual = TestTargets.board.costs[keyPath: path]
    #expect(throws: ChipFamilyError.cost(record: name, target: "board", stated: actual + 1, actual: actual)) {
      try MeshFamily().check(target)
    }
  }

  @Test("a budget or option that the format cannot hold is refused")
  func beyondFormat() {
    var target = TestTargets.board
    target.budgets.neuronsPerCore = 257
    #expect(
      throws: ChipFamilyError.beyondFormat(
        field: "budgets.neurons_per_core", target: "board", value: 257, allowed: 0...256)
    ) { try MeshFamily().check(target) }
    var late = TestTargets.board
    late.arithmetic.delays = 1...16
    #expect(
      throws: ChipFamilyError.beyondFormat(field: "arithmetic.delays", target: "board", value: 16, allowed: 1...15)
    ) { try MeshFamily().check(late) }
    var narrow = TestTargets.board
    narrow.arithmetic.maximumInputCount = 254
    #expect(
      throws: ChipFamilyError.beyondFormat(
        field: "arithmetic.maximum_input_count", target: "board", value: 254, allowed: 255...255)
    ) { try MeshFamily().check(narrow) }
    var wrapping = TestTargets.board
    wrapping.arithmetic.accumulators = [.exact, .wrap16]
    #expect(throws: ChipFamilyError.self) { try MeshFamily().check(wrapping) }
  }

  @Test("the catalogue finds the mesh by its name and refuses others")
  func catalogue() throws {
    #expect(ChipCatalog.names == ["mesh", "tinyodin", "odin", "ucaspian", "xylo"])
    #expect(ChipCatalog.family(named: "mesh") is MeshFamily)
    #expect(ChipCatalog.family(named: "other") == nil)
    var target = TestTargets.board
    target.family = "other"
    let network = RandomNetwork.make(seed: 1, options: .mesh).network
    #expect(throws: ChipFamilyError.unknownFamily("other", target: "board", known: ChipCatalog.names)) {
      try ChipCatalog.map(network, to: target)
    }
    #expect(throws: ChipFamilyError.otherFamily("other", target: "board", expected: "mesh")) {
      try MeshFamily().check(target)
    }
  }
}

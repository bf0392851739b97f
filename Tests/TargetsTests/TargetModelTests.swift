import FixedPoint
import Foundation
import Targets
import Testing

@Suite("Topology, costs and spelling")
struct TargetModelTests {
  @Test("cores are numbered chip by chip, row by row")
  func numbering() {
    let topology = Topology(chipsX: 2, chipsY: 2, coresX: 3, coresY: 2)
    #expect(topology.coreCount == 24)
    #expect(topology.position(of: 0) == (x: 0, y: 0))
    #expect(topology.position(of: 5) == (x: 2, y: 1))
    #expect(topology.position(of: 6) == (x: 3, y: 0))
    #expect(topology.position(of: 12) == (x: 0, y: 2))
    #expect(topology.position(of: 23) == (x: 5, y: 3))
    for core in 0..<topology.coreCount {
      let place = topology.position(of: core)
      #expect(topology.core(x: place.x, y: place.y) == core)
    }
  }

  @Test("hops are the distance along the grid, chip crossings that between chips")
  func distances() {
    let topology = Topology(chipsX: 2, chipsY: 2, coresX: 3, coresY: 2)
    #expect(topology.hops(from: 0, to: 0) == 0)
    #expect(topology.hops(from: 0, to: 5) == 3)
    #expect(topology.hops(from: 2, to: 6) == 1)
    #expect(topology.hops(from: 0, to: 23) == 8)
    #expect(topology.chipCrossings(from: 0, to: 5) == 0)
    #expect(topology.chipCrossings(from: 0, to: 23) == 2)
    for first in 0..<24 {
      for second in 0..<24 {
        #expect(topology.hops(from: first, to: second) == topology.hops(from: second, to: first))
        for third in [0, 7, 23] {
          let detour = topology.hops(from: first, to: third) + topology.hops(from: third, to: second)
          #expect(topology.hops(from: first, to: second) <= detour)
        }
      }
    }
  }

  @Test("rows cost what their packing takes")
  func rowBytes() {
    let compact = StorageCosts(layout: .compact)
    #expect(compact.denseRowBytes(count: 5, bits: 4) == 3)
    #expect(compact.denseRowBytes(count: 5, bits: 2) == 2)
    #expect(compact.denseRowBytes(count: 5, bits: 8) == 5)
    #expect(compact.denseRowBytes(count: 0, bits: 8) == 0)
    #expect(compact.sparseRowBytes(count: 5) == 10)
    #expect(StorageCosts(layout: .wide).sparseRowBytes(count: 5) == 15)
    #expect(StorageCosts(layout: .compact, denseRowUnit: 4).denseRowBytes(count: 5, bits: 8) == 8)
    #expect(
      compact.coreBytes(neurons: 2, axons: 3, classes: 1, routes: 5, synapseBytes: 7) == 64 + 40 + 48 + 72 + 20 + 7)
    #expect(compact.inputTableBytes(lines: 3, routes: 5) == 36)
  }

  @Test("decay kinds have the numbers of the class record")
  func decayKinds() {
    #expect(DecayKind.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6])
    #expect(DecayKind(.linear(amount: 3)) == .linear)
    #expect(DecayKind(.atLeastOneFloor(shift: 3)) == .atLeastOneFloor)
    #expect(Set(DecayKind.trainingFirst) == Set(DecayKind.allCases))
  }

  @Test("a misspelt word finds its neighbour, and a foreign one finds none")
  func spelling() {
    #expect(
      Spelling.nearest(to: "neuron_per_core", among: ["axons_per_core", "neurons_per_core"]) == "neurons_per_core")
    #expect(Spelling.nearest(to: "baord", among: ["board", "sim"]) == "board")
    #expect(Spelling.nearest(to: "l漢aks", among: ["sums", "leaks"]) == "leaks")
    #expect(Spelling.nearest(to: "x", among: ["sim", "board"]) == nil)
    #expect(Spelling.nearest(to: "colour", among: ["slots", "outputs"]) == nil)
    #expect(Spelling.nearest(to: String(repeating: "a", count: 10_000), among: ["sim"]) == nil)
  }

  @Test("docs/targets.md holds the schema's tables word for word", arguments: Target.schemaSections)
  func documentation(_ section: String) throws {
    let page = try String(contentsOf: ShippedTargetsTests.root.appending(path: "docs/targets.md"), encoding: .utf8)
    let lines = Set(page.split(separator: "\n").map(String.init))
    for row in Target.schemaTable(of: section) {
      #expect(lines.contains(row), "docs/targets.md lacks: \(row)")
    }
  }

  @Test("the example of docs/targets.md is a target")
  func documentedExample() throws {
    let page = try String(contentsOf: ShippedTargetsTests.root.appending(path: "docs/targets.md"), encoding: .utf8)
    let blocks = page.components(separatedBy: "```")
    let examples = blocks.filter { $0.hasPrefix("yaml\nformat: 1") }.map { String($0.dropFirst(5)) }
    #expect(examples.count == 2)
    for example in examples {
      let error = TargetReaderTests.error(of: example)
      #expect(error == nil, "\(String(describing: error))")
    }
  }
}

import FoundationEssentials
import Mapper
import MeshChip
import Networks
import Targets
import TestSupport
import Testing

@Suite("The report of a mapping")
struct ReportTests {
  @Test("the report sums what the cores hold and says where populations are")
  func sums() throws {
    let network = TestNetworks.dense([784, 128, 10])
    let mapping = try MeshFamily().map(network, to: TestTargets.board)
    let report = MappingReport(mapping)
    #expect(report.totals.neurons == 138)
    #expect(report.totals.synapseBytes == mapping.cores.reduce(0) { $0 + $1.synapses.count })
    #expect(report.totals.inputTableEntries.used == 2 * 784)
    #expect(report.populations.map(\.name) == ["layer1", "layer2"])
    #expect(report.populations[0].cores == [0, 1])
    #expect(report.cores[0].synapseBytes.budget == 65536)
    #expect(report.text().contains("83 / 256"))
    #expect(report.text().contains("0–1"))
  }

  @Test("the report survives JSON, with null where nothing limits")
  func json() throws {
    let mapping = try MeshFamily().map(TestNetworks.dense([4, 6, 3]), to: TestTargets.sim)
    let report = MappingReport(mapping)
    #expect(report.cores[0].neurons.budget == nil)
    let json = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(MappingReport.self, from: json) == report)
    #expect(String(decoding: json, as: UTF8.self).contains("\"synapse_bytes\""))
  }

  @Test("a board with many cores is shown by its fullest")
  func shortened() throws {
    let mapping = try MeshFamily().map(
      TestNetworks.dense([3, 60], weight: { Int8($0 + $1 + 1) }),
      to: TestTargets.changed { $0.budgets.neuronsPerCore = 1 })
    let text = MappingReport(mapping).text(coreLimit: 10)
    #expect(text.contains("the fullest 10 of 60 cores"))
  }
}

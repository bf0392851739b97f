import FixedPoint
import Mapper
import MeshChip
import Networks
import NeuronCore
import Targets
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("Remedies")
struct RemedyTests {
  private func misfit(_ network: Network, _ target: Target, alternatives: [Target] = []) throws -> Misfit {
    try #require(throws: Misfit.self) {
      _ = try MeshFamily().map(network, to: target, alternatives: alternatives)
    }
  }

  /// Four cores: the second layer is the larger, the first the cheaper to make smaller.
  private static let target = TestTargets.changed {
    $0.topology = Topology(coresX: 2, coresY: 2)
    $0.budgets.synapseBytesPerCore = 8192
  }

  @Test("of several populations that could be smaller the one that loses the fewest neurons comes first")
  func fewest() throws {
    let misfit = try misfit(TestNetworks.dense([200, 160, 170, 10], weight: Self.widely), Self.target)
    let sizes = misfit.remedies.filter { $0.kind == .size }.map(\.text)
    #expect(sizes.count == 2)
    func removed(_ text: String) throws -> Int {
      let numbers = text.split(separator: " ").compactMap { Int($0) }
      try #require(numbers.count == 2)
      return numbers[0] - numbers[1]
    }
    let losses = try sizes.map(removed)
    #expect(losses == losses.sorted() && losses[0] < losses[1])
    // The first layer has the inputs' synapses too.
    #expect(sizes[0].hasPrefix("reduce population layer1 from 160"))
    // Each is as large as fits, by the same rows.
    let kept = 160 - losses[0]
    _ = try MeshFamily().map(TestNetworks.dense([200, kept, 170, 10], weight: Self.widely), to: Self.target)
  }

  /// Distinct rows of 8 bits.
  private static func widely(source: Int, target: Int) -> Int8 {
    TestNetworks.scattered(source: source, target: target) | 65
  }

  @Test("a single neuron with too many sources is told at once, however large the network, with what helps")
  func hugeFanIn() throws {
    let weights = Weights([Int8](repeating: 3, count: 3000 * 4000))
    var network = TestNetworks.dense([1, 1])
    network.inputCount = 3000
    network.populations[0].size = 4000
    network.projections[0].connectivity = .dense(weights)
    let start = Self.threadSeconds()
    let misfit = try misfit(network, TestTargets.board, alternatives: [TestTargets.micro, TestTargets.sim])
    // Laying out twelve million synapses takes many times this, also in a debug build.
    #expect(Self.threadSeconds() - start < 2)
    #expect(misfit.resource == .axons && misfit.needed == .count(3000) && misfit.available == .count(1024))
    #expect(misfit.population == "layer1" && misfit.nearestTarget == "sim")
    #expect(misfit.remedies.map(\.kind) == [.size, .target])
    #expect(misfit.remedies[0].text.contains("at most 1,024 sources"))
  }

  /// What this thread has computed, whatever else the machine does.
  private static func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test("convolution, pooling, list and one-to-one: the widest neuron's axons are counted exactly")
  func fanIn() throws {
    let target = TestTargets.changed { $0.budgets.axonsPerCore = 17 }
    // The middle sees 3 × 3 of two channels; the weights are not 0.
    let map = MapShape(channels: 2, height: 5, width: 5)
    let convolution = Convolution(
      input: map, output: map, kernelHeight: 3, kernelWidth: 3, paddingY: 1, paddingX: 1,
      weights: Weights((0..<36).map { Int8($0 + 1) }))
    #expect(try needed(.convolution(convolution), map.count, map.count, target) == 18)
    let pooled = MapShape(channels: 2, height: 1, width: 1)
    let pooling = SumPooling(
      input: map, output: pooled, kernelHeight: 5, kernelWidth: 5, strideY: 5, strideX: 5)
    #expect(try needed(.sumPooling(pooling), map.count, pooled.count, target) == 25)
    // Twenty lines into neuron 1, of which one has weight 0 and two are the same source.
    let list = SparseSynapses(
      sources: (0..<20).map { UInt32($0 == 19 ? 18 : $0) } + [3], targets: [UInt32](repeating: 1, count: 20) + [0],
      weights: Weights((0..<21).map { Int8($0) }))
    #expect(try needed(.sparse(list), 20, 2, target) == 18)
    var both = TestNetworks.dense([20, 20])
    both.projections[0].connectivity = .oneToOne(Weights([Int8](repeating: 1, count: 20)))
    _ = try MeshFamily().map(
      both, to: TestTargets.changed { $0.budgets.axonsPerCore = 1 })
  }

  private func needed(_ connectivity: Connectivity, _ inputs: Int, _ neurons: Int, _ target: Target) throws -> Int? {
    var network = TestNetworks.dense([1, 1])
    network.inputCount = inputs
    network.populations[0].size = neurons
    network.projections[0].connectivity = connectivity
    guard case .count(let needed) = try misfit(network, target).needed else { return nil }
    return needed
  }

  @Test("a huge weight: the limit and how weights are split, in words; a wide one is split into axons")
  func wideWeights() throws {
    let misfit = try misfit(TestNetworks.single(weights: [1 << 30, 1]), TestTargets.sim)
    #expect(misfit.needed == .option("a weight of 1,073,741,824"))
    #expect(
      misfit.available
        == .option(
          "weights up to 16,646,144: as sums of at most 1,024 axons of 8 bits, shifted left by up to 7"))
    let mapping = try MeshFamily().map(TestNetworks.single(weights: [-70000]), to: TestTargets.board)
    #expect(mapping.cores[0].axons.count > 1)
  }

  @Test("options are spelled as the target file does, and what the network asks as net.json does too")
  func spelling() throws {
    let target = TestTargets.changed { $0.arithmetic.leaks = [.atLeastOneFloor, .none] }
    let misfit = try misfit(TestNetworks.dense([4, 3], model: .lif(leak: .towardZero(shift: 3))), target)
    #expect(misfit.needed == .option("towardZero, in net.json toward_zero"))
    #expect(misfit.available == .option("atLeastOneFloor, none"))
    #expect(misfit.remedies[0].text == "use one of: at_least_one_floor, none (kind of leak)")
  }

  @Test("names cannot steer the terminal: control characters are escaped in texts and stay in values")
  func printable() throws {
    let name = "a\u{1b}[2J\nb\u{202e}c é"
    let shown = "a\\u{1b}[2J\\u{a}b\\u{202e}c é"
    var network = TestNetworks.dense([200, 200, 10])
    network.populations[0].name = name
    let misfit = try misfit(network, TestTargets.micro)
    #expect(misfit.population == name)
    #expect(misfit.description.contains(shown) && !misfit.description.contains("\u{1b}"))
    #expect(misfit.explanation.contains("reduce population \(shown)"))
    #expect(!misfit.explanation.contains("\u{1b}") && !misfit.description.contains("\n"))
    let report = MappingReport(try MeshFamily().map(network, to: TestTargets.board))
    #expect(report.text().contains(shown) && !report.text().contains("\u{1b}"))
    #expect(report.populations[0].name == name)
  }
}

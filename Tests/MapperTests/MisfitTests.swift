import FixedPoint
import FoundationEssentials
import Mapper
import MeshChip
import Networks
import NeuronCore
import Targets
import TestSupport
import Testing

@Suite("Misfits")
struct MisfitTests {
  /// A network and a target of which one asks what the other lacks.
  struct Case: CustomStringConvertible, Sendable {
    let resource: Resource
    let network: Network
    let target: Target
    var description: String { resource.rawValue }
  }

  private static func model(_ change: (inout NeuronModel) -> Void) -> Network {
    var model = NeuronModel.lif(leak: .floor(shift: 3))
    change(&model)
    return TestNetworks.dense([4, 6, 3], model: model)
  }

  private static func population(_ change: (inout Population) -> Void) -> Network {
    var network = TestNetworks.dense([4, 6, 3])
    change(&network.populations[0])
    return network
  }

  private static func synapses(_ change: (inout Projection) -> Void, index: Int = 1) -> Network {
    var network = TestNetworks.dense([4, 6, 3])
    change(&network.projections[index])
    return network
  }

  /// Neurons of many models.
  private static let manyModels: Network = {
    var network = TestNetworks.dense([4, 2, 2, 2, 2])
    for index in network.populations.indices { network.populations[index].model.refractoryTicks = UInt16(index) }
    return network
  }()

  private static let twice: Network = {
    var network = TestNetworks.dense([4, 6, 3])
    network.outputs.append(OutputGroup(name: "again", population: 1, neurons: 0..<1, shift: 1))
    return network
  }()

  private static let fourCores = TestTargets.changed { $0.topology = Topology(coresX: 2, coresY: 2) }

  static let cases: [Case] = [
    Case(resource: .neurons, network: TestNetworks.dense([4, 300, 3]), target: TestTargets.micro),
    Case(resource: .axons, network: TestNetworks.dense([784, 128, 10]), target: TestTargets.micro),
    Case(resource: .synapseBytes, network: TestNetworks.dense([200, 200, 10]), target: TestTargets.micro),
    Case(
      resource: .routes, network: TestNetworks.dense([4, 40, 3]),
      target: TestTargets.changed(TestTargets.micro) { $0.budgets.routesPerCore = 30 }),
    Case(
      resource: .classes, network: manyModels,
      target: TestTargets.changed(TestTargets.micro) { $0.budgets.classesPerCore = 3 }),
    Case(resource: .cores, network: TestNetworks.dense([784, 400, 10]), target: fourCores),
    Case(
      resource: .inputs, network: TestNetworks.dense([40, 6, 3]), target: TestTargets.changed { $0.budgets.inputs = 30 }
    ),
    Case(
      resource: .inputTableEntries, network: TestNetworks.dense([40, 6, 3]),
      target: TestTargets.changed { $0.budgets.inputTableEntries = 30 }),
    Case(
      resource: .outputs, network: TestNetworks.dense([4, 6, 30]),
      target: TestTargets.changed { $0.budgets.outputs = 20 }),
    Case(resource: .outputs, network: twice, target: TestTargets.board),
    Case(
      resource: .slotBytes, network: TestNetworks.dense([40, 60, 3]),
      target: TestTargets.changed { $0.budgets.slotBytes = 4096 }),
    Case(resource: .membraneBounds, network: model { $0.upperBound = 40000 }, target: TestTargets.board),
    Case(resource: .accumulator, network: model { $0.accumulator = .wrap16 }, target: TestTargets.board),
    Case(
      resource: .accumulatorRange, network: TestNetworks.single(weights: [8_421_500]), target: TestTargets.board),
    Case(
      resource: .currents, network: model { $0.currents = .two(.none, .none) },
      target: TestTargets.changed { $0.arithmetic.maximumCurrents = 1 }),
    Case(
      resource: .leak, network: model { $0.leak = .linear(amount: 3) },
      target: TestTargets.changed { $0.arithmetic.leaks = [.floor, .none] }),
    Case(
      resource: .leakShift, network: model { $0.leak = .floor(shift: 9) },
      target: TestTargets.changed { $0.arithmetic.maximumLeakShift = 8 }),
    Case(
      resource: .sum, network: model { $0.sum = .perTerm16 },
      target: TestTargets.changed { $0.arithmetic.sums = [.exact] }),
    Case(
      resource: .compare, network: model { $0.compare = .above },
      target: TestTargets.changed { $0.arithmetic.compares = [.atLeast] }),
    Case(
      resource: .reset, network: model { $0.reset = .zero },
      target: TestTargets.changed { $0.arithmetic.resets = [.subtractBeforeLeak] }),
    Case(
      resource: .spikeCap, network: model { $0.spikeCap = 9 },
      target: TestTargets.changed { $0.arithmetic.maximumSpikeCap = 8 }),
    Case(
      resource: .refractoryTicks, network: model { $0.refractoryTicks = 9 },
      target: TestTargets.changed { $0.arithmetic.maximumRefractoryTicks = 8 }),
    Case(
      resource: .start, network: population { $0.start = .each([0, 0, 70000, 0, 0, 0]) }, target: TestTargets.board),
    Case(
      resource: .initialMembrane, network: population { $0.initialMembrane = .uniform(1) }, target: TestTargets.board),
    Case(
      resource: .weight, network: TestNetworks.single(weights: [1 << 30, 1]), target: TestTargets.sim),
    Case(resource: .delay, network: synapses { $0.delay = 16 }, target: TestTargets.board),
    Case(resource: .inputDelay, network: synapses({ $0.delay = 15 }, index: 0), target: TestTargets.board),
  ]

  private func misfit(_ test: Case, alternatives: [Target] = []) throws -> Misfit {
    try #require(throws: Misfit.self) {
      _ = try MeshFamily().map(test.network, to: test.target, alternatives: alternatives)
    }
  }

  @Test("each resource that lacks is named", arguments: cases)
  func named(test: Case) throws {
    let misfit = try misfit(test)
    #expect(misfit.resource == test.resource)
    #expect(misfit.target == test.target.name)
    #expect(!misfit.description.contains("\n"))
    #expect(misfit.description.contains(test.target.name))
    #expect(misfit.explanation.split(separator: "\n").count >= 2)
    if case .count(let needed) = misfit.needed, case .count(let available) = misfit.available {
      #expect(needed > available)
    }
    let json = try JSONEncoder().encode(misfit)
    #expect(try JSONDecoder().decode(Misfit.self, from: json) == misfit)
  }

  /// What only chips that are no grids bound; the tests of each family have cases for them.
  private static let resourcesOfChips: Set<Resource> = [
    .threshold, .bias, .leakAmount, .weightSign, .weightShift, .synapses, .fanOut, .fanIn, .connection,
    .outputReading, .inputWindow, .outputWindow, .rows,
  ]

  @Test("there is a case for every resource of a grid")
  func complete() {
    #expect(Set(Self.cases.map(\.resource)) == Set(Resource.allCases).subtracting(Self.resourcesOfChips))
  }

  @Test("synapse memory: narrower weights, a smaller population and another target are offered, with numbers")
  func remedies() throws {
    let test = Case(resource: .synapseBytes, network: TestNetworks.dense([120, 130, 10]), target: TestTargets.micro)
    let misfit = try misfit(test, alternatives: [TestTargets.sim, TestTargets.board, TestTargets.micro])
    #expect(misfit.needed == .count(16900))
    #expect(misfit.available == .count(16384))
    #expect(misfit.nearestTarget == "board")
    #expect(misfit.remedies.map(\.kind) == [.weights, .size, .target])
    #expect(misfit.remedies[0].text == "use 4-bit weights: 16,900 → 8,450 synapse bytes")
    #expect(misfit.remedies[1].text == "reduce population layer1 from 130 to at most 126 neurons")
    #expect(misfit.remedies[2].text == "use target board")
    #expect(misfit.explanation.contains("Nearest target that fits: board"))
  }

  @Test("the size that a remedy names fits, and one neuron more does not")
  func remedyIsTight() throws {
    let test = Case(resource: .neurons, network: TestNetworks.dense([4, 300, 3]), target: TestTargets.micro)
    let misfit = try misfit(test)
    #expect(misfit.remedies.contains { $0.text == "reduce population layer1 from 300 to at most 253 neurons" })
    _ = try MeshFamily().map(TestNetworks.dense([4, 253, 3]), to: TestTargets.micro)
    #expect(throws: Misfit.self) { try MeshFamily().map(TestNetworks.dense([4, 254, 3]), to: TestTargets.micro) }
  }

  @Test("emulation comes last among the alternatives, and none is named where none fits")
  func nearest() throws {
    let large = Case(resource: .cores, network: TestNetworks.dense([784, 400, 10]), target: Self.fourCores)
    #expect(try misfit(large, alternatives: [TestTargets.sim, TestTargets.board]).nearestTarget == "board")
    #expect(try misfit(large, alternatives: [TestTargets.micro, TestTargets.sim]).nearestTarget == "sim")
    #expect(try misfit(large, alternatives: [TestTargets.micro]).nearestTarget == nil)
  }

  @Test("too few cores: the budget that fills them is named, and narrower weights where it is synapse memory")
  func cores() throws {
    let large = Case(resource: .cores, network: TestNetworks.dense([784, 400, 10]), target: Self.fourCores)
    let misfit = try misfit(large)
    #expect(misfit.needed == .count(6))
    #expect(misfit.available == .count(4))
    #expect(misfit.fullBudget == .synapseBytes)
    #expect(misfit.remedies.first?.kind == .weights)
    #expect(misfit.nearestTarget == nil)
  }

  @Test("an invalid network is refused as such")
  func invalid() {
    let network = Self.synapses { $0.delay = 0 }
    #expect(throws: NetworkError.self) { try MeshFamily().map(network, to: TestTargets.board) }
  }
}

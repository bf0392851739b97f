import FixedPoint
import Images
import Kernels
import Mapper
import Networks
import NeuronCore
import ShippedTargets
import Targets
import Testing
import XyloChip

@Suite("The payload and the limits of a Xylo")
struct XyloPayloadTests {
  private static func neuron(threshold: Int32, aliases: [Int] = []) -> XyloConfiguration.Neuron {
    XyloConfiguration.Neuron(threshold: threshold, bias: nil, membraneShift: 1, currentShifts: [1], aliases: aliases)
  }

  @Test("A threshold of −2³¹, which no network has, wraps and does not trap")
  func leastThreshold() throws {
    let configuration = XyloConfiguration(
      inputSynapses: [], recurrentSynapses: [[], []], outputSynapses: [[], []],
      hidden: [Self.neuron(threshold: .min, aliases: [1]), Self.neuron(threshold: 5)], readouts: [],
      weightShifts: (0, 0, 0))
    var machine = try XyloMachine(configuration)
    for _ in 0..<3 { machine.step([]) }
    #expect(machine.hiddenCounts == [31, 31])
  }

  @Test("Rows of a few synapses between very many neurons are not laid out in columns")
  func wideAndSparse() throws {
    let count = 20_000
    var recurrent = [[XyloConfiguration.Synapse]](repeating: [], count: count)
    recurrent[0] = [XyloConfiguration.Synapse(target: 1, current: 0, weight: 1)]
    let configuration = XyloConfiguration(
      inputSynapses: [], recurrentSynapses: recurrent,
      outputSynapses: [[XyloConfiguration.Synapse]](repeating: [], count: count),
      hidden: [XyloConfiguration.Neuron](repeating: Self.neuron(threshold: 5), count: count), readouts: [],
      weightShifts: (0, 0, 0))
    #expect(XyloColumns(configuration, kernels: try KernelSet.selected()) == nil)
  }

  @Test("A neuron's keys are those that docs/chips/xylo.md lists")
  func keys() throws {
    let mapping = try XyloFamily().map(RandomXyloNetwork(seed: 3).network, to: try XyloChipTests.target())
    let text = String(decoding: try XyloFamily().sections(for: mapping)[0].bytes, as: UTF8.self)
    for key in ["threshold", "membrane_shift", "current_shifts", "aliases"] { #expect(text.contains("\"\(key)\":")) }
  }

  /// An input to 70 hidden neurons, each to two readouts.
  private static func fan() -> Network {
    let random = RandomXyloNetwork(seed: 3).network
    func population(_ name: String, _ size: Int, like other: Population) -> Population {
      Population(name: name, size: size, model: other.model, threshold: .uniform(100))
    }
    return Network(
      inputCount: 1,
      populations: [
        population("hidden", 70, like: random.populations[0]),
        population("out", 2, like: random.populations[random.populations.count - 1]),
      ],
      projections: [
        Projection(
          name: "in", source: .input, target: 0, connectivity: .dense(Weights([Int8](repeating: 1, count: 70))),
          delay: 0),
        Projection(
          name: "up", source: .population(0), target: 1,
          connectivity: .dense(Weights([Int8](repeating: 1, count: 140))), delay: 1),
      ], outputs: [OutputGroup(name: "out", population: 1, neurons: 0..<2, shift: 1)])
  }

  @Test("Beside the limit on a neuron's synapses stands what a neuron has, not what an input has")
  func fanOut() throws {
    let uses = try XyloFamily().map(Self.fan(), to: try Target.load("xylo-audio-3")).chip?.uses ?? []
    let use = try #require(uses.first { $0.name.hasPrefix("synapses of one neuron") })
    #expect(use.used == 2 && use.budget == 64)
  }

  @Test("What is outside of a window is a misfit that names the projection")
  func windows() throws {
    for (change, resource, name) in [
      ({ $0.inputWindow = 69 }, Resource.inputWindow, "in"), ({ $0.outputWindow = 69 }, .outputWindow, "up"),
    ] as [((inout ChipLimits) -> Void, Resource, String)] {
      var target = try XyloChipTests.target()
      var limits = try #require(target.chip)
      change(&limits)
      target.chip = limits
      let misfit = #expect(throws: Misfit.self) { try XyloFamily().map(Self.fan(), to: target) }
      #expect(misfit?.resource == resource && misfit?.population == name)
      #expect(misfit?.needed == .count(70) && misfit?.available == .count(69))
    }
  }
}

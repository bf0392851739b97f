import FixedPoint
import Mapper
import Networks
import NeuronCore
import ODINChip
import Targets
import TestSupport
import Testing

@Suite("Networks that tinyODIN and ODIN cannot hold")
struct MisfitTests {
  /// The misfit of a network, which its line must tell by these words.
  private func expect(
    _ resource: Resource, _ words: [String], _ network: Network, on core: Core,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do {
      _ = try core.map(network)
      Issue.record("it fits", sourceLocation: sourceLocation)
    } catch let misfit as Misfit {
      #expect(misfit.resource == resource, "\(misfit)", sourceLocation: sourceLocation)
      for word in words {
        #expect(misfit.explanation.contains(word), "\(misfit.explanation)", sourceLocation: sourceLocation)
      }
    } catch {
      Issue.record(error, sourceLocation: sourceLocation)
    }
  }

  private func plain(_ core: Core, _ change: (inout Network) -> Void) -> Network {
    var network = Network.layers([4, 3, 2], on: core) { _, _, _ in 1 }
    change(&network)
    return network
  }

  @Test("inputs and neurons beyond the rows: both numbers, the limit and a size that fits", arguments: Core.allCases)
  func rows(core: Core) throws {
    let network = Network.layers([64, 200, 10], on: core) { _, _, _ in 1 }
    let words = ["274", "210 neurons and 64 input lines", "256", "reduce population layer1 from 200 to at most 182"]
    expect(.rows, words, network, on: core)
    _ = try core.map(Network.layers([64, 182, 10], on: core) { _, _, _ in 1 })
    // No population is small enough beside all rows.
    expect(.rows, ["at most 255 lines"], Network.layers([256, 2, 2], on: core) { _, _, _ in 1 }, on: core)
  }

  @Test("weights beyond the width", arguments: Core.allCases)
  func weights(core: Core) throws {
    let least = core.weights.lowerBound
    func network(_ weight: Int, _ second: Int8 = 0) -> Network {
      plain(core) { network in
        let weights = [Int8(weight)] + [Int8](repeating: 0, count: 11)
        network.projections[0].connectivity = .dense(Weights(weights))
        guard second != 0 else { return }
        network.projections.append(
          Projection(
            name: "again", source: .input, target: 0,
            connectivity: .sparse(SparseSynapses(sources: [0], targets: [0], weights: Weights([second]))), delay: 0))
      }
    }
    _ = try core.map(network(least))
    _ = try core.map(network(7))
    expect(.weight, ["to1", "\(least - 1)", "\(least) to 7"], network(least - 1), on: core)
    expect(.weight, ["to1", "8"], network(8), on: core)
    // Parallel synapses share a place: their sum counts.
    _ = try core.map(network(5, 2))
    expect(.weight, ["8"], network(5, 3), on: core)
  }

  @Test("both signs from one source fit tinyODIN, and not ODIN")
  func signs() throws {
    func network(_ core: Core) -> Network {
      Network.layers([4, 3, 2], on: core) { projection, source, target in
        projection == 1 && source == 2 && target == 1 ? -1 : 1
      }
    }
    _ = try Core.tinyODIN.map(network(.tinyODIN))
    expect(.weightSign, ["to2", "source 2", "one sign"], network(.odin), on: .odin)
  }

  @Test("λ, thresholds and biases out of range", arguments: Core.allCases)
  func constants(core: Core) throws {
    let greatest: Int32 = core == .odin ? 255 : 2047
    for threshold in [1, greatest] {
      _ = try core.map(plain(core) { $0.populations[0].threshold = .uniform(threshold) })
    }
    for threshold in [0, greatest + 1] {
      expect(
        .threshold, ["layer1", "1 to "], plain(core) { $0.populations[0].threshold = .each([1, 1, threshold]) },
        on: core)
    }
    for leak in [DecayRule.linear(amount: 127), .linear(amount: 0), .none] {
      _ = try core.map(plain(core) { $0.populations[1].model.leak = leak })
    }
    expect(
      .leakAmount, ["layer2", "200", "0 to 127"],
      plain(core) { $0.populations[1].model.leak = .linear(amount: 200) }, on: core)
    expect(.leak, ["layer2"], plain(core) { $0.populations[1].model.leak = .floor(shift: 2) }, on: core)
    expect(.bias, ["layer1", "1"], plain(core) { $0.populations[0].bias = .uniform(1) }, on: core)
    expect(.reset, ["layer1"], plain(core) { $0.populations[0].model.reset = .subtractBeforeLeak }, on: core)
    expect(.refractoryTicks, ["layer1"], plain(core) { $0.populations[0].model.refractoryTicks = 1 }, on: core)
  }

  @Test("membranes that end elsewhere than the chip's", arguments: Core.allCases)
  func bounds(core: Core) throws {
    expect(
      .membraneBounds, ["layer1"], plain(core) { $0.populations[0].model.lowerBound = .value(-100) }, on: core)
    expect(
      .membraneBounds, ["layer1"], plain(core) { $0.populations[0].model.lowerBound = .minusThreshold }, on: core)
    // Above the threshold no membrane stays; below it a bound would matter.
    _ = try core.map(plain(core) { $0.populations[0].model.upperBound = 10 })
    expect(.membraneBounds, ["layer1"], plain(core) { $0.populations[0].model.upperBound = 9 }, on: core)
  }

  @Test("delays and starts that no shift explains, by projection and population", arguments: Core.allCases)
  func delays(core: Core) throws {
    // One path: any delay is a shift.
    let late = plain(core) {
      $0.projections[1].delay = 2
      $0.outputs[0].shift = 3
      $0.populations[1].start = .uniform(2)
    }
    let mapping = try core.map(late)
    #expect(mapping.chip?.network.outputs[0].shift == 1)
    #expect(mapping.chip?.network.projections.map(\.delay) == [0, 0])
    // Two paths.
    func shortcut(_ delay: Int) -> Network {
      plain(core) {
        $0.projections.append(
          Projection(
            name: "shortcut", source: .input, target: 1, connectivity: .dense(Weights([Int8](repeating: 1, count: 8))),
            delay: delay))
      }
    }
    _ = try core.map(shortcut(1))
    expect(.inputDelay, ["shortcut", "2"], shortcut(2), on: core)
    expect(.delay, ["to2", "1"], shortcut(0), on: core)
    expect(.start, ["layer1", "1"], plain(core) { $0.populations[0].start = .uniform(1) }, on: core)
    let early = try core.map(plain(core) { $0.outputs[0].shift = 0 })
    #expect(early.chip?.notes.contains { $0.contains("a tick earlier") } == true)
  }

  @Test("membranes as outputs, and a neuron that is two outputs", arguments: Core.allCases)
  func outputs(core: Core) {
    let readouts = plain(core) {
      $0.populations[1].threshold = .uniform(20)
      $0.populations[1].model.upperBound = 19
      $0.outputs[0].reads = .membranes
    }
    expect(.outputs, ["membranes of output group out", "spikes"], readouts, on: core)
    let twice = plain(core) {
      $0.outputs.append(OutputGroup(name: "again", population: 1, neurons: 1..<2, shift: 1))
    }
    expect(.outputs, ["two outputs for neuron 1", "again"], twice, on: core)
  }

  @Test("recurrence is allowed and noted, and so are spikes that the queue may lose", arguments: Core.allCases)
  func notes(core: Core) throws {
    let feedForward = try #require(try core.map(plain(core) { _ in }).chip)
    #expect(feedForward.notes.count == 1)
    let loop = plain(core) {
      $0.projections.append(
        Projection(
          name: "back", source: .population(1), target: 0,
          connectivity: .dense(Weights([Int8](repeating: 1, count: 6))),
          delay: 3))
    }
    let notes = try #require(try core.map(loop).chip).notes
    #expect(notes.contains { $0.hasPrefix("Recurrent") && $0.contains("to2, back") })
    let wide = Network.layers([4, core.queueRoom, 1], on: core) { _, _, _ in 1 }
    let lost = try #require(try core.map(wide).chip).notes
    #expect(lost.contains { $0.contains("keeps \(core.queueRoom) spikes") })
  }

  @Test("targets that say more than the memories hold are refused by name", arguments: Core.allCases)
  func targets(core: Core) throws {
    let changes: [(String, (inout Target) -> Void)] = [
      ("chip.weights", { $0.chip?.weights = -9...7 }), ("chip.weights", { $0.chip?.weights = 0...8 }),
      ("chip.thresholds", { $0.chip?.thresholds = 1...4096 }), ("chip.biases", { $0.chip?.biases = -1...0 }),
      ("chip.maximum_leak_amount", { $0.chip?.maximumLeakAmount = 128 }),
      ("budgets.neurons_per_core", { $0.budgets.neuronsPerCore = 257 }),
      ("arithmetic.membrane_bits", { $0.arithmetic.membraneBits = 16 }),
    ]
    try core.family.check(try core.target())
    for (field, change) in changes {
      var target = try core.target()
      change(&target)
      #expect {
        try core.family.check(target)
      } throws: { error in
        if case ChipFamilyError.beyondFormat(field, target.name, _, _) = error { true } else { false }
      }
    }
    var other = try core.target()
    other.family = "mesh"
    #expect(throws: ChipFamilyError.self) { try core.family.check(other) }
    other = try core.target()
    other.chip = nil
    #expect(throws: ChipFamilyError.chipSection(target: other.name, isNeeded: true)) { try core.family.check(other) }
  }
}

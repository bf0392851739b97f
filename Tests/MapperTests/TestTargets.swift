import FixedPoint
import Networks
import NeuronCore
import Targets
import TestSupport

/// Targets that tests change to their needs.
enum TestTargets {
  /// The figures of the reference board.
  static let board = Target(
    name: "board", summary: "", arithmetic: Arithmetic(),
    budgets: Budgets(
      neuronsPerCore: 256, axonsPerCore: 1024, synapseBytesPerCore: 65536, routesPerCore: 4096, classesPerCore: 16,
      inputs: 65536, inputTableEntries: 65536, outputs: 16384, slotBytes: 16 << 20, slots: 4),
    costs: StorageCosts(layout: .compact), topology: Topology(coresX: 8, coresY: 8), link: nil)

  /// One core of a microcontroller.
  static let micro = Target(
    name: "board-micro", summary: "", arithmetic: Arithmetic(),
    budgets: Budgets(
      neuronsPerCore: 256, axonsPerCore: 256, synapseBytesPerCore: 16384, routesPerCore: 512, classesPerCore: 16,
      inputs: 65536, inputTableEntries: 4096, outputs: 256, slotBytes: 1 << 20, slots: 1),
    costs: StorageCosts(layout: .compact), topology: Topology(coresX: 1, coresY: 1), link: nil)

  /// One core without limits.
  static let sim = Target(
    name: "sim", summary: "", emulationOnly: true, arithmetic: Arithmetic(membraneBits: 32, accumulatorBits: 64),
    budgets: Budgets(
      neuronsPerCore: .max, axonsPerCore: .max, synapseBytesPerCore: .max, routesPerCore: .max, classesPerCore: .max,
      inputs: .max, inputTableEntries: .max, outputs: .max, slotBytes: .max, slots: 0),
    costs: StorageCosts(layout: .wide), topology: Topology(coresX: 1, coresY: 1), link: nil)

  static func changed(_ target: Target = board, _ change: (inout Target) -> Void) -> Target {
    var copy = target
    copy.name = "changed"
    change(&copy)
    return copy
  }
}

extension RandomOptions {
  /// What a target's arithmetic represents, weights that need several axons included.
  static func representable(on target: Target) -> RandomOptions {
    let arithmetic = target.arithmetic
    var options = RandomOptions.mesh
    options.delays = arithmetic.delays
    options.inputDelays = arithmetic.inputDelays
    options.membraneBits = [8, 12, 16, 24, 32].filter { $0 <= arithmetic.membraneBits }
    options.floorsAtMinusThreshold = [false]
    options.maximumCurrents = arithmetic.maximumCurrents
    options.leaks = RandomOptions.Leak.allCases.filter { arithmetic.leaks.map { "\($0)" }.contains("\($0)") }
    options.maximumShift = UInt8(arithmetic.maximumLeakShift)
    options.sums = arithmetic.sums
    options.compares = arithmetic.compares
    options.resets = arithmetic.resets
    options.spikeCaps = options.spikeCaps.filter { $0 <= arithmetic.maximumSpikeCap }
    options.refractoryTicks = 0...min(4, arithmetic.maximumRefractoryTicks)
    options.starts = 0...min(10, arithmetic.maximumStart)
    options.weightBits = [2, 3, 4, 5, 6, 7, 8, 10]
    return options
  }
}

/// Small networks for tests.
enum TestNetworks {
  /// Weights 1–127 that make no two rows equal.
  static func scattered(source: Int, target: Int) -> Int8 {
    let hash = UInt32(truncatingIfNeeded: source &* 1009 &+ target) &* 0x9E37_79B1
    return Int8(hash >> 25) | 1
  }

  /// Fully connected layers with distinct weights; sizes begin with the inputs.
  static func dense(
    _ sizes: [Int], model: NeuronModel = .lif(leak: .floor(shift: 3)), weight: (Int, Int) -> Int8 = scattered
  ) -> Network {
    var populations: [Population] = []
    var projections: [Projection] = []
    for layer in 1..<sizes.count {
      populations.append(
        Population(name: "layer\(layer)", size: sizes[layer], model: model, threshold: .uniform(100)))
      var weights: [Int8] = []
      for source in 0..<sizes[layer - 1] {
        for target in 0..<sizes[layer] { weights.append(weight(source, target)) }
      }
      projections.append(
        Projection(
          name: "to\(layer)", source: layer == 1 ? .input : .population(layer - 2), target: layer - 1,
          connectivity: .dense(Weights(weights)), delay: layer == 1 ? 0 : 1))
    }
    let last = sizes.count - 2
    return Network(
      inputCount: sizes[0], populations: populations, projections: projections,
      outputs: [OutputGroup(name: "out", population: last, neurons: 0..<sizes[last + 1], shift: last)])
  }

  /// One neuron a weight, each driven by input 0 (or its own).
  static func single(
    weights: [Int32], inputs: Int = 1, model: NeuronModel = .lif(leak: .none), delay: Int = 0
  ) -> Network {
    Network(
      inputCount: inputs,
      populations: [Population(name: "cells", size: weights.count, model: model, threshold: .uniform(10))],
      projections: [
        Projection(
          name: "drive", source: .input, target: 0,
          connectivity: .sparse(
            SparseSynapses(
              sources: weights.indices.map { UInt32($0 % inputs) }, targets: weights.indices.map { UInt32($0) },
              weights: Weights(weights))), delay: delay)
      ], outputs: [OutputGroup(name: "out", population: 0, neurons: 0..<1, shift: 0)])
  }
}

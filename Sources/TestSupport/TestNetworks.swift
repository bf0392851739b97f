import FixedPoint
import Networks
import NeuronCore

/// Small networks for tests.
public enum TestNetworks {
  /// Weights 1–127 that make no two rows equal.
  public static func scattered(source: Int, target: Int) -> Int8 {
    let hash = UInt32(truncatingIfNeeded: source &* 1009 &+ target) &* 0x9E37_79B1
    return Int8(hash >> 25) | 1
  }

  /// Fully connected layers with distinct weights; sizes begin with the inputs.
  public static func dense(
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
  public static func single(
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

extension Network {
  /// Adds `size` leaky readouts behind the last population, whose membranes become the outputs.
  public mutating func addReadouts(_ size: Int, model: NeuronModel = .lif(leak: .floor(shift: 2))) {
    let last = populations.count - 1
    let shift = depth + 1
    let weights = (0..<populations[last].size).flatMap { source in
      (0..<size).map { target in TestNetworks.scattered(source: source, target: target) &- 64 }
    }
    populations.append(.readout(name: "readout", size: size, model: model, start: .uniform(Int32(shift))))
    projections.append(
      Projection(
        name: "to readout", source: .population(last), target: last + 1, connectivity: .dense(Weights(weights)),
        delay: 1))
    outputs = [
      OutputGroup(name: "readout", population: last + 1, neurons: 0..<size, shift: shift, reads: .membranes)
    ]
  }
}

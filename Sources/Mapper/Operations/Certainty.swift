import Networks
import Targets

/// Whether a network fits a target without limits for reasons that need no mapping.
///
/// It is false where it cannot tell. Emulation takes networks of any size, and mapping a very large one just to
/// name it as a remedy would keep the user waiting.
struct Certainty {
  let network: Network
  let target: Target

  /// Smaller networks are mapped, which is the plainer proof.
  private static let leastSynapses = 4_000_000

  var isCertain: Bool {
    FanIn(network).synapseBound > Self.leastSynapses && isUnlimited && areWeightsNarrow && passesEarly
  }

  private var isUnlimited: Bool {
    let budgets = target.budgets
    return [
      budgets.neuronsPerCore, budgets.axonsPerCore, budgets.synapseBytesPerCore, budgets.routesPerCore,
      budgets.classesPerCore, budgets.inputs, budgets.inputTableEntries, budgets.outputs, budgets.slotBytes,
    ].allSatisfy { $0 == Budgets.unlimited }
      && target.arithmetic.accumulatorBits == 64 && target.arithmetic.weightBits.contains(8)
  }

  /// Every weight is a byte and at most 64 are parallel: sums have 13 bits and take some 64 axons of one core.
  ///
  /// So a neuron has fewer routes than its record counts, and no accumulator nears 2^62:
  /// 2^31 sources · 2^13 · 255 < 2^53.
  private var areWeightsNarrow: Bool {
    network.projections.count <= 64 && network.populations.count <= 65_535
      && network.projections.allSatisfy { projection in
        switch projection.connectivity {
        case .dense(let weights), .oneToOne(let weights): weights.element == .int8
        case .convolution(let convolution): convolution.weights.element == .int8
        case .sumPooling(let pooling): Int8(exactly: pooling.weight) != nil
        // Pairs may repeat without end.
        case .sparse: false
        }
      }
  }

  /// In particular, no neuron is read out twice.
  private var passesEarly: Bool { (try? EarlyChecks(network: network, target: target).run()) != nil }
}

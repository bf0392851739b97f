import FixedPoint
import Mapper
import Networks
import NeuronCore

/// The weights of a mapped network where the crossbar stores them.
struct CrossbarImage {
  /// [row][neuron].
  private var weights = [Int](repeating: 0, count: count * count)
  private static var count: Int { CrossbarMemory.neuronCount }

  /// - Precondition: the mapping is one that a family of these cores made.
  init(_ chip: ChipMapping) {
    let table = ChipTable(chip.network).withParallelsAdded
    for synapse in table.synapses {
      let row =
        synapse.source < table.inputCount ? chip.ports.inputs[synapse.source] : synapse.source - table.inputCount
      weights[row * Self.count + synapse.target] = synapse.weight
    }
  }

  /// Bit j of word i: all synapses of row 16 i + j are negative, and there are some.
  var signs: [UInt16] {
    (0..<16).map { word in
      (0..<16).reduce(UInt16(0)) { bits, bit in
        let row = (16 * word + bit) * Self.count
        return bits | (weights[row..<row + Self.count].contains { $0 < 0 } ? 1 << UInt16(bit) : 0)
      }
    }
  }

  /// The memory's bytes in the order of `slots`, each with an even target in its low half.
  func bytes(_ nibble: (Int) -> UInt8) -> [UInt16] {
    (0..<weights.count / 2).map { UInt16(nibble(weights[2 * $0]) | nibble(weights[2 * $0 + 1]) << 4) }
  }

  /// Every byte of the synapse memory: words ascending, and the 4 bytes of each.
  static let slots: [FrameSlot] = (0..<UInt16(count * count / 2)).map { index in
    FrameSlot(memory: .synapses, place: (index & 3) << 13 | index >> 2)
  }
}

/// What a neuron's word says.
struct CrossbarConstants {
  var threshold: Int32
  /// λ.
  var leak: UInt32
}

extension Network {
  /// Threshold and λ of every neuron.
  var neuronConstants: [CrossbarConstants] {
    populations.flatMap { population in
      var leak: UInt32 = 0
      if case .linear(let amount) = population.model.leak { leak = amount }
      return (0..<population.size).map { CrossbarConstants(threshold: population.threshold[$0], leak: leak) }
    }
  }
}

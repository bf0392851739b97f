import Networks
import NeuronCore
import Targets

/// Proves that sums of a tick stay within 16 bits, so that exact, wrapping and saturating accumulators are one.
public struct AccumulatorProof {
  let network: Network
  let table: ChipTable
  let target: Target

  public init(_ network: Network, table: ChipTable, target: Target) {
    self.network = network
    self.table = table
    self.target = target
  }

  /// Checks every population with the accumulator `exact` and no currents.
  ///
  /// A source brings each of its synapses at most its greatest count in one tick: an input the target's
  /// `maximum_input_count`, a neuron its spike cap. 255 synapses of −128 bring −32640.
  /// - Throws: the misfit of the first neuron whose sum may leave −32768…32767.
  public func check() throws(Misfit) {
    var counts = [Int](repeating: target.arithmetic.maximumInputCount, count: table.inputCount)
    for population in network.populations {
      counts += [Int](repeating: Int(population.model.spikeCap), count: population.size)
    }
    var most = [Int](repeating: 0, count: table.neuronCount)
    var least = [Int](repeating: 0, count: table.neuronCount)
    for synapse in table.synapses {
      let change = synapse.weight * counts[synapse.source]
      if change > 0 { most[synapse.target] += change } else { least[synapse.target] += change }
    }
    let offsets = network.populationOffsets
    for (index, population) in network.populations.enumerated() where population.model.accumulator == .exact {
      for neuron in offsets[index]..<offsets[index + 1] where most[neuron] > 32767 || least[neuron] < -32768 {
        throw Misfit(
          .accumulatorRange, needed: .option("\(grouped(least[neuron])) to \(grouped(most[neuron]))"),
          available: .option("-32,768 to 32,767"), target: target.name, population: population.name,
          detail: "the network sums exactly, the chip in 16 bits",
          remedies: [
            Remedy(kind: .option, text: "smaller weights or fewer sources, or an accumulator that the chip has")
          ])
      }
    }
  }
}

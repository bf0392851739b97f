import Mapper
import Networks
import NeuronCore
import Targets

/// Turns a network into the one that the core runs, with its relay neurons.
///
/// A host charges neurons, and charge has neither a weight of its own nor a delay. So each input line becomes a neuron,
/// a relay: an input of count 1 brings it above its threshold of 0, and it fires in the same tick. Its synapses are
/// the line's, one tick longer, and all else is one tick later than in the network. A neuron has one delay for all
/// of its synapses: where it needs several, a relay waits out each difference.
struct UCaspianLowering {
  let network: Network
  let table: ChipTable

  init(_ network: Network) {
    self.network = network
    table = ChipTable(network)
  }

  /// How many relays stand for inputs, and so the number of the first neuron that does not.
  private var inputRelays: Int { network.inputCount }
  /// By how much all is later.
  private var lag: Int { inputRelays > 0 ? 1 : 0 }

  /// The network with its relays: those of the inputs, the neurons, those of the delays.
  func lowered() -> Network {
    // `UCaspianChecks` has seen that nothing arrives before a start.
    var result = ChipStarts.removed(network)
    result.outputs = network.outputs.map { group in
      var later = group
      later.population += lag
      later.shift += lag
      return later
    }
    let rows = delayRows()
    result.projections = []
    if lag > 0 {
      result.populations.insert(relays(named: Self.inputRelayName, inputRelays), at: 0)
      result.projections.append(
        Projection(
          name: "inputs", source: .input, target: 0, connectivity: .oneToOne(Weights([Int8(1)])), delay: 0))
    }
    if rows.relayCount > 0 { result.populations.append(relays(named: "delay relays", rows.relayCount)) }
    result.projections += projections(rows, in: result)
    return result
  }

  static let inputRelayName = "input relays"

  /// The core's neuron, reset to zero, above a threshold of 0.
  private func relays(named name: String, _ size: Int) -> Population {
    Population(
      name: name, size: size,
      model: NeuronModel(
        lowerBound: .value(-32768), upperBound: 32767, accumulator: .wrap16, compare: .above, reset: .zero),
      threshold: .uniform(0))
  }

  /// A synapse of the core's network, whose neurons are numbered as the core numbers them.
  struct Synapse {
    var source: Int
    var target: Int
    var weight: Int
    var delay: Int
    /// nil for one that leads to a relay.
    var projection: Int?
  }

  /// All synapses, and how many relays hold delays.
  private func delayRows() -> (synapses: [Synapse], relayCount: Int) {
    var synapses: [Synapse] = []
    var relayCount = 0
    let firstRelay = inputRelays + network.neuronCount
    for source in 0..<table.sourceCount {
      let row = table.synapses(of: source)
      // An input's delays begin at 0, and its relay's at 1.
      let extra = source < table.inputCount ? lag : 0
      var holder = source
      var waited = 0
      for delay in Set(row.map(\.delay)).sorted() {
        if waited > 0 {
          // The one before it fires the next relay together with its own synapses.
          let relay = firstRelay + relayCount
          relayCount += 1
          let step = synapses.last { $0.source == holder }?.delay ?? 1
          synapses.append(Synapse(source: holder, target: relay, weight: 1, delay: step, projection: nil))
          holder = relay
        }
        let total = delay + extra
        for synapse in row where synapse.delay == delay {
          synapses.append(
            Synapse(
              source: holder, target: inputRelays + synapse.target, weight: synapse.weight, delay: total - waited,
              projection: synapse.projection))
        }
        waited = total
      }
    }
    return (synapses, relayCount)
  }

  /// Lists of synapses, one for each projection of the network and each population that they come from.
  private func projections(_ rows: (synapses: [Synapse], relayCount: Int), in lowered: Network) -> [Projection] {
    let offsets = lowered.populationOffsets
    func place(_ neuron: Int) -> (population: Int, index: Int) {
      let population = (offsets.firstIndex { $0 > neuron } ?? offsets.count) - 1
      return (population, neuron - offsets[population])
    }
    struct Key: Hashable {
      var projection: Int
      var source: Int
      var target: Int
    }
    var lists: [Key: SynapseList] = [:]
    for synapse in rows.synapses {
      let (from, to) = (place(synapse.source), place(synapse.target))
      // Synapses to relays stand after those of the network.
      let key = Key(
        projection: synapse.projection ?? network.projections.count, source: from.population, target: to.population)
      lists[key, default: SynapseList()].append(from.index, to.index, synapse.weight, synapse.delay)
    }
    let keys = lists.keys.sorted { ($0.projection, $0.source, $0.target) < ($1.projection, $1.source, $1.target) }
    return keys.map { key in
      let isNetworks = key.projection < network.projections.count
      return Projection(
        name: isNetworks
          ? network.projections[key.projection].name : "delays of \(lowered.populations[key.source].name)",
        source: .population(key.source), target: key.target, connectivity: .sparse(lists[key, default: .init()].sparse),
        delay: 1)
    }
  }
}

/// A list of synapses that grows.
private struct SynapseList {
  private var sources: [UInt32] = []
  private var targets: [UInt32] = []
  private var weights: [Int32] = []
  private var delays: [UInt16] = []

  mutating func append(_ source: Int, _ target: Int, _ weight: Int, _ delay: Int) {
    sources.append(UInt32(source))
    targets.append(UInt32(target))
    weights.append(Int32(truncatingIfNeeded: weight))
    delays.append(UInt16(delay))
  }

  var sparse: SparseSynapses {
    SparseSynapses(sources: sources, targets: targets, weights: Weights(weights), delays: delays)
  }
}

import Networks

/// A network's synapses in one list, as chips store them.
public struct ChipTable: Sendable {
  /// One synapse.
  public struct Synapse: Sendable, Hashable {
    /// Inputs first, then neurons in the network's numbering.
    public var source: Int
    /// The neuron.
    public var target: Int
    public var weight: Int
    /// Ticks from spike to integration.
    public var delay: Int
    /// The target's current that receives it.
    public var current: Int
    /// The projection that it belongs to.
    public var projection: Int
  }

  public let inputCount: Int
  public let neuronCount: Int
  /// Ascending by source; those of one source in the order of projections and of their positions there. No weight is 0.
  public let synapses: [Synapse]
  /// The first synapse of each source in `synapses`, and at the end their number.
  public let starts: [Int]

  /// The synapses of a validated network.
  public init(_ network: Network) {
    inputCount = network.inputCount
    neuronCount = network.neuronCount
    let offsets = network.populationOffsets
    var rows = [[Synapse]](repeating: [], count: network.inputCount + network.neuronCount)
    for (index, projection) in network.projections.enumerated() {
      var base = 0
      if case .population(let population) = projection.source { base = network.inputCount + offsets[population] }
      let first = offsets[projection.target]
      network.forEachSynapse(of: projection) { (source, target, weight, delay, current) throws(Never) in
        guard weight != 0 else { return }
        rows[base + source].append(
          Synapse(
            source: base + source, target: first + target, weight: Int(weight), delay: delay, current: current,
            projection: index))
      }
    }
    var starts = [0]
    for row in rows { starts.append(starts[starts.count - 1] + row.count) }
    self.starts = starts
    synapses = rows.flatMap { $0 }
  }

  public var sourceCount: Int { inputCount + neuronCount }

  /// The synapses that leave a source.
  public func synapses(of source: Int) -> ArraySlice<Synapse> { synapses[starts[source]..<starts[source + 1]] }

  /// The same synapses with other weights, none of which becomes 0.
  public func mappingWeights(_ weight: (Synapse) -> Int) -> ChipTable {
    ChipTable(
      inputCount: inputCount, neuronCount: neuronCount,
      synapses: synapses.map {
        var synapse = $0
        synapse.weight = weight($0)
        return synapse
      }, starts: starts)
  }

  init(inputCount: Int, neuronCount: Int, synapses: [Synapse], starts: [Int]) {
    self.inputCount = inputCount
    self.neuronCount = neuronCount
    self.synapses = synapses
    self.starts = starts
  }

  /// The most synapses that leave a neuron; those of inputs are not counted.
  public var greatestFanOutOfNeurons: Int {
    (inputCount..<sourceCount).reduce(0) { max($0, starts[$1 + 1] - starts[$1]) }
  }

  /// The most sources of a neuron.
  public var greatestFanIn: Int { fanIns.max() ?? 0 }

  /// The number of different sources of each neuron.
  public var fanIns: [Int] {
    var counts = [Int](repeating: 0, count: neuronCount)
    var last = [Int](repeating: -1, count: neuronCount)
    // Synapses ascend by source.
    for synapse in synapses where last[synapse.target] != synapse.source {
      last[synapse.target] = synapse.source
      counts[synapse.target] += 1
    }
    return counts
  }
}

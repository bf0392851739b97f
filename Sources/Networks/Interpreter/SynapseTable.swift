/// All synapses of a network in the order of events, flat.
struct SynapseTable: Sendable {
  /// A stretch of one source's synapses with one delay and one current.
  struct Run: Sendable {
    /// The synapses have the weights `weights[first..<first + count]`.
    var first: Int
    var count: Int
    var destination: Destination
    var delay: Int
    var current: Int
  }

  /// The neurons, numbered through the network, that a run reaches.
  enum Destination: Sendable {
    /// `count` neurons from this one on: a dense row.
    case consecutive(from: Int)
    /// The neurons of `targets` from this index on.
    case listed(from: Int)
  }

  struct Block: Sendable {
    var source: ProjectionSource
    /// The index of the receiving population.
    var target: Int
    /// The runs of source s are `runs[runStarts[s]..<runStarts[s + 1]]`.
    var runStarts: [Int]
  }

  /// One for each projection, in order.
  private(set) var blocks: [Block] = []
  private(set) var runs: [Run] = []
  private(set) var weights: [Int32] = []
  private(set) var targets: [UInt32] = []

  /// The table of a validated network.
  init(_ network: Network) {
    let offsets = network.populationOffsets
    for projection in network.projections {
      let rows = SynapseRows(projection, of: network)
      let offset = offsets[projection.target]
      var starts = [runs.count]
      starts.reserveCapacity(rows.sourceCount + 1)
      for source in 0..<rows.sourceCount {
        if case .dense = projection.connectivity {
          addDenseRow(rows, source, offset, projection)
        } else {
          addListedRow(rows, source, offset)
        }
        starts.append(runs.count)
      }
      blocks.append(Block(source: projection.source, target: projection.target, runStarts: starts))
    }
  }

  private mutating func addDenseRow(_ rows: SynapseRows, _ source: Int, _ offset: Int, _ projection: Projection) {
    let first = weights.count
    rows.forEach(source: source) { weights.append($0.weight) }
    runs.append(
      Run(
        first: first, count: weights.count - first, destination: .consecutive(from: offset),
        delay: projection.delay, current: projection.current))
  }

  private mutating func addListedRow(_ rows: SynapseRows, _ source: Int, _ offset: Int) {
    let rowStart = runs.count
    rows.forEach(source: source) { synapse in
      let last = runs.count - 1
      if last >= rowStart && runs[last].delay == synapse.delay && runs[last].current == synapse.current {
        runs[last].count += 1
      } else {
        runs.append(
          Run(
            first: weights.count, count: 1, destination: .listed(from: targets.count), delay: synapse.delay,
            current: synapse.current))
      }
      weights.append(synapse.weight)
      targets.append(UInt32(offset + synapse.target))
    }
  }
}

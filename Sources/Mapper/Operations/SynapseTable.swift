import Networks
import Targets

/// The synapses of a network by target neuron, merged as the mesh does: those of one source, delay and
/// current into one neuron are one synapse with the sum of their weights; a sum of 0 is none.
///
/// A line is what an axon can carry: a source together with a delay and a current. Its number is
/// source · kinds + kind, where input i is source i, and neuron n is source inputCount + n.
struct SynapseTable {
  /// The delay and current of a line.
  struct Kind: Hashable {
    /// D: the delay from an input, one less than the delay from a neuron.
    var delay: Int
    var current: Int
  }

  let inputCount: Int
  let neuronCount: Int
  let kinds: [Kind]
  /// Where each neuron's synapses begin, and at the end their number.
  private(set) var starts: [Int]
  /// For each synapse its line; ascending within a neuron.
  private(set) var lines: [UInt32]
  private(set) var weights: [Int32]

  var sourceCount: Int { inputCount + neuronCount }
  var lineCount: Int { sourceCount * kinds.count }
  var synapseCount: Int { lines.count }

  func source(ofLine line: UInt32) -> Int { Int(line) / kinds.count }
  func kind(ofLine line: UInt32) -> Kind { kinds[Int(line) % kinds.count] }
}

extension SynapseTable {
  /// Merges the synapses of a validated network whose delays the target has.
  ///
  /// - Throws: a misfit `weight` where a sum leaves 32 bits.
  init(_ network: Network, target: Target) throws(Misfit) {
    inputCount = network.inputCount
    neuronCount = network.neuronCount
    let kinds = Self.kinds(of: network)
    self.kinds = kinds
    let offsets = network.populationOffsets
    let places = Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($1, $0) })

    var starts = [Int](repeating: 0, count: neuronCount + 1)
    for projection in network.projections {
      let base = offsets[projection.target] + 1
      network.forEachSynapse(of: projection) { (_, target, weight, _, _) throws(Never) in
        if weight != 0 { starts[base + target] += 1 }
      }
    }
    for neuron in 0..<neuronCount { starts[neuron + 1] += starts[neuron] }
    var lines = [UInt32](repeating: 0, count: starts[neuronCount])
    var weights = [Int32](repeating: 0, count: starts[neuronCount])
    var next = starts
    for projection in network.projections {
      let base = offsets[projection.target]
      var sourceBase = 0
      var lag = 0
      if case .population(let index) = projection.source {
        sourceBase = inputCount + offsets[index]
        lag = 1
      }
      var last = Kind(delay: projection.delay - lag, current: projection.current)
      var place = places[last] ?? 0
      network.forEachSynapse(of: projection) { (source, target, weight, delay, current) throws(Never) in
        if weight == 0 { return }
        if delay - lag != last.delay || current != last.current {
          last = Kind(delay: delay - lag, current: current)
          place = places[last] ?? 0
        }
        let slot = next[base + target]
        next[base + target] = slot + 1
        lines[slot] = UInt32((sourceBase + source) * kinds.count + place)
        weights[slot] = weight
      }
    }
    self.starts = starts
    self.lines = lines
    self.weights = weights
    if let neuron = merge() {
      let population = network.populations[offsets.lastIndex { $0 <= neuron } ?? 0].name
      throw Self.misfit(ofSumInto: population, target)
    }
  }

  private static func misfit(ofSumInto population: String, _ target: Target) -> Misfit {
    Misfit(
      .weight, needed: .option("a sum of parallel weights beyond 32 bits"), available: .option("32 bits"),
      target: target.name, population: population)
  }

  /// The table with the synapses into one neuron only; for asking what would not fit in any case.
  ///
  /// - Parameter neuron: in its population.
  init(into neuron: Int, of population: Int, _ fanIn: FanIn, target: Target) throws(Misfit) {
    let network = fanIn.network
    let kinds = Self.kinds(of: network)
    let offsets = network.populationOffsets
    var synapses: [(line: UInt32, weight: Int32)] = []
    for index in fanIn.projections[population] {
      let projection = network.projections[index]
      var sourceBase = 0
      var lag = 0
      if case .population(let source) = projection.source {
        sourceBase = network.inputCount + offsets[source]
        lag = 1
      }
      fanIn.forEachSynapse(of: projection, into: neuron) { source, weight, delay, current in
        guard weight != 0, let place = kinds.firstIndex(of: Kind(delay: delay - lag, current: current)) else { return }
        synapses.append((UInt32((sourceBase + source) * kinds.count + place), weight))
      }
    }
    inputCount = network.inputCount
    neuronCount = network.neuronCount
    self.kinds = kinds
    let place = offsets[population] + neuron
    starts =
      [Int](repeating: 0, count: place + 1) + [Int](repeating: synapses.count, count: network.neuronCount - place)
    lines = synapses.map(\.line)
    weights = synapses.map(\.weight)
    if merge() != nil { throw Self.misfit(ofSumInto: network.populations[population].name, target) }
  }

  static func kinds(of network: Network) -> [Kind] {
    var seen = Set<Kind>()
    for projection in network.projections {
      let lag = projection.source == .input ? 0 : 1
      seen.insert(Kind(delay: projection.delay - lag, current: projection.current))
      guard case .sparse(let list) = projection.connectivity else { continue }
      if list.delays.isEmpty && list.currents.isEmpty { continue }
      for index in list.targets.indices {
        seen.insert(
          Kind(
            delay: (list.delays.isEmpty ? projection.delay : Int(list.delays[index])) - lag,
            current: list.currents.isEmpty ? projection.current : Int(list.currents[index])))
      }
    }
    return seen.isEmpty
      ? [Kind(delay: 0, current: 0)] : seen.sorted { ($0.delay, $0.current) < ($1.delay, $1.current) }
  }

  /// Sorts each neuron's synapses by line and adds up equal lines; a neuron whose sum leaves 32 bits.
  private mutating func merge() -> Int? {
    var end = 0
    var pairs: [(line: UInt32, weight: Int32)] = []
    for neuron in 0..<neuronCount {
      let range = starts[neuron]..<starts[neuron + 1]
      starts[neuron] = end
      var isAscending = true
      for index in range.dropFirst() where lines[index - 1] >= lines[index] { isAscending = false }
      if isAscending {
        if end != range.lowerBound {
          for index in range {
            lines[end + index - range.lowerBound] = lines[index]
            weights[end + index - range.lowerBound] = weights[index]
          }
        }
        end += range.count
        continue
      }
      pairs.removeAll(keepingCapacity: true)
      for index in range { pairs.append((lines[index], weights[index])) }
      // Equal lines only add up, so their order is of no account.
      pairs.sort { $0.line < $1.line }
      var index = 0
      while index < pairs.count {
        let line = pairs[index].line
        var sum: Int64 = 0
        // At most 2^31 synapses of 32 bits.
        while index < pairs.count, pairs[index].line == line {
          sum += Int64(pairs[index].weight)
          index += 1
        }
        if sum == 0 { continue }
        guard let weight = Int32(exactly: sum) else { return neuron }
        lines[end] = line
        weights[end] = weight
        end += 1
      }
    }
    starts[neuronCount] = end
    lines.removeLast(lines.count - end)
    weights.removeLast(weights.count - end)
    return nil
  }
}

extension SynapseTable {
  /// The table without some neurons and what they send; for asking what would fit.
  func keeping(_ isKept: [Bool]) -> SynapseTable {
    var copy = self
    var end = 0
    for neuron in 0..<neuronCount {
      let range = starts[neuron]..<starts[neuron + 1]
      copy.starts[neuron] = end
      guard isKept[neuron] else { continue }
      for index in range {
        let source = source(ofLine: lines[index])
        if source >= inputCount && !isKept[source - inputCount] { continue }
        copy.lines[end] = lines[index]
        copy.weights[end] = weights[index]
        end += 1
      }
    }
    copy.starts[neuronCount] = end
    copy.lines.removeLast(lines.count - end)
    copy.weights.removeLast(weights.count - end)
    return copy
  }

  /// The table with every weight that `bits` do not hold replaced by one that they do; for asking what would fit.
  ///
  /// Equal weights stay equal, so equal rows do; others are scattered over the values other than 0, as training
  /// with that width would, so rows that differ hardly ever become equal.
  func narrowed(to bits: Int) -> SynapseTable {
    let range = WeightWidth(bits: bits).range
    var copy = self
    for index in weights.indices where !range.contains(weights[index]) {
      let hash = UInt32(bitPattern: weights[index]) &* 0x9E37_79B1
      let value = Int32((hash >> 8) % UInt32(range.count - 1)) + range.lowerBound
      // Below 0, then above it.
      copy.weights[index] = value < 0 ? value : value + 1
    }
    return copy
  }
}

import Mapper
import Networks
import Targets

/// How far a network's populations run behind its inputs, so that it can run without delays.
///
/// Without loops every spike reaches a population the same number of ticks after the input that caused it: its shift.
/// Then the populations may as well see everything at once, each on a clock of its own, which is what a chip without
/// delays does. Deployed delay = shift(target) − shift(source), as docs/neuron.md has it for trained delays of 0.
struct InstantTiming {
  /// The shift of each population; nil where no input leads to.
  let shifts: [Int?]
  /// Whether each projection lies on a loop, so that no shift explains its delay.
  let loops: [Bool]
  private let network: Network

  /// - Parameter network: validated, so that delays between neurons are at least 1.
  init(_ network: Network) {
    self.network = network
    shifts = Self.shifts(of: network)
    let reached = Self.reached(in: network)
    loops = network.projections.map { projection in
      guard case .population(let source) = projection.source else { return false }
      return reached[projection.target][source]
    }
  }

  /// The length of the shortest path from the inputs to each population.
  private static func shifts(of network: Network) -> [Int?] {
    var shifts = [Int?](repeating: nil, count: network.populations.count)
    var changed = true
    while changed {
      changed = false
      for projection in network.projections {
        var start: Int? = 0
        if case .population(let source) = projection.source { start = shifts[source] }
        guard let start else { continue }
        let length = start + projection.delays.lowerBound
        if length < shifts[projection.target] ?? .max {
          shifts[projection.target] = length
          changed = true
        }
      }
    }
    return shifts
  }

  /// [from][to]: whether projections lead from one population to another, itself included.
  private static func reached(in network: Network) -> [[Bool]] {
    let count = network.populations.count
    var next = [[Int]](repeating: [], count: count)
    for projection in network.projections {
      if case .population(let source) = projection.source { next[source].append(projection.target) }
    }
    return (0..<count).map { start in
      var seen = [Bool](repeating: false, count: count)
      seen[start] = true
      var open = [start]
      while let place = open.popLast() {
        for target in next[place] where !seen[target] {
          seen[target] = true
          open.append(target)
        }
      }
      return seen
    }
  }

  /// - Throws: the misfit of the first projection that has another delay, or neuron that starts later, than its
  ///   population's shift explains.
  func check(on target: Target) throws(Misfit) {
    for (index, projection) in network.projections.enumerated() where !loops[index] {
      var start: Int? = 0
      if case .population(let source) = projection.source { start = shifts[source] }
      // What no input leads to never fires.
      guard let start, let end = shifts[projection.target] else { continue }
      let delays = projection.delays
      guard delays.upperBound != end - start || delays.lowerBound != end - start else { continue }
      let found = delays.upperBound == end - start ? delays.lowerBound : delays.upperBound
      throw Misfit(
        projection.source == .input ? .inputDelay : .delay, needed: .count(found), available: .count(end - start),
        target: target.name, population: projection.name,
        detail: "the chip has no delays, and other paths to \(network.populations[projection.target].name) take "
          + "\(end) ticks from the input",
        remedies: [Remedy(kind: .option, text: "give all its synapses a delay of \(end - start), as training does")])
    }
    for (index, population) in network.populations.enumerated() {
      guard let shift = shifts[index] else { continue }
      for neuron in 0..<population.size where population.start[neuron] > shift {
        throw Misfit(
          .start, needed: .count(Int(population.start[neuron])), available: .count(shift), target: target.name,
          population: population.name,
          detail: "the chip's neurons take part from the first tick",
          remedies: [Remedy(kind: .option, text: "start the population in tick \(shift)")])
      }
    }
  }

  /// The network on one clock: no delays, no starts, and outputs read earlier by their population's shift.
  func lowered(_ network: Network) -> Network {
    var result = network
    for index in network.projections.indices {
      result.projections[index].delay = 0
      if case .sparse(var list) = network.projections[index].connectivity {
        list.delays = []
        result.projections[index].connectivity = .sparse(list)
      }
    }
    for index in network.populations.indices { result.populations[index].start = .uniform(0) }
    for (index, group) in network.outputs.enumerated() {
      result.outputs[index].shift = max(0, group.shift - (shifts[group.population] ?? 0))
    }
    return result
  }

  /// A sentence for each output group whose results come in earlier ticks than the network says.
  func earlyOutputs(of network: Network) -> [String] {
    network.outputs.compactMap { group in
      let early = (shifts[group.population] ?? 0) - group.shift
      guard early > 0 else { return nil }
      return
        "Results of output group \(group.name) come \(early == 1 ? "a tick" : "\(early) ticks") earlier than in the "
        + "network, where its shift is \(group.shift)."
    }
  }
}

extension Projection {
  /// The least and the greatest delay of its synapses.
  fileprivate var delays: ClosedRange<Int> {
    if case .sparse(let list) = connectivity, let least = list.delays.min(), let greatest = list.delays.max() {
      return Int(least)...Int(greatest)
    }
    return delay...delay
  }
}

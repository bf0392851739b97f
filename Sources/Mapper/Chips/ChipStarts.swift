import Networks
import NeuronCore
import Targets

/// Start ticks on a chip that has none: they may go where nothing happens before them.
public struct ChipStarts {
  let network: Network
  let target: Target

  public init(_ network: Network, target: Target) {
    self.network = network
    self.target = target
  }

  /// Checks that no neuron is moved before its start: by an arrival, a bias or a threshold that 0 passes.
  ///
  /// - Throws: the misfit of the first population where the start makes a difference.
  public func check() throws(Misfit) {
    let arrivals = firstArrivals
    for (index, population) in network.populations.enumerated() {
      for neuron in 0..<population.size {
        let start = Int(population.start[neuron])
        guard start > 0 else { continue }
        let movesAlone = movesAlone(population, neuron)
        let first = movesAlone ? 0 : arrivals[index]
        if first < start {
          throw Misfit(
            .start, needed: .count(start), available: .count(min(first, start)), target: target.name,
            population: population.name, detail: "the chip executes every neuron from tick 0 on",
            remedies: [
              Remedy(
                kind: .option,
                text: movesAlone ? "train without biases, or start in tick 0" : "start no later than the first arrival")
            ])
        }
      }
    }
  }

  /// The network without starts, which is the same where `check` has passed.
  public static func removed(_ network: Network) -> Network {
    var result = network
    for index in result.populations.indices { result.populations[index].start = .uniform(0) }
    return result
  }

  /// The first tick in which something can arrive at each population; `Int.max` where nothing can.
  private var firstArrivals: [Int] {
    var first = [Int](repeating: .max, count: network.populations.count)
    // As many rounds as a path can have steps.
    for _ in 0...network.populations.count {
      for projection in network.projections {
        var source = 0
        if case .population(let index) = projection.source {
          // A neuron with a bias may spike in any tick.
          source = canMoveAlone(network.populations[index]) ? 0 : first[index]
        }
        guard source != .max else { continue }
        first[projection.target] = min(first[projection.target], source + projection.leastDelay)
      }
    }
    return first
  }

  private func canMoveAlone(_ population: Population) -> Bool {
    (0..<population.size).contains { movesAlone(population, $0) }
  }

  /// Whether a neuron can spike though nothing arrives.
  private func movesAlone(_ population: Population, _ neuron: Int) -> Bool {
    population.bias[neuron] != 0 || population.model.compare.passes(0, threshold: Int64(population.threshold[neuron]))
  }
}

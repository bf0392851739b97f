import NeuronCore

/// How far each population's clock runs behind the input's, so that a network trained on clocks of its
/// own runs on one clock.
///
/// A layered network is trained as if layer 2 saw layer 1's spikes of the same step: a trained delay of 0.
/// With shifts 0 and 1 its deployed delay is 0 + 1 − 0 = 1, its start is 1, and its results are read one
/// tick later. A recurrent projection keeps its trained delay of 1. A skip connection from the input to
/// layer 3 waits: its delay becomes 0 + 2 − 0 = 2.
///
///     deployed delay = trained delay + shift(target) − shift(source)
///
/// Source: docs/neuron.md, "Time in a network".
public struct ClockShifts: Sendable, Hashable {
  /// The shift of each population, at least 0; the inputs have shift 0.
  public let shifts: [Int]

  /// The least shifts that give every projection between neurons a delay of at least 1.
  ///
  /// - Parameter trained: a network whose delays are trained delays, 0 allowed between neurons as well.
  /// - Throws: `loopTooShort` when a loop has less than one tick of delay for each of its projections, and
  ///   what validation finds.
  public init(trained network: Network) throws(NetworkError) {
    try network.validate(leastDelayBetweenNeurons: 0)
    var shifts = [Int](repeating: 0, count: network.populations.count)
    var cause = [Int?](repeating: nil, count: shifts.count)
    // Longest paths after Bellman and Ford; a change in the last round means a loop that never settles.
    let steps = network.projections.enumerated().compactMap(Step.init)
    for round in 0...shifts.count {
      var changed: Int?
      for step in steps where shifts[step.source] + step.least > shifts[step.target] {
        shifts[step.target] = shifts[step.source] + step.least
        cause[step.target] = step.projection
        changed = step.target
      }
      guard let changed else { break }
      if round == shifts.count { throw Self.loop(through: changed, cause, network) }
    }
    self.shifts = shifts
  }

  /// By how much a projection's target must run behind its source.
  private struct Step {
    let projection: Int
    let source: Int
    let target: Int
    let least: Int

    init?(_ index: Int, _ projection: Projection) {
      guard case .population(let source) = projection.source else { return nil }
      self.projection = index
      self.source = source
      target = projection.target
      least = 1 - projection.leastDelay
    }
  }

  /// The loop that the causes of a shift lead back around.
  private static func loop(through start: Int, _ cause: [Int?], _ network: Network) -> NetworkError {
    var place = start
    // After as many steps as there are populations, the place lies on the loop itself.
    for _ in cause { place = source(of: place, cause, network) ?? place }
    var names = [network.populations[place].name]
    var delays = 0
    var member = place
    repeat {
      if let index = cause[member] { delays += network.projections[index].leastDelay }
      member = source(of: member, cause, network) ?? place
      names.append(network.populations[member].name)
    } while member != place
    return .loopTooShort(populations: names.reversed(), trainedDelays: delays)
  }

  private static func source(of population: Int, _ cause: [Int?], _ network: Network) -> Int? {
    guard let index = cause[population], case .population(let source) = network.projections[index].source else {
      return nil
    }
    return source
  }
}

extension Projection {
  /// The least delay of any of its synapses.
  package var leastDelay: Int {
    if case .sparse(let list) = connectivity, let least = list.delays.min() { return Int(least) }
    return delay
  }

  /// The greatest delay of any of its synapses.
  var greatestDelay: Int {
    if case .sparse(let list) = connectivity, let greatest = list.delays.max() { return Int(greatest) }
    return delay
  }
}

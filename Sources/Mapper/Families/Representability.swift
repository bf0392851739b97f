import FixedPoint
import Networks
import NeuronCore
import Targets

/// Whether a target computes what a network asks of it: the options of every population and the delays of every
/// projection against the target's `arithmetic`.
///
/// Families add what is theirs alone.
public struct Representability {
  let network: Network
  let target: Target

  /// - Parameter network: validated.
  public init(of network: Network, on target: Target) {
    self.network = network
    self.target = target
  }

  /// - Throws: the first option or delay that the target lacks.
  public func check() throws(Misfit) {
    for population in network.populations {
      try PopulationCheck(population: population, target: target).run()
    }
    for projection in network.projections { try check(projection) }
  }

  /// Delays; everything else of a synapse is a matter of rows or of a chip's limits.
  private func check(_ projection: Projection) throws(Misfit) {
    let fromInput = projection.source == .input
    let allowed = fromInput ? target.arithmetic.inputDelays : target.arithmetic.delays
    func refuse(_ delay: Int) -> Misfit {
      let nearest = min(max(delay, allowed.lowerBound), allowed.upperBound)
      return Misfit(
        fromInput ? .inputDelay : .delay, needed: .count(delay),
        available: .option("\(allowed.lowerBound) to \(allowed.upperBound)"), target: target.name,
        population: projection.name,
        remedies: [
          Remedy(kind: .option, text: "use a delay of \(nearest), or a relay population in between")
        ])
    }
    guard case .sparse(let list) = projection.connectivity, !list.delays.isEmpty else {
      if !allowed.contains(projection.delay) { throw refuse(projection.delay) }
      return
    }
    for delay in list.delays where !allowed.contains(Int(delay)) { throw refuse(Int(delay)) }
  }
}

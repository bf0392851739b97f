import Networks
import Targets

/// A family of chips with a format of their own: one crossbar, or one list of neurons and synapses.
///
/// What a new one takes is told in ARCHITECTURE.md, "A new chip".
public protocol SingleChipFamily: ChipFamily {
  /// What the chip's own format can hold.
  static var format: ChipFormat { get }

  /// How a validated network lies on the chip; `Representability` has been checked.
  ///
  /// - Throws: the first misfit, without remedies that need trying.
  func layOut(_ network: Network, on target: Target, limits: ChipLimits) throws(Misfit)
    -> ChipMapping
}

extension SingleChipFamily {
  public func check(_ target: Target) throws(ChipFamilyError) {
    guard target.family == Self.name else {
      throw .otherFamily(target.family, target: target.name, expected: Self.name)
    }
    guard let limits = target.chip else { throw .chipSection(target: target.name, isNeeded: true) }
    try Self.format.check(target, limits)
  }

  public func place(_ network: Network, on target: Target) throws(Misfit) -> Mapping {
    try Representability(of: network, on: target).check()
    return Mapping(
      try layOut(network, on: target, limits: target.chip ?? ChipLimits()), target: target)
  }

  public func explain(
    _ misfit: Misfit, of network: Network, on target: Target, alternatives: [Target]
  ) -> Misfit {
    ChipExplanation(family: self, network: network, target: target).explained(
      misfit, alternatives: alternatives)
  }
}

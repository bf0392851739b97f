import Networks
import Targets

/// A family of chips: what it represents exactly and what it costs.
///
/// A family is one folder under `Sources/Chips` and one line in `ChipCatalog`.
public protocol ChipFamily: Sendable {
  /// The word that target files name in `family`.
  static var name: String { get }

  /// Checks that a target says of the family's records what the image format says.
  func check(_ target: Target) throws(ChipFamilyError)

  /// The mapping of a validated network on a checked target.
  ///
  /// - Throws: the first misfit, without the nearest target.
  func place(_ network: Network, on target: Target) throws(Misfit) -> Mapping

  /// What would help against a misfit that `place` has thrown, the cheapest first, with the nearest target.
  func explain(_ misfit: Misfit, of network: Network, on target: Target, alternatives: [Target]) -> Misfit
}

/// A family of boards that are grids of cores: the mapper places networks for it.
public protocol GridFamily: ChipFamily {
  /// Checks that a target represents every option of a validated network exactly.
  ///
  /// - Throws: the first misfit, without the nearest target.
  func check(_ network: Network, on target: Target) throws(Misfit)
}

extension ChipFamily {
  /// Places a network on a target.
  ///
  /// - Parameter alternatives: other targets of the family, among which a misfit looks for the nearest that fits.
  /// - Throws: `NetworkError` where the network means nothing, `ChipFamilyError` where the target is not one of
  ///   this family's, `Misfit` where the network does not fit.
  public func map(_ network: Network, to target: Target, alternatives: [Target] = []) throws -> Mapping {
    try network.validate()
    try check(target)
    do throws(Misfit) {
      return try place(network, on: target)
    } catch {
      throw explain(error, of: network, on: target, alternatives: alternatives)
    }
  }
}

extension GridFamily {
  public func place(_ network: Network, on target: Target) throws(Misfit) -> Mapping {
    try check(network, on: target)
    try EarlyChecks(network: network, target: target).run()
    let table = try SynapseTable(network, target: target)
    return try Plan(network: network, target: target, facts: NeuronFacts(network), table: table).mapping()
  }

  public func explain(_ misfit: Misfit, of network: Network, on target: Target, alternatives: [Target]) -> Misfit {
    Explanation(family: self, network: network, target: target).explained(misfit, alternatives: alternatives)
  }
}

/// Why a target cannot be used with a family.
public enum ChipFamilyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No family of this name is known.
  case unknownFamily(String, target: String, known: [String])
  /// The target belongs to another family.
  case otherFamily(String, target: String, expected: String)
  /// The target says that a record takes `stated` bytes; the format says `actual`.
  case cost(record: String, target: String, stated: Int, actual: Int)
  /// The family is one of chips and the target has no section `chip`, or the other way round.
  case chipSection(target: String, isNeeded: Bool)
  /// The target says that membranes have a sign where the chip's have none, or the other way round.
  case membraneSign(target: String, isSigned: Bool)
  /// An option that the chip does not have.
  case foreignOption(field: String, target: String, value: String, allowed: String)
  /// A budget or option beyond what the format can hold.
  case beyondFormat(field: String, target: String, value: Int, allowed: ClosedRange<Int>)

  public var description: String {
    switch self {
    case .unknownFamily(let name, let target, let known):
      "target \(target): the family \(name) is not known; known are \(known.joined(separator: ", "))"
    case .otherFamily(let name, let target, let expected):
      "target \(target) is of the family \(name), not \(expected); choose a target of this family"
    case .cost(let record, let target, let stated, let actual):
      "target \(target): costs.\(record) is \(stated), but the image format takes \(actual) bytes; write \(actual)"
    case .chipSection(let target, let isNeeded):
      isNeeded
        ? "target \(target): the section chip is missing, which this family needs; see docs/targets.md"
        : "target \(target): the section chip does not go with a grid of cores; remove it"
    case .foreignOption(let field, let target, let value, let allowed):
      "target \(target): \(field) has \(value), which the chip has not; it has \(allowed)"
    case .membraneSign(let target, let isSigned):
      "target \(target): chip.membrane_signed must be \(isSigned) for this family"
    case .beyondFormat(let field, let target, let value, let allowed):
      "target \(target): \(field) is \(grouped(value)), which the image format cannot hold; "
        + "write \(allowed.lowerBound == allowed.upperBound ? grouped(allowed.lowerBound) : "\(allowed.lowerBound) to \(grouped(allowed.upperBound))")"
    }
  }
}

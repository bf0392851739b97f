/// Why a network does not fit a target, and what would help.
///
/// `description` is one line; `explanation` adds the remedies.
public struct Misfit: Error, Equatable, Sendable, Codable {
  public var resource: Resource
  /// What the network asks for.
  public var needed: Quantity
  /// What the target has.
  public var available: Quantity
  /// The name of the target.
  public var target: String
  /// The population, or where there is none the projection or output group, that asks.
  public var population: String?
  /// The number of the core that is too full, where one is.
  public var core: Int?
  /// Where cores lack, the budget by which most of them are full.
  public var fullBudget: Resource?
  /// What else tells the user where to look, such as which budget filled the cores.
  public var detail: String?
  /// At most three, the cheapest first.
  public var remedies: [Remedy]
  /// The nearest of the other targets that were tried, where one fits.
  public var nearestTarget: String?

  public init(
    _ resource: Resource, needed: Quantity, available: Quantity, target: String, population: String? = nil,
    core: Int? = nil, fullBudget: Resource? = nil, detail: String? = nil, remedies: [Remedy] = [],
    nearestTarget: String? = nil
  ) {
    self.resource = resource
    self.needed = needed
    self.available = available
    self.target = target
    self.population = population
    self.core = core
    self.fullBudget = fullBudget
    self.detail = detail
    self.remedies = remedies
    self.nearestTarget = nearestTarget
  }

  enum CodingKeys: String, CodingKey {
    case resource, needed, available, target, population, core, detail, remedies
    case fullBudget = "full_budget"
    case nearestTarget = "nearest_target"
  }
}

/// An amount, or the name of an option where amounts say nothing.
public enum Quantity: Equatable, Sendable {
  case count(Int)
  case option(String)
}

/// Something that would make a network fit.
public struct Remedy: Equatable, Sendable, Codable {
  /// What kind of change; the order of the cases is the order of their cost.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Change an option of the neurons and train again.
    case option
    /// Train with narrower weights.
    case weights
    /// Have fewer neurons or connections.
    case size
    /// Deploy to another target.
    case target
  }

  public var kind: Kind
  /// What to do, with numbers: "use 4-bit weights: 50176 → 25088 bytes".
  public var text: String

  public init(kind: Kind, text: String) {
    self.kind = kind
    self.text = text
  }
}

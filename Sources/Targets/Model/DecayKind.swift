import FixedPoint

/// A decay rule without its shift or amount; raw values are those of an image's class record.
public enum DecayKind: UInt8, Sendable, Hashable, CaseIterable {
  /// The value stays.
  case none = 0
  /// `u - (u >> k)`, arithmetic shift.
  case floor = 1
  /// `u - sign(u)·(|u| >> k)`.
  case towardZero = 2
  /// `u - sign(u)·max(|u| >> k, 1)`.
  case atLeastOne = 3
  /// As `floor`, losing at least 1.
  case atLeastOneFloor = 4
  /// `(u·a) >> 8` with `a = 256 - (256 >> k)`.
  case multiply = 5
  /// `u - sign(u)·min(amount, |u|)`.
  case linear = 6

  /// The kind of a rule.
  public init(_ rule: DecayRule) {
    switch rule {
    case .none: self = .none
    case .floor: self = .floor
    case .towardZero: self = .towardZero
    case .atLeastOne: self = .atLeastOne
    case .atLeastOneFloor: self = .atLeastOneFloor
    case .multiply: self = .multiply
    case .linear: self = .linear
    }
  }

  /// Every kind, with the one that training uses first.
  public static let trainingFirst: [DecayKind] = [
    .floor, .towardZero, .atLeastOne, .atLeastOneFloor, .multiply, .linear, .none,
  ]
}

/// How the values of a sample become the counts that the input lines carry in each tick.
///
/// Specified in docs/data.md, "Codings".
public struct InputCoding: Sendable, Hashable {
  /// The rule.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The data are counts for each tick already.
    case spikes
    /// The same count in every tick, proportional to the value.
    case direct
    /// One spike with a probability proportional to the value, from a counter-based generator.
    case rate
    /// Evenly spaced spikes, as many as the value's share of the ticks.
    case deterministic
  }

  public var kind: Kind
  /// The value of full scale, 1–65535; for example 16 or 255. 1 for `.spikes`.
  public var maximum: Int
  /// The greatest count in one tick, 1–255; other than 1 only for `.direct`.
  public var levels: Int
  /// The key of the generator; used by `.rate` only.
  public var seed: UInt64

  public init(kind: Kind, maximum: Int = 1, levels: Int = 1, seed: UInt64 = 0) {
    self.kind = kind
    self.maximum = maximum
    self.levels = levels
    self.seed = seed
  }

  /// Data that are counts already.
  public static let spikes = InputCoding(kind: .spikes)
}

extension InputCoding {
  /// The count of a value in every tick under `.direct`: `round(value·levels / maximum)`, halves up.
  ///
  /// At `maximum = 16, levels = 4`: 1 → 0, 2 → 1, 16 → 4.
  /// - Parameter value: 0…maximum.
  public func directCount(of value: Int) -> Int {
    (2 * value * levels + maximum) / (2 * maximum)
  }

  /// The count of a value in one tick under `.deterministic`:
  /// `⌊(tick + 1)·value / maximum⌋ − ⌊tick·value / maximum⌋`.
  ///
  /// At `maximum = 4`, value 3 in ticks 0…3: 0, 1, 1, 1.
  /// - Parameter value: 0…maximum.
  public func deterministicCount(of value: Int, tick: Int) -> Int {
    (tick + 1) * value / maximum - tick * value / maximum
  }

  /// Throws what is wrong with the parameters.
  public func validate() throws(DocumentError) {
    guard (1...65535).contains(maximum) else { throw .codingMaximum(maximum) }
    guard (1...255).contains(levels) else { throw .codingLevels(levels) }
    guard levels == 1 || kind == .direct else { throw .levelsWithoutDirect(levels, kind) }
  }
}

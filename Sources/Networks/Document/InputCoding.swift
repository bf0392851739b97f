/// How the values of a sample become the counts that the input lines carry in each tick.
///
/// Specified in docs/data.md, "Codings".
public struct InputCoding: Sendable, Hashable {
  /// The rule.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The data are counts for each tick already.
    case spikes
    /// A count proportional to the value: for plain values the same in every tick.
    case direct
    /// One spike with a probability proportional to the value, from a counter-based generator.
    case rate
    /// Evenly spaced spikes, as many as the value's share of the ticks.
    case deterministic
    /// One spike for each value that is not 0, the earlier the greater the value.
    case latency
    /// Spikes where a series rises or falls by a threshold, on two lines for each channel.
    case delta
  }

  public var kind: Kind
  /// The value of full scale, 1–65535; for example 16 or 255. 1 for `.spikes`.
  public var maximum: Int
  /// The greatest count in one tick, 1–255; other than 1 only for `.direct` and `.delta`.
  public var levels: Int
  /// The key of the generator; used by `.rate` only.
  public var seed: UInt64
  /// The step of a series that makes a spike, 1–65535; other than 1 only for `.delta`.
  public var threshold: Int

  public init(kind: Kind, maximum: Int = 1, levels: Int = 1, seed: UInt64 = 0, threshold: Int = 1) {
    self.kind = kind
    self.maximum = maximum
    self.levels = levels
    self.seed = seed
    self.threshold = threshold
  }

  /// Data that are counts already.
  public static let spikes = InputCoding(kind: .spikes)
}

extension InputCoding {
  /// How many input lines a number of values feeds: twice as many under `.delta`, else as many.
  public func lineCount(values: Int) -> Int { kind == .delta ? 2 * values : values }

  /// The greatest count that a value can give in one tick.
  public var greatestCount: Int { kind == .direct || kind == .delta ? levels : 1 }

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

  /// The tick of the one spike of a value under `.latency`, nil for 0:
  /// `⌊(maximum − value)·(ticks − 1) / maximum + ½⌋`.
  ///
  /// At `maximum = 4`, 9 ticks: 4 → 0, 3 → 2, 1 → 6, 0 → none.
  /// - Parameter value: 0…maximum.
  public func latencyTick(of value: Int, ticks: Int) -> Int? {
    value == 0 ? nil : (2 * (maximum - value) * (ticks - 1) + maximum) / (2 * maximum)
  }

  /// One step of `.delta`: the counts of the two lines, and the reference level moved by them.
  ///
  /// The count is `min(levels, ⌊|value − reference| / threshold⌋)`, on the ON line where the value lies
  /// above the reference, else on the OFF line; the reference moves by count·threshold towards the value.
  /// At `threshold = 3, levels = 2`: reference 10, value 20 → on 2, reference 16.
  public func deltaStep(value: Int, reference: inout Int) -> (on: Int, off: Int) {
    let count = min(levels, abs(value - reference) / threshold)
    if value > reference {
      reference += count * threshold
      return (count, 0)
    }
    reference -= count * threshold
    return (0, count)
  }

  /// Throws what is wrong with the parameters.
  public func validate() throws(DocumentError) {
    guard (1...65535).contains(maximum) else { throw .codingMaximum(maximum) }
    guard (1...255).contains(levels) else { throw .codingLevels(levels) }
    guard levels == 1 || kind == .direct || kind == .delta else { throw .levelsWithoutDirect(levels, kind) }
    guard (1...65535).contains(threshold) else { throw .codingThreshold(threshold) }
    guard threshold == 1 || kind == .delta else { throw .thresholdWithoutDelta(threshold, kind) }
  }
}

import NeuronCore

/// The words of net.json for the rules of a neuron, in one place for reading and writing.
enum Vocabulary {
  static let accumulators: [(String, Accumulator)] = [
    ("exact", .exact), ("wrap16", .wrap16), ("saturate_per_event", .saturatePerEvent),
  ]
  static let sums: [(String, SumRule)] = [("exact", .exact), ("per_term16", .perTerm16)]
  static let compares: [(String, Comparison)] = [("at_least", .atLeast), ("above", .above)]
  static let resets: [(String, Reset)] = [
    ("zero", .zero), ("subtract_before_leak", .subtractBeforeLeak), ("subtract_after_leak", .subtractAfterLeak),
  ]
  static let minusThreshold = "minus_threshold"

  /// The word of a value.
  static func word<T: Equatable>(_ value: T, in words: [(String, T)]) -> String {
    words.first { $0.1 == value }?.0 ?? ""
  }
}

import NeuronCore

/// A value that a target file spells as a word.
protocol FileWord: CaseIterable, Equatable, Sendable {
  /// The word.
  var word: String { get }
}

extension FileWord {
  /// All words, in the order of the cases.
  static var allWords: [String] { allCases.map(\.word) }

  /// The case that a word spells.
  init?(word: String) {
    guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = found
  }
}

extension DecayKind: FileWord {
  var word: String {
    switch self {
    case .none: "none"
    case .floor: "floor"
    case .towardZero: "towardZero"
    case .atLeastOne: "atLeastOne"
    case .atLeastOneFloor: "atLeastOneFloor"
    case .multiply: "multiply"
    case .linear: "linear"
    }
  }
}

extension Accumulator: FileWord {
  var word: String {
    switch self {
    case .exact: "exact"
    case .wrap16: "wrap16"
    case .saturatePerEvent: "saturatePerEvent"
    }
  }
}

extension SumRule: FileWord {
  var word: String {
    switch self {
    case .exact: "exact"
    case .perTerm16: "perTerm16"
    }
  }
}

extension Comparison: FileWord {
  var word: String {
    switch self {
    case .atLeast: "atLeast"
    case .above: "above"
    }
  }
}

extension Reset: FileWord {
  var word: String {
    switch self {
    case .zero: "zero"
    case .subtractBeforeLeak: "subtractBeforeLeak"
    case .subtractAfterLeak: "subtractAfterLeak"
    }
  }
}

extension StorageLayout: FileWord {
  var word: String {
    switch self {
    case .compact: "compact"
    case .wide: "wide"
    }
  }
}

extension Timing: FileWord {
  var word: String {
    switch self {
    case .synchronous: "synchronous"
    case .withinTick: "withinTick"
    }
  }
}

extension WeightSigns: FileWord {
  var word: String {
    switch self {
    case .perSynapse: "perSynapse"
    case .perSource: "perSource"
    }
  }
}

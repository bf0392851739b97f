import NeuronCore
import Targets

// The words of net.json, for misfits. Target files spell the cases as Swift does: `atLeastOne`.

/// An option that net.json and target files name.
protocol NamedOption: Equatable {
  /// The word of net.json.
  var words: String { get }
}

extension NamedOption {
  /// The word of target files.
  var targetWord: String { "\(self)" }

  /// Both words where they differ, that of target files first.
  var bothWords: String { targetWord == words ? words : "\(targetWord), in net.json \(words)" }
}

extension Accumulator: NamedOption {
  var words: String {
    switch self {
    case .exact: "exact"
    case .wrap16: "wrap16"
    case .saturatePerEvent: "saturate_per_event"
    }
  }
}

extension SumRule: NamedOption {
  var words: String {
    switch self {
    case .exact: "exact"
    case .perTerm16: "per_term16"
    }
  }
}

extension Comparison: NamedOption {
  var words: String {
    switch self {
    case .atLeast: "at_least"
    case .above: "above"
    }
  }
}

extension Reset: NamedOption {
  var words: String {
    switch self {
    case .zero: "zero"
    case .subtractBeforeLeak: "subtract_before_leak"
    case .subtractAfterLeak: "subtract_after_leak"
    }
  }
}

extension DecayKind: NamedOption {
  var words: String {
    switch self {
    case .none: "none"
    case .floor: "floor"
    case .towardZero: "toward_zero"
    case .atLeastOne: "at_least_one"
    case .atLeastOneFloor: "at_least_one_floor"
    case .multiply: "multiply"
    case .linear: "linear"
    }
  }
}

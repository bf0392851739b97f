import NeuronCore
import Targets

// The words of target files and net.json, for misfits.

extension Accumulator {
  var words: String {
    switch self {
    case .exact: "exact"
    case .wrap16: "wrap16"
    case .saturatePerEvent: "saturate_per_event"
    }
  }
}

extension SumRule {
  var words: String {
    switch self {
    case .exact: "exact"
    case .perTerm16: "per_term16"
    }
  }
}

extension Comparison {
  var words: String {
    switch self {
    case .atLeast: "at_least"
    case .above: "above"
    }
  }
}

extension Reset {
  var words: String {
    switch self {
    case .zero: "zero"
    case .subtractBeforeLeak: "subtract_before_leak"
    case .subtractAfterLeak: "subtract_after_leak"
    }
  }
}

extension DecayKind {
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

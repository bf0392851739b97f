import Mapper
import Targets

/// What differs between tinyODIN and ODIN when a network is laid on their crossbar.
protocol CrossbarFamily {
  static var name: String { get }
  /// The core's name in messages.
  static var core: String { get }
  /// The events that the core's queue holds, the one that runs among them.
  static var queuedEvents: Int { get }
  /// What the format of the core's memories can hold.
  static var format: CrossbarFormat { get }
}

/// What the memories of a core can hold.
struct CrossbarFormat {
  var weights: ClosedRange<Int>
  var thresholds: ClosedRange<Int>
  var membranes: ClosedRange<Int64>
  var leakAmounts: ClosedRange<Int>
}

extension CrossbarFamily {
  /// What a target says of the core against what its memories hold.
  func checkFormat(_ target: Target) throws(ChipFamilyError) {
    guard target.family == Self.name else {
      throw .otherFamily(target.family, target: target.name, expected: Self.name)
    }
    guard let chip = target.chip else { throw .chipSection(target: target.name, isNeeded: true) }
    func check(_ field: String, _ value: Int, _ allowed: ClosedRange<Int>) throws(ChipFamilyError) {
      if !allowed.contains(value) {
        throw .beyondFormat(field: field, target: target.name, value: value, allowed: allowed)
      }
    }
    let format = Self.format
    for bound in [chip.weights.lowerBound, chip.weights.upperBound] {
      try check("chip.weights", bound, format.weights)
    }
    for bound in [chip.thresholds.lowerBound, chip.thresholds.upperBound] {
      try check("chip.thresholds", bound, format.thresholds)
    }
    for bound in [chip.biases.lowerBound, chip.biases.upperBound] { try check("chip.biases", bound, 0...0) }
    try check("chip.maximum_leak_amount", chip.maximumLeakAmount, format.leakAmounts)
    try check("budgets.neurons_per_core", target.budgets.neuronsPerCore, 0...CrossbarMemory.neuronCount)
    let bits = Int64.bitWidth - (format.membranes.upperBound - format.membranes.lowerBound).leadingZeroBitCount
    try check("arithmetic.membrane_bits", target.arithmetic.membraneBits, bits...bits)
  }
}

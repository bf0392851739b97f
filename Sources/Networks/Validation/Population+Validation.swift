import FixedPoint
import NeuronCore

extension Population {
  /// Checks the model and every value of one population, whose size is already known to be valid.
  func validate(as element: NetworkElement) throws(NetworkError) {
    try model.validate(as: element)
    try checkCount(threshold, "thresholds", element)
    try checkCount(bias, "biases", element)
    try checkCount(start, "starts", element)
    try checkCount(initialMembrane, "initial membranes", element)
    for (index, value) in start.distinctValues {
      try check("start", Int(value), in: 0...NetworkLimits.start, of: element, index: index)
    }
    try checkThresholds(element)
    try checkInitialMembranes(element)
  }

  private func checkCount(_ values: PerNeuron, _ what: String, _ element: NetworkElement) throws(NetworkError) {
    if case .each(let list) = values, list.count != size {
      throw .wrongCount(what, of: element, expected: size, actual: list.count)
    }
  }

  private func checkThresholds(_ element: NetworkElement) throws(NetworkError) {
    for (index, value) in threshold.distinctValues {
      if model.lowerBound == .minusThreshold && value < 0 {
        // The floor −θ would lie above 0.
        try check("threshold", Int(value), in: 0...Int(Int32.max), of: element, index: index)
      }
      if value < 1 && model.reset != .zero {
        throw .thresholdNeedsReset(element, index: index, threshold: Int(value))
      }
    }
  }

  private func checkInitialMembranes(_ element: NetworkElement) throws(NetworkError) {
    if initialMembrane == .uniform(0) { return }
    for index in 0..<size {
      let floor = Int(model.lowerBound.resolved(threshold: threshold[index]))
      let value = Int(initialMembrane[index])
      let allowed = floor...Int(model.upperBound)
      try check("initial membrane", value, in: allowed, of: element, index: index)
    }
  }
}

extension PerNeuron {
  /// The values with their place in the list, or the one value without.
  fileprivate var distinctValues: [(index: Int?, value: Int32)] {
    switch self {
    case .uniform(let value): [(nil, value)]
    case .each(let values): values.enumerated().map { ($0.offset, $0.element) }
    }
  }
}

extension NeuronModel {
  /// Checks bounds, shifts and the cap.
  func validate(as element: NetworkElement) throws(NetworkError) {
    if case .value(let floor) = lowerBound {
      try check("lower bound", Int(floor), in: Int(Int32.min)...0, of: element)
    }
    try check("upper bound", Int(upperBound), in: 0...Int(Int32.max), of: element)
    try check("spike cap", Int(spikeCap), in: 1...255, of: element)
    try leak.validate("leak shift", as: element)
    for index in 0..<currents.count {
      try currents.decay(of: index).validate("shift of current \(index)", as: element)
    }
  }
}

extension DecayRule {
  fileprivate func validate(_ what: String, as element: NetworkElement) throws(NetworkError) {
    switch self {
    case .floor(let shift), .towardZero(let shift), .atLeastOne(let shift), .atLeastOneFloor(let shift),
      .multiply(let shift):
      try check(what, Int(shift), in: 0...Int(Self.maximumShift), of: element)
    case .none, .linear:
      return
    }
  }
}

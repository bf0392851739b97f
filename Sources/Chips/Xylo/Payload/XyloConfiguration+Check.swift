/// What no Xylo core can be.
public enum XyloError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A list has another length than there are neurons that it is about.
  case listLength(String, count: Int, expected: Int)
  /// A number beyond what there is: a synapse's target or current, an alias.
  case beyond(String, value: Int, limit: Int)

  public var description: String {
    switch self {
    case .listLength(let list, let count, let expected):
      "\(list) has \(count) entries and must have \(expected): one for each neuron it is about"
    case .beyond(let what, let value, let limit): "\(what) is \(value); it must be 0 to \(limit)"
    }
  }
}

extension XyloConfiguration {
  public static let inputCount = 16
  /// Beyond this a shifted weight would leave the 16 bits of a current whatever it is.
  public static let greatestShift = 15

  /// Checks that every number names something.
  public func check() throws(XyloError) {
    if inputSynapses.count > Self.inputCount {
      throw .listLength(
        "the list of input synapses", count: inputSynapses.count, expected: Self.inputCount)
    }
    for (name, list) in [("recurrent", recurrentSynapses), ("output", outputSynapses)]
    where list.count != hidden.count {
      throw .listLength("the list of \(name) synapses", count: list.count, expected: hidden.count)
    }
    for (name, shift) in [
      ("input", weightShifts.input), ("recurrent", weightShifts.recurrent),
      ("output", weightShifts.output),
    ] {
      try Self.check("the shift of \(name) weights", shift, Self.greatestShift)
    }
    for neuron in hidden { try neuron.check(currents: 1...2, aliases: hidden.count) }
    for neuron in readouts { try neuron.check(currents: 1...1, aliases: 0) }
    for synapse in (inputSynapses + recurrentSynapses).joined() { try synapse.check(hidden) }
    for synapse in outputSynapses.joined() { try synapse.check(readouts) }
  }

  fileprivate static func check(_ what: String, _ value: Int, _ limit: Int) throws(XyloError) {
    guard value >= 0 && value <= limit else { throw .beyond(what, value: value, limit: limit) }
  }
}

extension XyloConfiguration.Neuron {
  fileprivate func check(currents: ClosedRange<Int>, aliases limit: Int) throws(XyloError) {
    guard currents.contains(currentShifts.count) else {
      throw .listLength(
        "a neuron's list of currents", count: currentShifts.count, expected: currents.upperBound)
    }
    for shift in currentShifts + [membraneShift] {
      try XyloConfiguration.check("the shift of a decay", shift, XyloConfiguration.greatestShift)
    }
    for alias in aliases { try XyloConfiguration.check("an alias", alias, limit - 1) }
  }
}

extension XyloConfiguration.Synapse {
  fileprivate func check(_ neurons: [XyloConfiguration.Neuron]) throws(XyloError) {
    try XyloConfiguration.check("a synapse's target", target, neurons.count - 1)
    try XyloConfiguration.check(
      "a synapse's current", current, neurons[target].currentShifts.count - 1)
  }
}

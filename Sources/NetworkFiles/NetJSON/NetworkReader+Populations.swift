import FixedPoint
import Networks
import NeuronCore

extension NetworkReader {
  static let populationKeys = [
    "accumulator", "bias", "compare", "currents", "initial", "leak", "lower_bound", "name", "refractory_ticks", "reset",
    "size", "spike_cap", "start", "sum", "threshold", "upper_bound",
  ]

  /// The name that stands for the input lines, which no population may have.
  static let inputName = "input"

  func populations() throws(NetworkFilesError) -> [Population] {
    var populations: [Population] = []
    var names: Set<String> = []
    for (value, path) in try root.elements("populations") {
      let fields = try Fields(value, path, in: text, allowed: Self.populationKeys)
      let name = try fields.name("name")
      guard name != Self.inputName else {
        throw text.failure(
          try fields.required("name"), fields.path("name"), "is \"input\", which means the input lines")
      }
      guard names.insert(name).inserted else {
        throw text.failure(
          try fields.required("name"), fields.path("name"), "is \"\(shown(name))\", which occurs twice")
      }
      let size = try fields.integer("size", in: 1...NetworkLimits.neurons)
      populations.append(
        Population(
          name: name, size: size, model: try model(fields), threshold: try perNeuron(fields, "threshold", size: size),
          bias: try perNeuron(fields, "bias", size: size, standard: 0),
          start: try perNeuron(fields, "start", size: size, standard: 0),
          initialMembrane: try perNeuron(fields, "initial", size: size, standard: 0)))
    }
    return populations
  }

  private func model(_ fields: Fields) throws(NetworkFilesError) -> NeuronModel {
    let standard = NeuronModel()
    var model = standard
    if let value = fields.optional("lower_bound") {
      if case .string(Vocabulary.minusThreshold) = value.content {
        model.lowerBound = .minusThreshold
      } else if case .string = value.content {
        throw text.failure(value, fields.path("lower_bound"), "must be a number or \"\(Vocabulary.minusThreshold)\"")
      } else {
        model.lowerBound = .value(Int32(try text.integer(value, fields.path("lower_bound"), in: Int(Int32.min)...0)))
      }
    }
    model.upperBound = Int32(
      try fields.integer("upper_bound", in: 0...Int(Int32.max), standard: Int(standard.upperBound)))
    model.accumulator = try fields.choice("accumulator", of: Vocabulary.accumulators, standard: standard.accumulator)
    model.sum = try fields.choice("sum", of: Vocabulary.sums, standard: standard.sum)
    model.compare = try fields.choice("compare", of: Vocabulary.compares, standard: standard.compare)
    model.reset = try fields.choice("reset", of: Vocabulary.resets, standard: standard.reset)
    model.spikeCap = UInt8(try fields.integer("spike_cap", in: 1...255, standard: Int(standard.spikeCap)))
    model.refractoryTicks = UInt16(
      try fields.integer("refractory_ticks", in: 0...65535, standard: Int(standard.refractoryTicks)))
    if let leak = fields.optional("leak") { model.leak = try decay(leak, fields.path("leak")) }
    model.currents = try currents(fields)
    return model
  }

  private func currents(_ fields: Fields) throws(NetworkFilesError) -> CurrentDecays {
    guard fields.optional("currents") != nil else { return .none }
    var decays: [DecayRule] = []
    for (value, path) in try fields.elements("currents") { decays.append(try decay(value, path)) }
    switch decays.count {
    case 0: return .none
    case 1: return .one(decays[0])
    case 2: return .two(decays[0], decays[1])
    default:
      throw text.failure(
        try fields.required("currents"), fields.path("currents"),
        "has \(decays.count) entries; there are at most 2 currents")
    }
  }

  /// A decay rule: `{"rule": "floor", "shift": 4}`.
  private func decay(_ value: JSONValue, _ path: FieldPath) throws(NetworkFilesError) -> DecayRule {
    let kinds = ["none", "floor", "toward_zero", "at_least_one", "at_least_one_floor", "multiply", "linear"]
    let probe = try Fields(value, path, in: text, allowed: ["amount", "rule", "shift"])
    let rule = try probe.choice("rule", of: kinds.map { ($0, $0) })
    let operand = rule == "none" ? [] : rule == "linear" ? ["amount"] : ["shift"]
    let fields = try Fields(value, path, in: text, allowed: operand + ["rule"])
    if rule == "none" { return .none }
    if rule == "linear" { return .linear(amount: UInt32(try fields.integer("amount", in: 0...Int(UInt32.max)))) }
    let shift = UInt8(try fields.integer("shift", in: 0...Int(DecayRule.maximumShift)))
    switch rule {
    case "floor": return .floor(shift: shift)
    case "toward_zero": return .towardZero(shift: shift)
    case "at_least_one": return .atLeastOne(shift: shift)
    case "at_least_one_floor": return .atLeastOneFloor(shift: shift)
    default: return .multiply(shift: shift)
    }
  }
}

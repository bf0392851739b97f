/// The payload of a Xylo image: canonical JSON, as docs/chips/xylo.md describes it.
///
/// A synapse is `[target, current, weight]`; lists of synapses have one entry for each source.
extension XyloConfiguration: Codable {
  enum CodingKeys: String, CodingKey {
    case hidden, readouts
    case inputSynapses = "input_synapses"
    case recurrentSynapses = "recurrent_synapses"
    case outputSynapses = "output_synapses"
    case inputShift = "input_weight_shift"
    case recurrentShift = "recurrent_weight_shift"
    case outputShift = "output_weight_shift"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      inputSynapses: try values.decode([[Synapse]].self, forKey: .inputSynapses),
      recurrentSynapses: try values.decode([[Synapse]].self, forKey: .recurrentSynapses),
      outputSynapses: try values.decode([[Synapse]].self, forKey: .outputSynapses),
      hidden: try values.decode([Neuron].self, forKey: .hidden),
      readouts: try values.decode([Neuron].self, forKey: .readouts),
      weightShifts: (
        try values.decode(Int.self, forKey: .inputShift),
        try values.decode(Int.self, forKey: .recurrentShift),
        try values.decode(Int.self, forKey: .outputShift)
      ))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(inputSynapses, forKey: .inputSynapses)
    try values.encode(recurrentSynapses, forKey: .recurrentSynapses)
    try values.encode(outputSynapses, forKey: .outputSynapses)
    try values.encode(hidden, forKey: .hidden)
    try values.encode(readouts, forKey: .readouts)
    try values.encode(weightShifts.input, forKey: .inputShift)
    try values.encode(weightShifts.recurrent, forKey: .recurrentShift)
    try values.encode(weightShifts.output, forKey: .outputShift)
  }
}

extension XyloConfiguration.Synapse: Codable {
  public init(from decoder: any Decoder) throws {
    var values = try decoder.unkeyedContainer()
    self.init(
      target: try values.decode(Int.self), current: try values.decode(Int.self),
      weight: try values.decode(Int8.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.unkeyedContainer()
    try values.encode(target)
    try values.encode(current)
    try values.encode(weight)
  }
}

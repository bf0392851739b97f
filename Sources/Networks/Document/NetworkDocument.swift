/// What a network file holds: the network and what is needed to feed and to read it.
public struct NetworkDocument: Sendable, Equatable {
  public var network: Network
  /// T, the ticks of one sample, 1–65535.
  public var ticks: Int
  public var coding: InputCoding
  public var decoder: Decoder
  /// The name of each output, or empty.
  public var classNames: [String]
  /// The target that the network was trained for.
  public var target: TargetReference?
  /// Notes on the origin, written in the order of their keys; they have no effect.
  public var training: [String: String]?

  /// - Parameter decoder: nil for the usual one of what the outputs read: `membraneMaximum` where that is membranes,
  ///   else `spikeCount`.
  public init(
    network: Network, ticks: Int, coding: InputCoding = .spikes, decoder: Decoder? = nil,
    classNames: [String] = [], target: TargetReference? = nil, training: [String: String]? = nil
  ) {
    self.network = network
    self.ticks = ticks
    self.coding = coding
    self.decoder = decoder ?? (network.readoutCount > 0 ? .membraneMaximum : .spikeCount)
    self.classNames = classNames
    self.target = target
    self.training = training
  }

  /// The greatest number of ticks of one sample.
  public static let maximumTicks = 65535

  /// Throws what is wrong with everything but the network itself, which `Network.validate` checks.
  public func validateFields() throws(DocumentError) {
    guard (1...Self.maximumTicks).contains(ticks) else { throw .ticks(ticks) }
    try coding.validate()
    try target?.validate()
    for group in network.outputs where group.reads != decoder.reads {
      throw .decoderReads(decoder, group: group.name, reads: group.reads)
    }
    let outputs = network.outputs.reduce(0) { $0 + $1.neurons.count }
    guard classNames.isEmpty || classNames.count == outputs else {
      throw .classCount(classes: classNames.count, outputs: outputs)
    }
    var seen: Set<String> = []
    for name in classNames where !seen.insert(name).inserted { throw .repeatedClass(name) }
  }
}

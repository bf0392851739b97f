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

  public init(
    network: Network, ticks: Int, coding: InputCoding = .spikes, decoder: Decoder = .spikeCount,
    classNames: [String] = [], target: TargetReference? = nil, training: [String: String]? = nil
  ) {
    self.network = network
    self.ticks = ticks
    self.coding = coding
    self.decoder = decoder
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
    let outputs = network.outputs.reduce(0) { $0 + $1.neurons.count }
    guard classNames.isEmpty || classNames.count == outputs else {
      throw .classCount(classes: classNames.count, outputs: outputs)
    }
    var seen: Set<String> = []
    for name in classNames where !seen.insert(name).inserted { throw .repeatedClass(name) }
  }
}

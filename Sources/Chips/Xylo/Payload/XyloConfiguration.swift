/// All parameters of a Xylo core.
public struct XyloConfiguration: Equatable, Sendable {
  public struct Synapse: Equatable, Sendable {
    public var target: Int
    /// 0 or 1.
    public var current: Int
    public var weight: Int8

    public init(target: Int, current: Int, weight: Int8) {
      (self.target, self.current, self.weight) = (target, current, weight)
    }
  }

  public struct Neuron: Equatable, Sendable, Codable {
    public var threshold: Int32
    /// nil where the core adds none.
    public var bias: Int16?
    public var membraneShift: Int
    public var currentShifts: [Int]
    /// Hidden neurons that spike with this one.
    public var aliases: [Int]

    enum CodingKeys: String, CodingKey {
      case threshold, bias, aliases
      case membraneShift = "membrane_shift"
      case currentShifts = "current_shifts"
    }

    public init(
      threshold: Int32, bias: Int16?, membraneShift: Int, currentShifts: [Int], aliases: [Int] = []
    ) {
      (self.threshold, self.bias, self.membraneShift) = (threshold, bias, membraneShift)
      (self.currentShifts, self.aliases) = (currentShifts, aliases)
    }
  }

  public var inputSynapses: [[Synapse]]
  public var recurrentSynapses: [[Synapse]]
  public var outputSynapses: [[Synapse]]
  public var hidden: [Neuron]
  public var readouts: [Neuron]
  /// Weights are shifted left by these.
  public var weightShifts: (input: Int, recurrent: Int, output: Int) {
    get { (inputShift, recurrentShift, outputShift) }
    set { (inputShift, recurrentShift, outputShift) = newValue }
  }
  private var inputShift = 0, recurrentShift = 0, outputShift = 0

  public init(
    inputSynapses: [[Synapse]], recurrentSynapses: [[Synapse]], outputSynapses: [[Synapse]],
    hidden: [Neuron],
    readouts: [Neuron], weightShifts: (input: Int, recurrent: Int, output: Int)
  ) {
    (self.inputSynapses, self.recurrentSynapses, self.outputSynapses) = (
      inputSynapses, recurrentSynapses, outputSynapses
    )
    (self.hidden, self.readouts) = (hidden, readouts)
    self.weightShifts = weightShifts
  }
}

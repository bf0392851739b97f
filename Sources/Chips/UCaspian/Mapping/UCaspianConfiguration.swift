/// What the core is programmed with: its neurons and its synapses.
///
/// Unused neurons are left out: nothing reaches them, and without input no threshold of 0…255 lets a neuron fire.
public struct UCaspianConfiguration: Sendable, Equatable {
  /// A neuron's record.
  public struct Neuron: Sendable, Equatable {
    /// 0…255; the neuron fires strictly above it.
    public var threshold: UInt8
    /// Steps from firing to delivery, 0…15: a network's delay less 1.
    public var delay: UInt8
    /// Whether the host is told of its spikes.
    public var tellsHost: Bool
    /// The first of its synapses, 0…4095 and 0 where it has none, and their number.
    public var firstSynapse: UInt16
    public var synapseCount: UInt8

    public init(threshold: UInt8, delay: UInt8, tellsHost: Bool, firstSynapse: UInt16, synapseCount: UInt8) {
      self.threshold = threshold
      self.delay = delay
      self.tellsHost = tellsHost
      self.firstSynapse = firstSynapse
      self.synapseCount = synapseCount
    }
  }

  /// A synapse's record.
  public struct Synapse: Sendable, Equatable {
    public var weight: Int8
    /// The neuron that it charges.
    public var target: UInt8

    public init(weight: Int8, target: UInt8) {
      self.weight = weight
      self.target = target
    }
  }

  /// The neurons 0, 1, …, at most 256.
  public var neurons: [Neuron]
  /// The synapses 0, 1, …, at most 4,096, those of one neuron side by side.
  public var synapses: [Synapse]

  public init(neurons: [Neuron], synapses: [Synapse]) {
    self.neurons = neurons
    self.synapses = synapses
  }
}

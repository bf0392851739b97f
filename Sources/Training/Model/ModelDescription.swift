import Networks

/// What is trained: layers from the input to the output.
///
/// docs/training.md describes the same as YAML and as the shorthand of `--layers`.
public struct ModelDescription: Sendable, Hashable, Codable {
  /// From the input on; the last one is a population.
  public var layers: [LayerDescription]

  public init(layers: [LayerDescription]) { self.layers = layers }

  /// Dense leaky integrate-and-fire layers of these sizes, and one of as many neurons as there are classes.
  public static func dense(_ hidden: [Int], neurons: NeuronDescription = NeuronDescription()) -> ModelDescription {
    let sizes: [Int?] = hidden + [nil]
    return ModelDescription(
      layers: sizes.map { .population(PopulationDescription(connection: .dense(neurons: $0), neurons: neurons)) })
  }
}

/// One layer of a model.
public enum LayerDescription: Sendable, Hashable, Codable {
  /// Weights into neurons.
  case population(PopulationDescription)
  /// Sums or averages of a map's spikes, without neurons of its own; the next population integrates them.
  case pooling(PoolingDescription)
  /// Maps become one row of neurons; changes nothing of what is computed.
  case flatten
}

/// Neurons and the weights that lead to them.
public struct PopulationDescription: Sendable, Hashable, Codable {
  /// nil for `hidden1`, `hidden2`, … and `output`.
  public var name: String?
  public var connection: ConnectionDescription
  public var neurons: NeuronDescription
  /// Trained ticks from the layer below to this one, 0 or more: 0 is the same step.
  public var delay: Int
  /// Ticks of the dense projection from the population to itself, 1 or more; nil without one.
  public var recurrentDelay: Int?
  /// Bits of a weight, 2–8; nil for the run's.
  public var weightBits: Int?

  public init(
    name: String? = nil, connection: ConnectionDescription, neurons: NeuronDescription = NeuronDescription(),
    delay: Int = 0, recurrentDelay: Int? = nil, weightBits: Int? = nil
  ) {
    self.name = name
    self.connection = connection
    self.neurons = neurons
    self.delay = delay
    self.recurrentDelay = recurrentDelay
    self.weightBits = weightBits
  }
}

/// How a population is fed by the layer below.
public enum ConnectionDescription: Sendable, Hashable, Codable {
  /// Every source to every neuron; nil for as many neurons as there are classes.
  case dense(neurons: Int?)
  /// A 2-D cross-correlation over maps, square in kernel, stride and zero padding.
  case convolution(channels: Int, kernel: Int, stride: Int, padding: Int)
}

/// Pooling over square windows of each map.
public struct PoolingDescription: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case sum
    case average
  }

  public var kind: Kind
  public var size: Int
  public var stride: Int

  public init(kind: Kind, size: Int, stride: Int? = nil) {
    self.kind = kind
    self.size = size
    self.stride = stride ?? size
  }
}

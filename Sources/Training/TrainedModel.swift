import NeuronCore

/// A trained feed-forward network: integer layers, still on clocks of their own (a layer sees the spikes of
/// the layer below in the same tick).
public struct TrainedModel: Sendable, Equatable {
  /// One dense layer.
  public struct Layer: Sendable, Equatable {
    public var inputs: Int
    public var outputs: Int
    /// [inputs][outputs].
    public var weights: [Int8]
    /// One a neuron.
    public var biases: [Int32]
    public var threshold: Int32

    public init(inputs: Int, outputs: Int, weights: [Int8], biases: [Int32], threshold: Int32) {
      self.inputs = inputs
      self.outputs = outputs
      self.weights = weights
      self.biases = biases
      self.threshold = threshold
    }
  }

  /// From the input on; at least one.
  public var layers: [Layer]
  /// What all neurons do.
  public var model: NeuronModel
  /// T: how many ticks a sample is shown.
  public var ticks: Int
  /// The greatest count that an input carries.
  public var maximumInputCount: Int
  /// The deployed delay from the inputs to the first layer, at least 0.
  public var inputDelay: Int
  /// The deployed delay from a layer to the next, at least 1.
  public var delay: Int

  public init(
    layers: [Layer], model: NeuronModel, ticks: Int, maximumInputCount: Int, inputDelay: Int = 0, delay: Int = 1
  ) {
    self.layers = layers
    self.model = model
    self.ticks = ticks
    self.maximumInputCount = maximumInputCount
    self.inputDelay = inputDelay
    self.delay = delay
  }

  /// How many ticks each layer's clock runs behind the input's once deployed: layer l's tick t is network tick
  /// t + shifts[l]. With the least delays of 0 and 1, layer l lies l ticks behind.
  public var shifts: [Int] { layers.indices.map { inputDelay + $0 * delay } }
}

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

  public init(layers: [Layer], model: NeuronModel, ticks: Int, maximumInputCount: Int) {
    self.layers = layers
    self.model = model
    self.ticks = ticks
    self.maximumInputCount = maximumInputCount
  }
}

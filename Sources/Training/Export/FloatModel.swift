/// A trained model in floats: what float training gives, what quantisation starts from, and what other training may
/// start from.
public struct FloatModel: Sendable, Equatable {
  public var setting: ModelSetting
  /// For each population NAME, as far as it has them: `NAME.weights` (dense [sources][neurons], sources after pooling
  /// in the order [channel][y][x]; convolution [out channel][in channel][ky][kx]), `NAME.recurrent` [neurons][neurons],
  /// `NAME.biases` [channels], `NAME.threshold` [1], `NAME.leak` [1], `NAME.current_leak` [1].
  public var tensors: [Tensor]

  public init(setting: ModelSetting, tensors: [Tensor]) {
    self.setting = setting
    self.tensors = tensors
  }

  /// Neurons of the layers: inputs, then each population; nil for a model that no layers can have.
  public var layerSizes: [Int]? {
    guard let plan = try? setting.plan(weightBits: nil) else { return nil }
    return [plan.input.neurons] + plan.populations.map(\.output.neurons)
  }

  /// The tensor of a name.
  public func tensor(_ name: String) -> Tensor? { tensors.first { $0.name == name } }
}

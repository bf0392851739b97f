import Kernels

/// A dense layer of LIF neurons with integer weights, as the forward pass runs it.
///
/// While training, weights change between steps and never during one.
final class QuantisedLayer: @unchecked Sendable {
  let inputs: Int
  let outputs: Int
  /// Outputs, padded to whole lanes.
  let stride: Int
  /// [inputs][stride].
  let rows: AlignedBuffer<Int8>
  /// [stride].
  let bias: AlignedBuffer<Int32>
  /// The neurons, with the layer's threshold.
  var neurons: NeuronTick

  init(inputs: Int, outputs: Int, neurons: NeuronTick) {
    self.inputs = inputs
    self.outputs = outputs
    stride = outputs.paddedToLanes
    rows = AlignedBuffer(count: inputs * stride, repeating: 0)
    bias = AlignedBuffer(count: stride, repeating: 0)
    self.neurons = neurons
  }
}

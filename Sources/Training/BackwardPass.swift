import Kernels
import NeuronCore

/// Backpropagation through time of one sample: from the derivative of the loss by the output spikes to
/// the adjoint of every layer's membrane. The reset is a constant (detached).
struct BackwardPass {
  let kernels: KernelSet
  let surrogate: FastSigmoid
  /// [ticks][widest stride].
  let factors: AlignedBuffer<Float>
  let upstream: AlignedBuffer<Float>

  init(kernels: KernelSet, surrogate: FastSigmoid, ticks: Int, widestStride: Int) {
    self.kernels = kernels
    self.surrogate = surrogate
    factors = AlignedBuffer(count: ticks * widestStride, repeating: 0)
    upstream = AlignedBuffer(count: ticks * widestStride, repeating: 0)
  }

  /// - Parameters:
  ///   - lossGradient: the loss by each output's spike, the same in every tick; padded.
  ///   - adjoints: receives, for each layer, the loss by u/θ: [ticks][stride].
  func run(
    _ layers: [LayerParameters], activities: [LayerActivity], lossGradient: UnsafeBufferPointer<Float>,
    adjoints: [AlignedBuffer<Float>]
  ) {
    for index in layers.indices.reversed() {
      let layer = layers[index], activity = activities[index]
      let ticks = activity.ticks, stride = layer.stride
      let above: UnsafeBufferPointer<Float>
      if index == layers.count - 1 {
        above = lossGradient
      } else {
        above = UnsafeBufferPointer(upstream[0..<ticks * stride])
      }
      let used = factors[0..<ticks * stride]
      surrogate.derivatives(
        used, membrane: UnsafeBufferPointer(activity.membraneRows), threshold: layer.quantised.neurons.threshold,
        kernels: kernels)
      kernels.adjoint(
        adjoints[index].elements, upstream: above, factors: UnsafeBufferPointer(used),
        spikes: UnsafeBufferPointer(activity.spikeRows), saturated: UnsafeBufferPointer(activity.saturated.elements),
        decay: layer.leakFactor, zeroReset: layer.quantised.neurons.reset == .zero, ticks: ticks, stride: stride)
      if index > 0 { descend(from: layer, UnsafeBufferPointer(adjoints[index].elements), ticks: ticks) }
    }
  }

  /// The derivative by the spikes that a layer received: Wᵀ·adjoint in every tick.
  private func descend(from layer: LayerParameters, _ adjoint: UnsafeBufferPointer<Float>, ticks: Int) {
    let width = layer.inputs.paddedToLanes
    kernels.multiply(
      upstream[0..<ticks * width], adjoint, aStride: layer.stride, UnsafeBufferPointer(layer.transposed.elements),
      rows: ticks, depth: layer.outputs, columns: width)
  }
}

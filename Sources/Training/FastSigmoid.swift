import Kernels

/// The surrogate of a spike's derivative: `1 / (1 + slope·|u/θ − 1|)²` (SuperSpike), by u/θ.
struct FastSigmoid: Sendable {
  let slope: Float

  /// The derivative at every membrane of a trace.
  func derivatives(
    _ factors: UnsafeMutableBufferPointer<Float>, membrane: UnsafeBufferPointer<Int32>, threshold: Int32,
    kernels: KernelSet
  ) {
    kernels.fastSigmoid(factors, membrane: membrane, threshold: threshold, slope: slope)
  }
}

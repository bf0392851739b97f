import CKernels

extension KernelSet {
  /// Quantises weights: `clamp(w·scale, ±limit)` to the nearest integer, ties to even.
  public func quantise(
    _ quantised: UnsafeMutableBufferPointer<Int8>, weights: UnsafeBufferPointer<Float>, scale: Float, limit: Int
  ) {
    precondition(quantised.count == weights.count && (1...127).contains(limit))
    table.pointee.quantise(quantised.baseAddress, weights.baseAddress, weights.count, scale, Float(limit))
  }

  /// The squared error of quantised weights: `Σ (w − quantised/scale)²`.
  public func quantisationError(weights: UnsafeBufferPointer<Float>, scale: Float, limit: Int) -> Double {
    checkRow(weights.count)
    return table.pointee.quantisation_error(weights.baseAddress, weights.count, scale, Float(limit))
  }

  /// The greatest |w|; 0 without weights.
  public func greatestMagnitude(_ weights: UnsafeBufferPointer<Float>) -> Float {
    checkRow(weights.count)
    return table.pointee.greatest_magnitude(weights.baseAddress, weights.count)
  }

  /// One step of Adam; clears the gradient.
  ///
  /// - Parameters:
  ///   - rate: the learning rate with the bias corrections of this step.
  ///   - clip: beyond this magnitude a weight takes only gradients that shrink it.
  public func adam(
    weights: UnsafeMutableBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>,
    first: UnsafeMutableBufferPointer<Float>, second: UnsafeMutableBufferPointer<Float>, gradientScale: Float,
    rate: Float, decay1: Float, decay2: Float, epsilon: Float, clip: Float
  ) {
    let count = weights.count
    precondition(gradient.count == count && first.count == count && second.count == count)
    table.pointee.adam(
      weights.baseAddress, gradient.baseAddress, first.baseAddress, second.baseAddress, count, gradientScale, rate,
      decay1, decay2, epsilon, clip)
  }
}

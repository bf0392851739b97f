import Kernels

/// Makes integer weights of master weights.
///
/// There is no scale in the network: the threshold carries it. Choosing the scale is choosing the integer
/// threshold for which the quantised weights come nearest to the master weights.
struct WeightQuantiser: Sendable {
  let thresholds: ClosedRange<Int32>
  let biases: ClosedRange<Int32>
  let hasBias: Bool
  let kernels: KernelSet

  // Clips of max-abs times 0.93^k, k < 32: down to a tenth of the greatest weight.
  private static let candidates = 32
  private static let ratio: Float = 0.93

  /// Chooses the threshold whose clipped weights have the least squared error.
  func chooseThreshold(_ layer: LayerParameters) {
    let weights = UnsafeBufferPointer(layer.weights[0..<layer.weightCount])
    var clip = kernels.greatestMagnitude(weights)
    if !(clip > 0 && clip < .greatestFiniteMagnitude) { return }
    var best = (error: Double.infinity, threshold: layer.quantised.neurons.threshold)
    var tried: Int32 = 0
    for _ in 0..<WeightQuantiser.candidates {
      let threshold = nearest(Float(layer.limit) / clip * layer.fullScale)
      if threshold != tried {
        let scale = Float(threshold) / layer.fullScale
        let error = kernels.quantisationError(weights: weights, scale: scale, limit: layer.limit)
        if error < best.error { best = (error, threshold) }
        tried = threshold
      }
      clip *= WeightQuantiser.ratio
    }
    layer.quantised.neurons = layer.quantised.neurons.with(threshold: best.threshold)
  }

  private func nearest(_ threshold: Float) -> Int32 {
    let bounded = min(max(threshold, Float(thresholds.lowerBound)), Float(thresholds.upperBound))
    return min(Int32(bounded.rounded()), thresholds.upperBound)
  }

  /// Quantises weights and biases by the layer's threshold.
  func quantise(_ layer: LayerParameters) {
    let quantised = layer.quantised
    kernels.quantise(
      quantised.rows.elements, weights: UnsafeBufferPointer(layer.weights[0..<layer.weightCount]), scale: layer.scale,
      limit: layer.limit)
    if hasBias { quantiseBias(layer) }
    WeightQuantiser.transpose(layer)
  }

  private func quantiseBias(_ layer: LayerParameters) {
    let threshold = Float(layer.quantised.neurons.threshold)
    for output in 0..<layer.outputs {
      let bias = (layer.weights.elements[layer.weightCount + output] * threshold).rounded(.toNearestOrEven)
      let bounded = min(max(bias, Float(biases.lowerBound)), Float(biases.upperBound))
      layer.quantised.bias.elements[output] = bounded.isNaN ? 0 : Int32(bounded)
    }
  }

  /// Follows the quantised weights in the layer's transposed copy, where it has one.
  static func transpose(_ layer: LayerParameters) {
    if layer.transposed.count == 0 { return }
    let width = layer.inputs.paddedToLanes, stride = layer.stride
    let unit = 1 / layer.scale
    let rows = layer.quantised.rows.elements, transposed = layer.transposed.elements
    for output in 0..<layer.outputs {
      for input in 0..<layer.inputs {
        transposed[output &* width &+ input] = Float(rows[input &* stride &+ output]) * unit
      }
    }
  }
}

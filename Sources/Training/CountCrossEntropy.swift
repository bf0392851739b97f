/// Cross-entropy of the softmax over output spike counts.
struct CountCrossEntropy: Sendable {
  /// What one spike adds to a class's logit.
  let logitScale: Float

  /// The loss of one sample and its derivative by every output spike, which is the same in every tick.
  ///
  /// - Parameters:
  ///   - counts: the spikes of each class.
  ///   - gradient: receives (p − [class is the label])·scale; padding beyond the classes is not touched.
  func callAsFunction(counts: [Int], label: Int, gradient: UnsafeMutableBufferPointer<Float>) -> Double {
    let scale = Double(logitScale)
    let greatest = Double(counts.max() ?? 0) * scale
    var total = 0.0
    for count in counts { total += ElementaryFunctions.exponential(Double(count) * scale - greatest) }
    for (output, count) in counts.enumerated() {
      let p = ElementaryFunctions.exponential(Double(count) * scale - greatest) / total
      gradient[output] = Float((p - (output == label ? 1 : 0)) * scale)
    }
    return ElementaryFunctions.logarithm(total) + greatest - Double(counts[label]) * scale
  }
}

/// Cross-entropy of a softmax.
enum Softmax {
  /// The loss, and its derivative by every logit.
  ///
  /// - Parameter logits: one a class, finite; receive p − [class is the label].
  /// - Returns: ln Σ exp(logit) − the label's logit; not a number when a logit is none.
  static func crossEntropy(_ logits: UnsafeMutableBufferPointer<Double>, label: Int) -> Double {
    var greatest = -Double.infinity
    for logit in logits where !(logit <= greatest) { greatest = logit }
    let own = logits[label]
    var total = 0.0
    for index in logits.indices {
      let power = ElementaryFunctions.exponential(logits[index] - greatest)
      logits[index] = power
      total += power
    }
    for index in logits.indices { logits[index] = logits[index] / total - (index == label ? 1 : 0) }
    return ElementaryFunctions.logarithm(total) + (greatest - own)
  }
}

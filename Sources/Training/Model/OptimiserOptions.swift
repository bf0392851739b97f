/// How gradients move weights.
public enum OptimiserOptions: Sendable, Hashable, Codable {
  /// Adam (Kingma and Ba 2015); with `weightDecay` above 0 it is AdamW (Loshchilov and Hutter 2019).
  case adam(weightDecay: Float)
  /// Gradient descent with momentum.
  case sgd(momentum: Float, weightDecay: Float)
}

/// How the learning rate goes after its warm-up.
public enum RateSchedule: Sendable, Hashable, Codable {
  case constant
  /// Half a cosine down to 0.
  case cosine
  /// Times `factor` after every `epochs` epochs.
  case step(epochs: Int, factor: Float)
}

/// How the scale of quantised weights is chosen.
public enum WeightClip: String, Sendable, Hashable, Codable, CaseIterable {
  /// The one with the least squared error, sought again from time to time.
  case leastSquares = "least_squares"
  /// One that is trained (LSQ: Esser et al. 2020).
  case learned
}

/// What the forward pass computes with.
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
  /// The target's integers; gradients in 32-bit floats.
  case integer
  case float32
  case float64
}

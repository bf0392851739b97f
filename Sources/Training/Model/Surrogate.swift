/// What stands for the derivative of a spike by x = U − θ, which is zero almost everywhere.
///
/// In floats x is taken as it is; in integers in units of the threshold, (u − θ)/θ, and the derivative by u is then
/// divided by θ. With several spikes a tick it is the sum of the single ones at θ, 2θ, ….
public struct Surrogate: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// k·s·(1 − s) with s = 1/(1 + exp(−k·x)).
    case sigmoid
    /// max(0, 1 − |x|/w)/w.
    case triangular
    /// [|x| < a/2]/a (STBP: Wu et al. 2018).
    case rectangular
    /// 1/(1 + k·|x|)² (SuperSpike: Zenke and Ganguli 2018).
    case fastSigmoid = "fast_sigmoid"
    /// (α/2)/(1 + (π/2·α·x)²).
    case arctan
  }

  public var kind: Kind
  /// k, w, a or α, above 0.
  public var parameter: Double

  public init(_ kind: Kind, _ parameter: Double) {
    self.kind = kind
    self.parameter = parameter
  }
}

/// Whether a gradient flows through the reset.
public enum ResetGradient: String, Sendable, Hashable, Codable, CaseIterable {
  /// The reset is a constant of the backward pass.
  case detached
  /// The reset is differentiated as well.
  case attached
}

import FixedPoint
import NeuronCore
import Targets

extension TrainingArithmetic {
  /// The decay rule of this arithmetic that comes nearest to keeping `factor` of a value a tick.
  ///
  /// Of a kind with a shift, the shift whose factor is nearest, the least of equals: 0.9 gives the shift 3 (0.875), 0.95
  /// gives 4. `linear` loses what the factor takes of half a threshold, at least 1, and follows the threshold.
  /// - Parameters:
  ///   - factor: 0–1; nil for no decay at all.
  ///   - threshold: in units of the membrane.
  func rule(factor: Double?, threshold: Int32) -> DecayRule? {
    guard let factor else { return ruleWithoutLoss }
    guard let kind = leaks.first else { return nil }
    switch kind {
    case .none: return DecayRule.none
    case .linear:
      let amount = ((1 - min(max(factor, 0), 1)) * Double(threshold) / 2).rounded()
      return .linear(amount: UInt32(min(max(amount, 1), Double(chip?.maximumLeakAmount ?? Int(Int32.max)))))
    default:
      var best = (distance: Double.infinity, rule: DecayRule.none)
      for shift in 0...UInt8(clamping: min(max(maximumLeakShift, 0), 31)) {
        let rule = kind.rule(shift: shift)
        let distance = (rule.adjointFactor - factor).magnitude
        if distance < best.distance { best = (distance, rule) }
      }
      return best.rule
    }
  }

  /// The decay rule that a leak becomes where the threshold has no part in it; nil for none that fits.
  public func nearestLeak(_ factor: Double?) -> DecayRule? { rule(factor: factor, threshold: thresholds.lowerBound) }

  /// A rule that changes no membrane: `none`, or a kind whose greatest shift takes nothing.
  private var ruleWithoutLoss: DecayRule? {
    if leaks.contains(.none) { return DecayRule.none }
    if chip != nil && leaks.contains(.linear) { return .linear(amount: 0) }
    let shift = UInt8(clamping: min(max(maximumLeakShift, 0), 31))
    // |u| >> k is 0 for every u when k is the width of the membrane's magnitude or more.
    if leaks.contains(.towardZero) && maximumLeakShift >= membraneBits { return .towardZero(shift: shift) }
    if leaks.contains(.multiply) && maximumLeakShift > 8 { return .multiply(shift: shift) }
    return nil
  }
}

extension DecayKind {
  /// The rule of a kind that has a shift; others ignore it.
  func rule(shift: UInt8) -> DecayRule {
    switch self {
    case .none: .none
    case .floor: .floor(shift: shift)
    case .towardZero: .towardZero(shift: shift)
    case .atLeastOne: .atLeastOne(shift: shift)
    case .atLeastOneFloor: .atLeastOneFloor(shift: shift)
    case .multiply: .multiply(shift: shift)
    case .linear: .linear(amount: 1)
    }
  }
}

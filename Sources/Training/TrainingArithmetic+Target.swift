import NeuronCore
import Targets

extension TrainingArithmetic {
  /// The arithmetic of a target: of every list, what stands first.
  ///
  /// Weights of a width that the target does not store take the next wider one: a target with 8, 4 and 2
  /// bits trains 2 to 8 bits.
  public init(_ arithmetic: Arithmetic) {
    let widest = arithmetic.weightBits.max() ?? 8
    self.init(
      membraneBits: arithmetic.membraneBits, leak: arithmetic.leaks.first ?? .none,
      maximumLeakShift: arithmetic.maximumLeakShift, compare: arithmetic.compares.first ?? .atLeast,
      reset: arithmetic.resets.first ?? .zero, weightBits: Array(2...8).filter { $0 <= widest },
      maximumInputCount: arithmetic.maximumInputCount)
  }
}

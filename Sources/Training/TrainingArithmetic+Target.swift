import NeuronCore
import Targets

extension TrainingArithmetic {
  /// The arithmetic of a target: of every list, what stands first, and the least delays.
  ///
  /// Weights of a width that the target does not store take the next wider one: a target with 8, 4 and 2
  /// bits trains 2 to 8 bits. What training cannot compute is carried along, and refused when training begins.
  public init(_ arithmetic: Arithmetic) {
    let widest = arithmetic.weightBits.max() ?? 8
    self.init(
      membraneBits: arithmetic.membraneBits, leak: arithmetic.leaks.first ?? .none,
      maximumLeakShift: arithmetic.maximumLeakShift, compare: arithmetic.compares.first ?? .atLeast,
      reset: arithmetic.resets.first ?? .zero, weightBits: Array(2...8).filter { $0 <= widest },
      maximumInputCount: arithmetic.maximumInputCount, accumulatorBits: arithmetic.accumulatorBits,
      accumulators: arithmetic.accumulators, sums: arithmetic.sums, inputDelay: arithmetic.inputDelays.lowerBound,
      delay: arithmetic.delays.lowerBound, maximumStart: arithmetic.maximumStart)
  }
}

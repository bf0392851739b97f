import NeuronCore
import Targets

extension TrainingArithmetic {
  /// The arithmetic of a target: of leaks, compares and resets what stands first, unless a population asks for another.
  ///
  /// Weights of a width that the target does not store take the next wider one: a target with 8, 4 and 2
  /// bits trains 2 to 8 bits. What training cannot compute is carried along, and refused when training begins.
  public init(_ arithmetic: Arithmetic) {
    let widest = arithmetic.weightBits.max() ?? 8
    self.init(
      membraneBits: arithmetic.membraneBits, leaks: arithmetic.leaks, maximumLeakShift: arithmetic.maximumLeakShift,
      compare: arithmetic.compares.first ?? .atLeast, resets: arithmetic.resets,
      weightBits: Array(2...8).filter { $0 <= widest }, maximumWeightShift: arithmetic.maximumWeightShift,
      maximumInputCount: arithmetic.maximumInputCount, maximumSpikeCap: arithmetic.maximumSpikeCap,
      maximumRefractoryTicks: arithmetic.maximumRefractoryTicks, maximumCurrents: arithmetic.maximumCurrents,
      accumulatorBits: arithmetic.accumulatorBits, accumulators: arithmetic.accumulators, sums: arithmetic.sums,
      inputDelays: arithmetic.inputDelays, delays: arithmetic.delays, maximumStart: arithmetic.maximumStart)
  }
}

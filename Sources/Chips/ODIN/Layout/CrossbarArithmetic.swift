import NeuronCore
import Targets

/// What both crossbars compute, in the words of docs/neuron.md that come nearest.
enum CrossbarArithmetic {
  /// Every event acts on the membrane at once: no way of summing is the chip's, so none is refused. Delays are those of a
  /// network whose layers act within the tick, once their shifts are taken off.
  static func of(membraneBits: Int) -> Arithmetic {
    Arithmetic(
      membraneBits: membraneBits, maximumCurrents: 0, accumulators: Accumulator.allCases, leaks: [.linear, .none],
      maximumLeakShift: 0, sums: [.exact], compares: [.atLeast], resets: [.zero], maximumSpikeCap: 255,
      maximumRefractoryTicks: 0, weightBits: [4], maximumWeightShift: 0, delays: 1...16, inputDelays: 0...15,
      maximumInputCount: 255, maximumStart: .max)
  }
}

import Networks
import NeuronCore
import Targets

extension RandomOptions {
  /// What a target's arithmetic represents, weights that need several axons included.
  public static func representable(on target: Target) -> RandomOptions {
    let arithmetic = target.arithmetic
    var options = RandomOptions.mesh
    options.delays = arithmetic.delays
    options.inputDelays = arithmetic.inputDelays
    options.membraneBits = [8, 12, 16, 24, 32].filter { $0 <= arithmetic.membraneBits }
    options.floorsAtMinusThreshold = [false]
    options.maximumCurrents = arithmetic.maximumCurrents
    options.leaks = RandomOptions.Leak.allCases.filter { arithmetic.leaks.map { "\($0)" }.contains("\($0)") }
    options.maximumShift = UInt8(arithmetic.maximumLeakShift)
    options.sums = arithmetic.sums
    options.compares = arithmetic.compares
    options.resets = arithmetic.resets
    options.spikeCaps = options.spikeCaps.filter { $0 <= arithmetic.maximumSpikeCap }
    options.refractoryTicks = 0...min(4, arithmetic.maximumRefractoryTicks)
    options.starts = 0...min(10, arithmetic.maximumStart)
    options.weightBits = [2, 3, 4, 5, 6, 7, 8, 10]
    return options
  }
}

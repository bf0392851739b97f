import FixedPoint
import Kernels
import Networks

extension SampleEncoder {
  /// Sets the generator of `rate` apart from other users of the same seed.
  private static let rateDomain: UInt32 = 0x7261_7465

  private var rateKey: SIMD2<UInt32> {
    SIMD2(UInt32(truncatingIfNeeded: coding.seed), UInt32(truncatingIfNeeded: coding.seed &>> 32) ^ Self.rateDomain)
  }

  /// Random spikes: input i of tick t spikes when 16 random bits are below the value's threshold.
  ///
  /// The bits are half t mod 8 (low half first) of the Philox block with counter (i, ⌊t/8⌋, sample, draw)
  /// and key (seed low, seed high xor "rate"). Inputs that never spike need no block.
  func rate(
    _ row: UnsafeRawBufferPointer, sample: UInt32, draw: UInt64, into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    output.update(repeating: 0)
    let capacity = (inputCount + KernelSet.lanes - 1) / KernelSet.lanes * KernelSet.lanes
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * capacity) { memory in
      memory.initialize(repeating: 0)
      let active = UnsafeMutableBufferPointer(rebasing: memory[..<capacity])
      let limits = UnsafeMutableBufferPointer(rebasing: memory[capacity...])
      var count = 0
      rateThresholds.withUnsafeBufferPointer { thresholds in
        for input in 0..<inputCount {
          let limit = thresholds[Int(row[input])]
          // The place is written again unless the input counts.
          active[count] = UInt32(truncatingIfNeeded: input)
          limits[count] = limit
          count &+= limit != 0 ? 1 : 0
        }
      }
      kernels.drawSpikes(
        output, rowCount: inputCount, ticks: ticks, inputs: UnsafeBufferPointer(active),
        limits: UnsafeBufferPointer(limits), count: count, sample: sample, draw: UInt32(truncatingIfNeeded: draw),
        key: rateKey)
    }
  }

  /// The bits of `rate` for one input and eight ticks, the first tick in the low half of word 0.
  func rateBlock(input: Int, tick: Int, sample: UInt32, draw: UInt64) -> SIMD4<UInt32> {
    Philox4x32.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: input), UInt32(truncatingIfNeeded: tick / 8), sample,
        UInt32(truncatingIfNeeded: draw)),
      key: rateKey)
  }
}

import FixedPoint
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
    guard let target = output.baseAddress else { return }
    let lanes = PhiloxLanes(key: rateKey)
    let draw = UInt64(UInt32(truncatingIfNeeded: draw))
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: inputCount + 8) { active in
      rateThresholds.withUnsafeBufferPointer { thresholds in
        var count = 0
        for input in 0..<inputCount {
          active[count] = UInt32(truncatingIfNeeded: input)
          count &+= thresholds[Int(row[input])] != 0 ? 1 : 0
        }
        // Lanes without an input of their own repeat the last one: the same bytes again.
        for spare in 0..<8 where count > 0 { active[count &+ spare] = active[count &- 1] }
        var first = 0
        while first < count {
          var inputs = SIMD8<UInt64>()
          var limits = SIMD8<UInt64>()
          for lane in 0..<8 {
            let input = active[first &+ lane]
            inputs[lane] = UInt64(input)
            limits[lane] = UInt64(thresholds[Int(row[Int(input)])])
          }
          var block: UInt64 = 0
          var tick = 0
          while tick < ticks {
            let spikes = lanes.below(limits, c0: inputs, c1: block, c2: UInt64(sample), c3: draw)
            let row = target + tick &* inputCount
            if ticks &- tick >= 8 {
              for lane in 0..<8 {
                store(spikes[lane], count: 8, from: row + Int(truncatingIfNeeded: active[first &+ lane]))
              }
            } else {
              for lane in 0..<8 {
                store(spikes[lane], count: ticks &- tick, from: row + Int(truncatingIfNeeded: active[first &+ lane]))
              }
            }
            block &+= 1
            tick &+= 8
          }
          first &+= 8
        }
      }
    }
  }

  /// Stores the bytes of a word, the lowest first, one tick apart.
  @inline(__always)
  private func store(_ word: UInt64, count: Int, from first: UnsafeMutablePointer<UInt8>) {
    for place in 0..<count {
      first[place &* inputCount] = UInt8(truncatingIfNeeded: word &>> UInt64(8 &* place))
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

import FixedPoint
import Networks

extension SampleEncoder {
  /// Evenly spaced spikes: an accumulator gains the value in each tick and spikes when it passes full
  /// scale. That is `⌊(t + 1)·v/max⌋ − ⌊t·v/max⌋`, without a division.
  func deterministic(_ row: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>) {
    let lanes = 16
    let target = UnsafeMutableRawPointer(output.baseAddress)
    guard let target, let source = row.baseAddress, coding.maximum <= 255, inputCount >= lanes else {
      deterministicPlain(row, into: output, from: 0)
      return
    }
    let maximum = SIMD16<UInt8>(repeating: UInt8(coding.maximum))
    let one = SIMD16<UInt8>(repeating: 1)
    let zero = SIMD16<UInt8>(repeating: 0)
    var input = 0
    while input + lanes <= inputCount {
      let value = source.loadUnaligned(fromByteOffset: input, as: SIMD16<UInt8>.self)
      // sum + value ≥ maximum without leaving 8 bits.
      let gap = maximum &- value
      var sum = zero
      var position = input
      for _ in 0..<ticks {
        let spikes = sum .>= gap
        sum = sum &+ value &- zero.replacing(with: maximum, where: spikes)
        target.storeBytes(of: zero.replacing(with: one, where: spikes), toByteOffset: position, as: SIMD16<UInt8>.self)
        position &+= inputCount
      }
      input += lanes
    }
    deterministicPlain(row, into: output, from: input)
  }

  private func deterministicPlain(
    _ row: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>, from first: Int
  ) {
    for input in first..<inputCount {
      let value = Int(row[input])
      var sum = 0
      for tick in 0..<ticks {
        sum &+= value
        let spikes = sum >= coding.maximum
        if spikes { sum &-= coding.maximum }
        output[tick &* inputCount &+ input] = spikes ? 1 : 0
      }
    }
  }

  /// Sets the generator of `rate` apart from other users of the same seed.
  private static let rateDomain: UInt32 = 0x7261_7465

  /// Random spikes: input i of tick t spikes when 16 random bits are below the value's threshold.
  ///
  /// The bits are half i mod 8 (low half first) of the Philox block with counter (⌊i/8⌋, tick, sample,
  /// draw) and key (seed low, seed high xor "rate").
  func rate(
    _ row: UnsafeRawBufferPointer, sample: UInt32, draw: UInt64, into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    let key = SIMD2(
      UInt32(truncatingIfNeeded: coding.seed), UInt32(truncatingIfNeeded: coding.seed &>> 32) ^ Self.rateDomain)
    rateThresholds.withUnsafeBufferPointer { thresholds in
      for block in 0..<(inputCount + 7) / 8 {
        let first = block &* 8
        let last = min(first &+ 8, inputCount)
        let isSilent = (first..<last).allSatisfy { thresholds[Int(row[$0])] == 0 }
        for tick in 0..<ticks {
          let base = tick &* inputCount
          // Nothing random about inputs that never spike.
          if isSilent {
            for input in first..<last { output[base &+ input] = 0 }
            continue
          }
          let words = Philox4x32.block(
            counter: SIMD4(
              UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: tick), sample,
              UInt32(truncatingIfNeeded: draw)),
            key: key)
          for input in first..<last {
            let lane = input &- first
            let bits = (words[lane &>> 1] &>> UInt32(16 &* (lane & 1))) & 0xFFFF
            output[base &+ input] = bits < thresholds[Int(row[input])] ? 1 : 0
          }
        }
      }
    }
  }
}

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

  /// The same count in every tick.
  func direct(_ row: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>) {
    directCounts.withUnsafeBufferPointer { counts in
      for input in 0..<inputCount { output[input] = counts[Int(row[input])] }
    }
    let bytes = UnsafeMutableRawBufferPointer(output)
    let first = UnsafeRawBufferPointer(rebasing: bytes[..<inputCount])
    for tick in 1..<max(ticks, 1) {
      UnsafeMutableRawBufferPointer(rebasing: bytes[(tick * inputCount)..<((tick + 1) * inputCount)])
        .copyMemory(from: first)
    }
  }

  /// One spike for each value that is not 0.
  func latency(_ row: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>) {
    output.update(repeating: 0)
    latencyTicks.withUnsafeBufferPointer { table in
      for input in 0..<inputCount where row[input] != 0 {
        output[table[Int(row[input])] &* inputCount &+ input] = 1
      }
    }
  }
}

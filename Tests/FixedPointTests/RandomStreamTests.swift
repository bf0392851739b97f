import FixedPoint
import Testing

@Suite struct RandomStreamTests {
  @Test("words are those of consecutive Philox blocks")
  func words() {
    let seed: UInt64 = 0x1234_5678_9ABC_DEF0
    let number: UInt64 = 0x0F0E_0D0C_0B0A_0908
    var stream = RandomStream(seed: seed, stream: number)
    for index in 0..<UInt32(5) {
      let block = Philox4x32.block(
        counter: SIMD4(index, 0, 0x0B0A_0908, 0x0F0E_0D0C), key: SIMD2(0x9ABC_DEF0, 0x1234_5678))
      for lane in 0..<4 { #expect(stream.next() == block[lane]) }
    }
  }

  @Test("below stays below its bound and reaches all of it evenly")
  func below() {
    var stream = RandomStream(seed: 3, stream: 0)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[Int(stream.below(7))] += 1 }
    // 10,000 each; 500 is more than five standard deviations.
    for count in counts { #expect(abs(count - 10_000) < 500) }
    #expect(stream.below(0) == 0)
    #expect(stream.below(1) == 0)
    for _ in 0..<1000 { #expect(stream.below(0xC000_0000) < 0xC000_0000) }
  }

  @Test("unit lies in [0, 1) with mean one half")
  func unit() {
    var stream = RandomStream(seed: 9, stream: 5)
    var sum = 0.0
    for _ in 0..<10_000 {
      let value = stream.unit()
      #expect(value >= 0 && value < 1)
      sum += Double(value)
    }
    #expect(abs(sum / 10_000 - 0.5) < 0.02)
  }
}

@Suite struct BitPackingTests {
  @Test("packed weights come back at every width and position", arguments: [2, 4, 8])
  func roundTrip(bits: Int) {
    var random = RandomStream(seed: 4, stream: UInt64(bits))
    for count in 0..<40 {
      let range = BitPacking.range(bits: bits)
      let weights = (0..<count).map { _ in
        Int8(range.lowerBound + Int32(random.below(UInt32(range.count))))
      }
      var bytes = [UInt8](repeating: 0xFF, count: BitPacking.byteCount(count: count, bits: bits))
      weights.withUnsafeBufferPointer { source in
        bytes.withUnsafeMutableBytes { BitPacking.pack(source, bits: bits, into: $0) }
      }
      let back = bytes.withUnsafeBytes { row in
        (0..<count).map { BitPacking.unpackWeight(bits: bits, row, $0) }
      }
      #expect(back == weights)
      let padding = bytes.count * 8 - count * bits
      if padding > 0, let last = bytes.last { #expect(last >> UInt8(8 - padding) == 0) }
    }
  }

  @Test("four bits of 1, −2, 7 are e1 07")
  func example() {
    var bytes: [UInt8] = [0xFF, 0xFF]
    let weights: [Int8] = [1, -2, 7]
    weights.withUnsafeBufferPointer { source in
      bytes.withUnsafeMutableBytes { BitPacking.pack(source, bits: 4, into: $0) }
    }
    #expect(bytes == [0xE1, 0x07])
    bytes.withUnsafeMutableBytes { BitPacking.pack(-8, bits: 4, into: $0, at: 1) }
    #expect(bytes == [0x81, 0x07])
  }

  @Test("only 2, 4 and 8 bits are packed")
  func widths() {
    #expect((0...16).filter { BitPacking.supports(bits: $0) } == [2, 4, 8])
    #expect(BitPacking.range(bits: 2) == -2...1)
  }
}

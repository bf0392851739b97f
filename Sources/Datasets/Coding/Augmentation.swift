import FixedPoint

/// What is changed at random in training samples, by seed; samples of evaluation (draw 0) stay as they are.
///
/// Everything is drawn from Philox4x32-10 by seed, draw and sample; specified in docs/data.md,
/// "Augmentation".
public struct Augmentation: Sendable, Hashable {
  /// The greatest shift of maps in y and in x, in pixels, 0–4096; what is shifted in is 0.
  public var shift: Int
  /// Whether every other sample, by chance, is mirrored left to right.
  public var flips: Bool
  /// The share of spikes that are left out, 0–1.
  public var drop: Double
  /// The greatest shift in time, in ticks, 0–65535; what is shifted in is silent.
  public var timeShift: Int
  /// The greatest share by which time runs faster or slower, 0–0.9.
  public var timeStretch: Double
  public var seed: UInt64

  public init(
    shift: Int = 0, flips: Bool = false, drop: Double = 0, timeShift: Int = 0, timeStretch: Double = 0,
    seed: UInt64 = 0
  ) {
    self.shift = shift
    self.flips = flips
    self.drop = drop
    self.timeShift = timeShift
    self.timeStretch = timeStretch
    self.seed = seed
  }

  /// Nothing is changed.
  public static let none = Augmentation()

  /// Throws what is out of range, or that the samples have no maps to move.
  ///
  /// - Parameters:
  ///   - inputShape: the shape of a sample without its ticks: maps are its last two axes.
  ///   - inputs: how many values a sample has in a tick.
  public func check(inputShape: [Int]?, inputs: Int) throws(DatasetError) {
    guard (0...4096).contains(shift) else { throw .optionOutOfRange("shift", value: shift, allowed: 0...4096) }
    guard (0...65535).contains(timeShift) else {
      throw .optionOutOfRange("shift in time", value: timeShift, allowed: 0...65535)
    }
    guard (0...1).contains(drop) else { throw .shareOutOfRange("share of dropped spikes", value: drop, allowed: 0...1) }
    guard (0...0.9).contains(timeStretch) else {
      throw .shareOutOfRange("stretch of time", value: timeStretch, allowed: 0...0.9)
    }
    guard shift > 0 || flips else { return }
    guard let inputShape, inputShape.count >= 2 else { throw .augmentationNeedsMap(shape: inputShape ?? [inputs]) }
    guard inputShape.allSatisfy({ $0 > 0 }),
      inputShape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) == inputs
    else { throw .shapeMismatch(shape: inputShape, inputs: inputs) }
  }

  /// Sets the generator apart from other users of the same seed.
  private static let domain: UInt32 = 0x6175_676D

  private var key: SIMD2<UInt32> {
    SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32) ^ Self.domain)
  }

  /// The changes of one sample in one draw.
  func drawn(sample: UInt32, draw: UInt64) -> SampleChange {
    let draw = UInt32(truncatingIfNeeded: draw)
    let words = Philox4x32.block(counter: SIMD4(0, 0, sample, draw), key: key)
    let stretch = Philox4x32.block(counter: SIMD4(0, 1, sample, draw), key: key)[0]
    /// −most…most, from the upper bits of a word.
    func number(_ word: UInt32, _ most: Int) -> Int { Int((UInt64(word) &* UInt64(2 * most + 1)) &>> 32) - most }
    let most = Int((timeStretch * 65536).rounded())
    return SampleChange(
      y: number(words[0], shift), x: number(words[1], shift), isFlipped: flips && words[2] >> 31 == 1,
      time: number(words[3], timeShift), rate: 65536 + number(stretch, most))
  }

  /// Silences inputs in ticks, each with the chance `drop`: a count goes as a whole.
  ///
  /// Position p = tick·inputs + input takes half p mod 8 of the block with counter
  /// (1 + ⌊p/8⌋, 0, sample, draw).
  func drop(from output: UnsafeMutableBufferPointer<UInt8>, sample: UInt32, draw: UInt64) {
    let limit = UInt64((drop * 65536).rounded())
    guard limit > 0, let target = output.baseAddress else { return }
    let lanes = PhiloxLanes(key: key)
    let draw = UInt64(UInt32(truncatingIfNeeded: draw))
    let limits = SIMD8<UInt64>(repeating: limit)
    let raw = UnsafeMutableRawPointer(target)
    let blocks = output.count / 8
    // Only blocks with a spike are drawn, eight at a time.
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: blocks + 8) { active in
      var count = 0
      for block in 0..<blocks {
        active[count] = UInt32(truncatingIfNeeded: block)
        count &+= raw.loadUnaligned(fromByteOffset: block &* 8, as: UInt64.self) != 0 ? 1 : 0
      }
      for spare in 0..<8 where count > 0 { active[count &+ spare] = active[count &- 1] }
      for first in stride(from: 0, to: count, by: 8) {
        var counters = SIMD8<UInt64>()
        for lane in 0..<8 { counters[lane] = UInt64(active[first &+ lane]) &+ 1 }
        let dropped = lanes.below(limits, c0: counters, c1: 0, c2: UInt64(sample), c3: draw)
        for lane in 0..<8 {
          let offset = Int(counters[lane] &- 1) &* 8
          let bytes = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          // 255 in the bytes that stay; little-endian bytes are positions in order.
          let kept = ~(UInt64(littleEndian: dropped[lane]) &* 255)
          raw.storeBytes(of: bytes & kept, toByteOffset: offset, as: UInt64.self)
        }
      }
    }
    guard blocks * 8 < output.count else { return }
    let words = Philox4x32.block(
      counter: SIMD4(UInt32(truncatingIfNeeded: blocks + 1), 0, sample, UInt32(truncatingIfNeeded: draw)), key: key)
    for position in blocks * 8..<output.count {
      let half = position & 7
      if UInt64((words[half / 2] >> UInt32(16 * (half & 1))) & 0xFFFF) < limit { output[position] = 0 }
    }
  }
}

import FixedPoint
import Kernels

/// Random buffers for kernels, fixed by a seed.
struct KernelInput {
  var random: RandomStream

  init(seed: UInt64) { random = RandomStream(seed: seed, stream: 0) }

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(random.below(UInt32(range.count)))
  }

  mutating func buffer<T: FixedWidthInteger & BitwiseCopyable>(_ count: Int, _ range: ClosedRange<Int>)
    -> AlignedBuffer<T>
  {
    let buffer = AlignedBuffer<T>(count: count, repeating: 0)
    for index in 0..<count { buffer.elements[index] = T(number(range)) }
    return buffer
  }

  /// Floats in ±scale.
  mutating func floats(_ count: Int, scale: Float = 1) -> AlignedBuffer<Float> {
    let buffer = AlignedBuffer<Float>(count: count, repeating: 0)
    for index in 0..<count { buffer.elements[index] = (2 * random.unit() - 1) * scale }
    return buffer
  }
}

extension AlignedBuffer {
  var array: [Element] { Array(elements) }
  var read: UnsafeBufferPointer<Element> { UnsafeBufferPointer(elements) }
  func copy() -> AlignedBuffer {
    let copy = AlignedBuffer(count: count, repeating: elements[0])
    _ = copy.elements.update(fromContentsOf: elements)
    return copy
  }
}

extension [Float] {
  /// The first index where the bits differ; the count of this array when only the lengths do.
  func firstDifference(from other: [Float]) -> Int? {
    if let index = zip(self, other).enumerated().first(where: { $1.0.bitPattern != $1.1.bitPattern })?.offset {
      return index
    }
    return count == other.count ? nil : count
  }
}

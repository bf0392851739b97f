/// Memory of a fixed size, aligned to 64 bytes and zeroed at first, for kernels to work in.
///
/// Not synchronised: threads that share one write to different parts of it. Pointers into a buffer do not keep
/// it alive: whoever owns buffers holds on to them (`withExtendedLifetime`) until the last kernel is done.
public final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  /// All elements.
  public let elements: UnsafeMutableBufferPointer<Element>

  /// - Parameters:
  ///   - count: how many elements, at least 0.
  ///   - value: what each is at first.
  public init(count: Int, repeating value: Element) {
    precondition(count >= 0)
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
    let typed = memory.bindMemory(to: Element.self, capacity: count)
    typed.initialize(repeating: value, count: count)
    elements = UnsafeMutableBufferPointer(start: typed, count: count)
  }

  deinit { UnsafeMutableRawPointer(elements.baseAddress)?.deallocate() }

  /// How many elements there are.
  @inlinable public var count: Int { elements.count }

  /// The elements of a range, which traps when it is not inside the buffer.
  @inlinable public subscript(range: Range<Int>) -> UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(rebasing: elements[checked(range)])
  }

  @inlinable func checked(_ range: Range<Int>) -> Range<Int> {
    precondition(range.lowerBound >= 0 && range.upperBound <= elements.count, "a range outside the buffer")
    return range
  }
}

extension UnsafeMutableBufferPointer where Element: BitwiseCopyable {
  /// Sets all bytes to 0.
  @inlinable public func clear() { UnsafeMutableRawBufferPointer(self).initializeMemory(as: UInt8.self, repeating: 0) }
}

extension Int {
  /// This number of elements, padded to whole lanes of the kernels: 10 → 16.
  public var paddedToLanes: Int { (self + KernelSet.lanes - 1) / KernelSet.lanes * KernelSet.lanes }
}

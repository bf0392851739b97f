import Networks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Bytes in memory that are filled once and never change afterwards.
public final class HeapBytes: WeightBytes {
  public let byteCount: Int
  private nonisolated(unsafe) let base: UnsafeMutableRawPointer

  /// Allocates `byteCount` bytes, all zero, and lets `fill` write them.
  ///
  /// The caller has checked the size against a cap.
  public init<E: Error>(byteCount: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(E) -> Void) throws(E) {
    precondition(byteCount >= 0)
    self.byteCount = byteCount
    // Zero pages cost nothing until they are written.
    guard let memory = calloc(max(byteCount, 1), 1) else { fatalError("out of memory: \(byteCount) bytes") }
    base = memory
    // When this throws, the object is complete, and its deinit frees the memory.
    try fill(UnsafeMutableRawBufferPointer(start: base, count: byteCount))
  }

  /// A copy of some bytes.
  public convenience init(copying bytes: UnsafeRawBufferPointer) {
    self.init(byteCount: bytes.count) { $0.copyMemory(from: bytes) }
  }

  /// A copy of the elements of an array, as they lie in memory.
  public convenience init<T: BitwiseCopyable>(_ elements: [T]) {
    self.init(byteCount: elements.count * MemoryLayout<T>.stride) { target in
      elements.withUnsafeBytes { target.copyMemory(from: $0) }
    }
  }

  deinit { free(base) }

  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body(UnsafeRawBufferPointer(start: base, count: byteCount))
  }
}

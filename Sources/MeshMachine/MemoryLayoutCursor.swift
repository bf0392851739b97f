/// Hands out consecutive, 16-byte aligned pieces of one block of memory, or only measures them.
struct MemoryLayoutCursor {
  private let base: UnsafeMutableRawPointer?
  private(set) var offset = 0

  /// - Parameter base: nil to measure.
  init(base: UnsafeMutableRawPointer?) {
    self.base = base
  }

  /// Passes over the space of `count` values.
  mutating func skip<T>(_ type: T.Type, count: Int) {
    offset += (count * MemoryLayout<T>.stride + 15) / 16 * 16
  }

  /// The space of `count` values, bound to their type and not initialised; traps when only measuring.
  mutating func take<T>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    guard let base else { fatalError("a measuring cursor has no memory") }
    let pointer = (base + offset).bindMemory(to: T.self, capacity: count)
    skip(type, count: count)
    return pointer
  }
}

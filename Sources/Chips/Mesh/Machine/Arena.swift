#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory that lives as long as its arena, zeroed, aligned to 64 bytes.
///
/// Pages that are never touched cost nothing, so that lists may have room for the worst case.
final class Arena {
  private var blocks: [UnsafeMutableRawPointer] = []

  /// Room for plain values of which zero bytes are one.
  func make<T>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    guard let block = calloc(1, max(count, 1) * MemoryLayout<T>.stride + 64) else {
      fatalError("no memory for \(count) elements")
    }
    blocks.append(block)
    return block.alignedUp(toMultipleOf: 64).bindMemory(to: T.self, capacity: max(count, 1))
  }

  /// A copy of a list, whose elements hold no references.
  func list<T>(_ elements: [T]) -> UnsafeMutableBufferPointer<T> {
    let list = UnsafeMutableBufferPointer(start: make(T.self, count: elements.count), count: elements.count)
    _ = list.initialize(from: elements)
    return list
  }

  deinit {
    for block in blocks { free(block) }
  }
}

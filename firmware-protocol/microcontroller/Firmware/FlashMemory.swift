import BoardCore

/// Memory that behaves as NOR flash does: pages are erased to ones, and writing can only clear bits.
///
/// A write that would have to set a bit fails, as it would go wrong unnoticed on real flash.
struct FlashMemory {
  let bytes: UnsafeMutableRawBufferPointer
  let pageBytes: Int

  /// Erases every page that a range touches.
  func erase(_ range: Range<Int>) throws(StorageError) {
    let start = range.lowerBound / pageBytes * pageBytes
    let end = (range.upperBound + pageBytes - 1) / pageBytes * pageBytes
    guard start >= 0, end <= bytes.count else { throw StorageError(code: Failure.outOfRange.rawValue) }
    UnsafeMutableRawBufferPointer(rebasing: bytes[start..<end]).initializeMemory(as: UInt8.self, repeating: 0xFF)
  }

  /// Writes to erased bytes.
  func write(_ source: UnsafeRawBufferPointer, at offset: Int) throws(StorageError) {
    guard offset >= 0, offset <= bytes.count, source.count <= bytes.count - offset else {
      throw StorageError(code: Failure.outOfRange.rawValue)
    }
    for index in 0..<source.count {
      let result = bytes[offset + index] & source[index]
      bytes[offset + index] = result
      guard result == source[index] else { throw StorageError(code: Failure.notErased.rawValue) }
    }
  }

  func contents(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[range])
  }

  /// The numbers that a refusal *storage* carries.
  enum Failure: UInt32 {
    case outOfRange = 1
    case notErased = 2
  }
}

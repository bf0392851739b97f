import WireProtocol

/// Which chunks of an image have been received: one bit each, in memory of the device's workspace.
struct ChunkMap {
  private let bits: UnsafeMutableRawBufferPointer
  let chunkBytes: Int
  private(set) var size = 0
  /// Chunks below it are all held.
  private(set) var firstMissing = 0
  /// No chunk from it on is held.
  private var end = 0

  init(memory: UnsafeMutableRawBufferPointer, chunkBytes: Int) {
    bits = memory
    self.chunkBytes = chunkBytes
  }

  /// Begins with an image of `size` bytes of which the first `held` are there.
  mutating func begin(size: Int, held: Int) {
    self.size = size
    for index in bits.indices { bits[index] = 0 }
    firstMissing = 0
    end = 0
    let whole = held >= size ? count : held / chunkBytes
    for chunk in 0..<whole { set(chunk) }
  }

  var count: Int { (size + chunkBytes - 1) / chunkBytes }
  var isComplete: Bool { firstMissing == count }
  /// Every byte below it is held.
  var cumulative: Int { min(firstMissing * chunkBytes, size) }

  func isHeld(_ chunk: Int) -> Bool { bits[chunk >> 3] & (1 << UInt8(chunk & 7)) != 0 }

  mutating func set(_ chunk: Int) {
    bits[chunk >> 3] |= 1 << UInt8(chunk & 7)
    end = max(end, chunk + 1)
    while firstMissing < count && isHeld(firstMissing) { firstMissing += 1 }
  }

  /// The 64 chunks from `cumulative` on.
  var window: UInt64 {
    var result: UInt64 = 0
    // Mostly nothing: chunks come in order.
    for index in 0..<max(0, min(64, end - firstMissing)) where isHeld(firstMissing + index) {
      result |= 1 << UInt64(index)
    }
    return result
  }

  /// The first range of held bytes that begins at or after `chunk`; nil where there is none.
  func heldRange(from chunk: Int) -> (chunks: Range<Int>, bytes: Range<Int>)? {
    var start = chunk
    while start < count && !isHeld(start) { start += 1 }
    if start >= count { return nil }
    var end = start
    while end < count && isHeld(end) { end += 1 }
    return (start..<end, start * chunkBytes..<min(end * chunkBytes, size))
  }
}

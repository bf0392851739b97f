import FixedPoint

/// How much of an operation is done when power goes.
enum Tear: String, CaseIterable, Sendable {
  case nothing, prefix, suffix, garbage, whole

  /// Copies as much of `bytes` as this says, or noise of the same size.
  func apply(
    _ bytes: UnsafeRawBufferPointer, to memory: UnsafeMutableRawBufferPointer, at offset: Int,
    _ random: inout RandomStream
  ) {
    let split = Int(random.below(UInt32(bytes.count))) + 1
    switch self {
    case .nothing: break
    case .prefix: for index in 0..<min(split, bytes.count - 1) { memory[offset + index] = bytes[index] }
    case .suffix: for index in split..<max(split, bytes.count) { memory[offset + index] = bytes[index] }
    case .garbage: for index in bytes.indices { memory[offset + index] = UInt8(truncatingIfNeeded: random.next()) }
    case .whole: for index in bytes.indices { memory[offset + index] = bytes[index] }
    }
  }
}

/// How much of what was written and not flushed is there after a loss of power.
enum Survival: String, CaseIterable, Sendable {
  case nothing, some, everything
}

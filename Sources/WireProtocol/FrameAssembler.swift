/// Collects the bytes of a stream in memory of fixed size and yields the frames in them.
///
/// The memory belongs to the caller. Usage: fill `space`, call `received(_:)`, then `next()` until
/// it asks for more bytes; payload pointers hold until the next call.
public struct FrameAssembler {
  private let memory: UnsafeMutableRawBufferPointer
  private let maximumPayload: UInt32
  private var start = 0
  private var end = 0
  /// Bytes of a refused frame that have not arrived yet.
  private var discard = 0
  /// Whether the last bytes were damaged: what is no frame behind them belongs to the same damage.
  private var isOutOfStep = false

  /// - Parameter memory: at least `FrameLayout.frameBytes(payload: maximumPayload)` bytes; twice
  ///   as many spare most of the moving.
  public init(memory: UnsafeMutableRawBufferPointer, maximumPayload: UInt32) {
    precondition(memory.count >= FrameLayout.frameBytes(payload: Int(maximumPayload)))
    self.memory = memory
    self.maximumPayload = maximumPayload
  }

  /// The bytes that have arrived and were not yielded.
  public var buffered: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[start..<end]) }

  /// The frame that lies whole at the front of `bytes`, which come next in the stream, and how many bytes it takes; they
  /// are not copied, and count as received and yielded.
  ///
  /// - Returns: nil where the bytes have to go through `space`: something is buffered, or they begin with no whole and
  ///   sound frame.
  public mutating func frame(
    at bytes: UnsafeRawBufferPointer
  ) -> (header: FrameHeader, payload: UnsafeRawBufferPointer, total: Int)? {
    guard start == end, discard == 0, !bytes.isEmpty,
      case .frame(let header, let payload, let total) = FrameCodec.scan(bytes, maximumPayload: maximumPayload)
    else { return nil }
    isOutOfStep = false
    return (header, UnsafeRawBufferPointer(rebasing: bytes[payload]), total)
  }

  /// Where the next bytes of the stream go; never empty after `next()` has asked for more.
  public var space: UnsafeMutableRawBufferPointer {
    mutating get {
      if start == end {
        start = 0
        end = 0
      } else if start > 0 && end + FrameLayout.headerBytes > memory.count || start > memory.count / 2 {
        UnsafeMutableRawBufferPointer(rebasing: memory[0..<end - start])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<end]))
        end -= start
        start = 0
      }
      return UnsafeMutableRawBufferPointer(rebasing: memory[end...])
    }
  }

  /// Takes note of `count` bytes that were written to the front of `space`.
  public mutating func received(_ count: Int) {
    precondition(count >= 0 && count <= memory.count - end)
    end += count
    dropDiscarded()
  }

  /// The next frame, with its payload; damaged bytes are told once and skipped, in however many pieces they arrive.
  public mutating func next() -> AssembledFrame {
    while true {
      let bytes = buffered
      if bytes.isEmpty { return .needMore }
      switch FrameCodec.scan(bytes, maximumPayload: maximumPayload) {
      case .frame(let header, let payload, let total):
        start += total
        isOutOfStep = false
        return .frame(header, UnsafeRawBufferPointer(rebasing: bytes[payload]))
      case .needMore(let count):
        makeRoom(for: count)
        return .needMore
      case .damaged(let error, let skip):
        discard = skip
        dropDiscarded()
        let isKnown = isOutOfStep && error == .notAFrame
        // The end of a frame that is only too long is certain, as its header is sound.
        if case .tooLong = error { isOutOfStep = false } else { isOutOfStep = true }
        if !isKnown { return .damaged(error) }
      }
    }
  }

  /// Forgets everything.
  public mutating func reset() {
    start = 0
    end = 0
    discard = 0
    isOutOfStep = false
  }

  private mutating func dropDiscarded() {
    let dropped = min(discard, end - start)
    start += dropped
    discard -= dropped
  }

  private mutating func makeRoom(for count: Int) {
    guard start > 0, start + count > memory.count else { return }
    UnsafeMutableRawBufferPointer(rebasing: memory[0..<end - start])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<end]))
    end -= start
    start = 0
  }
}

/// What `FrameAssembler.next()` found.
public enum AssembledFrame {
  case frame(FrameHeader, UnsafeRawBufferPointer)
  case damaged(WireError)
  case needMore
}

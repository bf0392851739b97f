import WireProtocol

/// Cuts a stream of frames into USB transfers, so that every frame ends one.
///
/// A frame's last packet is short, which is how the other side's transfer ends. Two frames sent together could fill
/// their packets exactly, and the board would wait for more.
struct FrameCutter {
  let packetBytes: Int
  /// The most of one transfer, a multiple of every packet size.
  let transferBytes: Int
  /// What of the frame in hand has not been cut yet.
  private var left = 0

  init(packetBytes: Int, transferBytes: Int) {
    self.packetBytes = packetBytes
    self.transferBytes = transferBytes
  }

  /// How many of the bytes, which are not empty, go into the next transfer.
  mutating func cut(_ bytes: UnsafeRawBufferPointer) -> Int {
    if left == 0 { left = Self.frameBytes(bytes) ?? 0 }
    if left > 0 {
      let count = min(left, bytes.count, transferBytes)
      left -= count
      return count
    }
    // No frame, as tests of boards send it: the last byte apart, where the packets would be full.
    let count = min(bytes.count, transferBytes)
    return count == bytes.count && count % packetBytes == 0 && count > 1 ? count - 1 : count
  }

  /// The next bytes begin a frame.
  mutating func reset() {
    left = 0
  }

  /// The bytes of the frame at the front; nil where there is none.
  private static func frameBytes(_ bytes: UnsafeRawBufferPointer) -> Int? {
    let size = FrameLayout.headerBytes
    guard bytes.count >= size else { return nil }
    // The payload is not looked at: a damaged one makes no difference here.
    switch FrameCodec.scan(
      UnsafeRawBufferPointer(rebasing: bytes[..<size]), maximumPayload: FrameLayout.greatestPayload)
    {
    case .frame(_, _, let total): return total
    case .needMore(let total): return total
    case .damaged(.payloadChecksum, let total): return total
    case .damaged: return nil
    }
  }
}

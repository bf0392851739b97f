/// Cuts a stream of frames into USB transfers, each of as many whole frames as it may hold.
///
/// A transfer's last packet is short, which is how the other side's transfer ends. Every frame ends in a short packet
/// by itself, but several written together could fill their packets exactly, and the receiver would wait for more: then
/// the last of them goes into the next transfer.
public struct FrameCutter {
  private let packetBytes: Int
  /// The most of one transfer, a multiple of the packet size.
  public var transferBytes: Int
  /// What of a frame longer than a transfer has not been cut yet.
  private var left = 0

  /// - Parameters:
  ///   - packetBytes: the endpoint's packet size, which no frame is a multiple of.
  ///   - transferBytes: the most of one transfer, a multiple of the packet size.
  public init(packetBytes: Int, transferBytes: Int) {
    self.packetBytes = packetBytes
    self.transferBytes = transferBytes
  }

  /// How many of the bytes, which begin where the last cut ended and are not empty, go into the next transfer.
  public mutating func cut(_ bytes: UnsafeRawBufferPointer) -> Int {
    if left == 0 { left = Self.frameBytes(bytes) ?? 0 }
    guard left > 0 else {
      // No frame, as tests of boards send it: the last byte apart, where the packets would be full.
      let count = min(bytes.count, transferBytes)
      return count == bytes.count && count % packetBytes == 0 && count > 1 ? count - 1 : count
    }
    var count = min(left, bytes.count, transferBytes)
    left -= count
    guard left == 0 else { return count }
    var last = 0
    while let next = Self.frameBytes(UnsafeRawBufferPointer(rebasing: bytes[count...])),
      next <= min(bytes.count, transferBytes) - count
    {
      last = next
      count += next
    }
    return count % packetBytes == 0 ? count - last : count
  }

  /// The last `count` bytes of what was cut did not go, though a multiple of the packet size did: they are the next to be
  /// cut, and end a transfer as they would have.
  public mutating func giveBack(_ count: Int) {
    left += count
  }

  /// The next bytes begin a frame.
  public mutating func reset() {
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

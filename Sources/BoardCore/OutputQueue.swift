import WireProtocol

/// Frames that wait to leave, in memory of the device's workspace.
struct OutputQueue {
  private let memory: UnsafeMutableRawBufferPointer
  /// 0 where the link has no packets.
  var packetBytes: Int
  private var start = 0
  private var end = 0

  init(memory: UnsafeMutableRawBufferPointer, packetBytes: Int) {
    self.memory = memory
    self.packetBytes = packetBytes
  }

  var waiting: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[start..<end]) }
  /// The bytes that can be appended.
  var room: Int { memory.count - (end - start) }

  mutating func sent(_ count: Int) {
    precondition(count >= 0 && count <= end - start)
    start += count
    if start == end { reset() }
  }

  mutating func reset() {
    start = 0
    end = 0
  }

  /// Appends a frame; callers have made sure of the room, so a failure is a fault of this module.
  mutating func append<Message: WireMessage>(
    _ message: Message, session: UInt32, sequence: UInt32, flags: FrameFlags = [],
    body: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
  ) -> Bool {
    if start > 0 {
      UnsafeMutableRawBufferPointer(rebasing: memory[0..<end - start]).copyMemory(from: waiting)
      end -= start
      start = 0
    }
    let free = UnsafeMutableRawBufferPointer(rebasing: memory[end...])
    guard free.count >= FrameLayout.headerBytes else { return false }
    do throws(WireError) {
      var writer = WireWriter(UnsafeMutableRawBufferPointer(rebasing: free[FrameLayout.headerBytes...]))
      try message.write(to: &writer)
      try writer.append(body)
      let header = FrameHeader(
        type: Message.type.rawValue, flags: flags, session: session, sequence: sequence,
        length: UInt32(truncatingIfNeeded: writer.count))
      end += try FrameCodec.seal(header, in: free, packetBytes: packetBytes)
      return true
    } catch {
      return false
    }
  }
}

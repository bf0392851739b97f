import Glibc
import WireProtocol

/// A connection that does not hold the board: it may ask who the board is, and ask for a session.
final class GuestConnection {
  static let maximumPayload = 480

  let socket: FileDescriptor
  var assembler: FrameAssembler
  private let memory: UnsafeMutableRawBufferPointer

  init(_ socket: FileDescriptor) {
    self.socket = socket
    memory = .allocate(byteCount: FrameLayout.frameBytes(payload: Self.maximumPayload), alignment: 16)
    assembler = FrameAssembler(memory: memory, maximumPayload: UInt32(Self.maximumPayload))
  }

  deinit {
    memory.deallocate()
  }

  /// Reads what has arrived; false when the other side is gone.
  func receive() -> Bool {
    let space = assembler.space
    guard !space.isEmpty else { return true }
    let count = recv(socket.number, space.baseAddress, space.count, Int32(MSG_DONTWAIT))
    if count > 0 { assembler.received(count) }
    return count > 0 || count < 0 && (errno == EAGAIN || errno == EINTR)
  }
}

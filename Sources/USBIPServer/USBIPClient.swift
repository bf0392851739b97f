import Glibc
import VirtualBoard

/// A connection: at first to the server, after an import to one board.
final class USBIPClient {
  let socket: FileDescriptor
  var replies = ReplyQueue()
  var board: USBBoard?
  /// Whether it is closed once all replies have left.
  var isEnding = false
  /// Whether it is gone.
  private(set) var isGone = false
  private var decoder = USBIPDecoder()

  init(_ socket: FileDescriptor) {
    self.socket = socket
    var isOn: Int32 = 1
    setsockopt(socket.number, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, 4)
    // A machine that vanished must not hold a board for ever.
    setsockopt(socket.number, SOL_SOCKET, SO_KEEPALIVE, &isOn, 4)
    var size: Int32 = 1 << 20
    setsockopt(socket.number, SOL_SOCKET, SO_SNDBUF, &size, 4)
    _ = fcntl(socket.number, F_SETFD, FD_CLOEXEC)
    _ = fcntl(socket.number, F_SETFL, O_NONBLOCK)
  }

  var events: Int16 {
    var events = replies.isEmpty ? 0 : Int16(POLLOUT)
    if !isEnding && !replies.isFull { events |= Int16(POLLIN) }
    return events
  }

  /// From here on the connection is a board's cable.
  func attach(_ board: USBBoard) {
    self.board = board
    decoder.isAttached = true
    decoder.device = board.exported.identifier
  }

  /// Sends what the system takes at once, and ends.
  func end() {
    send()
    isGone = true
  }

  /// Reads once, and hands every message that is complete to `handle`.
  func receive(
    into scratch: UnsafeMutableRawBufferPointer, _ handle: (USBIPMessage) throws(USBIPError) -> Void
  ) throws(USBIPError) {
    let count = recv(socket.number, scratch.baseAddress, scratch.count, Int32(MSG_DONTWAIT))
    guard count > 0 else {
      if count == 0 || errno != EAGAIN && errno != EINTR { isGone = true }
      return
    }
    var input = UnsafeRawBufferPointer(rebasing: scratch[..<count])
    while !isEnding, let message = try decoder.next(&input) { try handle(message) }
  }

  /// Sends what the system takes.
  func send() {
    while !replies.isEmpty && !isGone {
      let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
      let count = replies.withWaiting { Glibc.send(socket.number, $0.baseAddress, $0.count, flags) }
      if count > 0 {
        replies.sent(count)
      } else if count < 0 && errno == EINTR {
        continue
      } else {
        if count < 0 && errno != EAGAIN { isGone = true }
        return
      }
    }
    if isEnding && replies.isEmpty { isGone = true }
  }
}

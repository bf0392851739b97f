import WireProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A board behind a Unix socket.
public final class SocketTransport: Transport {
  public let address: DeviceAddress
  public var packetBytes: Int { 0 }
  private var descriptor: Int32

  /// Connects to a socket.
  public init(path: String) throws(BoardLinkError) {
    let place = DeviceAddress.socket(path: path)
    address = place
    guard let socketAddress = UnixSocketAddress(path: path) else { throw .badAddress(place.description) }
    let opened = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard opened >= 0 else { throw .system(operation: "opening a socket", reason: systemReason(errno)) }
    // Connecting to a board that hangs would otherwise wait for ever once its queue is full.
    var patience = timeval(tv_sec: 3, tv_usec: 0)
    setsockopt(opened, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    if socketAddress.withPointer({ connect(opened, $0, $1) }) != 0 {
      let code = errno
      _ = Glibc.close(opened)
      switch code {
      // A socket file that a killed board left behind refuses connections: no board there either.
      case ENOENT, ECONNREFUSED, ENOTSOCK, ENOTDIR, EPROTOTYPE: throw .noDevice(place)
      case EAGAIN, ETIMEDOUT: throw .timeout(request: .hello, milliseconds: 3000)
      case EACCES, EPERM: throw .access(place, reason: systemReason(code))
      default: throw .system(operation: "connecting to \(place)", reason: systemReason(code))
      }
    }
    descriptor = opened
  }

  deinit {
    close()
  }

  public func exchange(
    sending: UnsafeRawBufferPointer, receiving: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) throws(BoardLinkError) -> (sent: Int, received: Int) {
    guard descriptor >= 0 else { throw .disconnected(address) }
    while true {
      let received = try receive(into: receiving)
      let sent = try send(sending)
      if sent > 0 || received > 0 { return (sent, received) }
      let left = deadline - .now
      if left <= .zero { return (0, 0) }
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if !sending.isEmpty { entry.events |= Int16(POLLOUT) }
      let milliseconds = left.components.seconds >= 60 ? 60_000 : left / .milliseconds(1)
      let ready = poll(&entry, 1, Int32(milliseconds.rounded(.up)))
      if ready < 0 && errno == EINTR { return (0, 0) }
      guard ready >= 0 else { throw .system(operation: "waiting for \(address)", reason: systemReason(errno)) }
    }
  }

  public func close() {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }

  private func receive(into buffer: UnsafeMutableRawBufferPointer) throws(BoardLinkError) -> Int {
    guard !buffer.isEmpty else { return 0 }
    let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
    if count > 0 { return count }
    if count < 0 && (errno == EAGAIN || errno == EINTR) { return 0 }
    throw .disconnected(address)
  }

  private func send(_ bytes: UnsafeRawBufferPointer) throws(BoardLinkError) -> Int {
    guard !bytes.isEmpty else { return 0 }
    let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
    if count >= 0 { return count }
    if errno == EAGAIN || errno == EINTR { return 0 }
    throw .disconnected(address)
  }
}

/// A path as the system calls want it; nil where it is too long.
public struct UnixSocketAddress {
  private var address: sockaddr_un

  public init?(path: String) {
    address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard !bytes.isEmpty, bytes.count < capacity, !bytes.contains(0) else { return nil }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
  }

  /// Calls `body` with what `bind` and `connect` take.
  public func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    withUnsafeBytes(of: address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { pointer in
        // The buffer holds one whole sockaddr_un, so the base address is there.
        guard let base = pointer.baseAddress else { fatalError("unreachable: a sockaddr_un has bytes") }
        return body(base, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}

/// The system's words for an error number.
func systemReason(_ code: Int32) -> String {
  String(cString: strerror(code))
}

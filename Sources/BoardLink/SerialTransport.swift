import WireProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A board on a serial line: a serial port, a USB serial adapter, or an emulator's pseudo-terminal.
public final class SerialTransport: Transport {
  public let address: DeviceAddress
  public var packetBytes: Int { 0 }
  private var descriptor: Int32

  /// Opens a serial port for this program alone, and drops what an earlier program has left in it.
  ///
  /// - Parameter path: the port, perhaps with a rate: `/dev/ttyUSB0@921600`.
  /// - Throws: `badAddress`, `noDevice`, `access`, `refused` (*two hosts*), `system`.
  public init(path text: String) throws(BoardLinkError) {
    let place = DeviceAddress.serial(path: text)
    address = place
    guard let line = SerialLine(text) else { throw .badAddress(place.description) }
    descriptor = open(line.path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.refusal(errno, place) }
    do throws(BoardLinkError) {
      guard isatty(descriptor) == 1 else {
        throw .system(operation: "opening \(place)", reason: "it is no serial port; a socket is named unix:PATH")
      }
      // Another program that uses a serial port locks it too, or asks for it exclusively.
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw Self.refusal(errno, place) }
      let code = line.configure(descriptor)
      guard code == 0 else { throw Self.refusal(code, place) }
      tcflush(descriptor, TCIOFLUSH)
      drain()
    } catch {
      close()
      throw error
    }
  }

  deinit {
    close()
  }

  public func exchange(
    sending: UnsafeRawBufferPointer, receiving: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) throws(BoardLinkError) -> (sent: Int, received: Int) {
    guard descriptor >= 0 else { throw .disconnected(address) }
    while true {
      let received = try receiving.isEmpty ? 0 : moved(read(descriptor, receiving.baseAddress, receiving.count))
      let sent = try sending.isEmpty ? 0 : moved(write(descriptor, sending.baseAddress, sending.count))
      if sent > 0 || received > 0 { return (sent, received) }
      let left = deadline - .now
      if left <= .zero { return (0, 0) }
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if !sending.isEmpty { entry.events |= Int16(POLLOUT) }
      let milliseconds = left.components.seconds >= 60 ? 60_000 : left / .milliseconds(1)
      let ready = poll(&entry, 1, Int32(milliseconds.rounded(.up)))
      if ready < 0 && errno == EINTR { return (0, 0) }
      guard ready >= 0 else { throw .system(operation: "waiting for \(address)", reason: systemReason(errno)) }
      // An adapter that was pulled, or an emulator that has ended.
      if entry.revents & Int16(POLLIN) == 0 && entry.revents & Int16(POLLHUP | POLLERR) != 0 {
        throw .disconnected(address)
      }
    }
  }

  public func close() {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }

  /// The result of a system call as a number of bytes; 0 where it has to be repeated.
  private func moved(_ count: Int) throws(BoardLinkError) -> Int {
    if count > 0 { return count }
    if count < 0 && (errno == EAGAIN || errno == EINTR) { return 0 }
    throw .disconnected(address)
  }

  /// Drops the rest of an answer to an earlier program: what comes before 20 ms of silence, but no more than 1 s.
  private func drain() {
    var bytes: InlineArray<256, UInt8> = InlineArray(repeating: 0)
    let deadline = ContinuousClock.now + .seconds(1)
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while ContinuousClock.now < deadline, poll(&entry, 1, 20) == 1, entry.revents & Int16(POLLIN) != 0 {
      var span = bytes.mutableSpan
      guard span.withUnsafeMutableBytes({ read(descriptor, $0.baseAddress, $0.count) }) > 0 else { return }
    }
  }

  private static func refusal(_ code: Int32, _ place: DeviceAddress) -> BoardLinkError {
    switch code {
    case ENOENT, ENXIO, ENODEV, ENOTDIR: .noDevice(place)
    case EACCES, EPERM:
      .access(place, reason: "\(systemReason(code)) (serial ports often belong to a group, such as dialout: join it)")
    case EBUSY, EWOULDBLOCK: .refused(request: .hello, BoardError(.twoHosts, isRetryable: true))
    default: .system(operation: "opening \(place)", reason: systemReason(code))
    }
  }
}

import BoardLink
import Glibc
import TestSupport
import Testing
import WireProtocol

/// The other end of a serial line: the master of a pseudo-terminal.
private final class FarEnd {
  let descriptor: Int32
  let path: String
  private var isOpen = true

  init() throws {
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var isLocked: Int32 = 0
    var number: Int32 = 0
    // TIOCSPTLCK and TIOCGPTN.
    try #require(ioctl(descriptor, 0x4004_5431, &isLocked) == 0 && ioctl(descriptor, 0x8004_5430, &number) == 0)
    path = "/dev/pts/\(number)"
  }

  deinit { hangUp() }

  func hangUp() {
    if isOpen { close(descriptor) }
    isOpen = false
  }

  func send(_ bytes: [UInt8]) {
    #expect(write(descriptor, bytes, bytes.count) == bytes.count)
  }

  func receive(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var part = [UInt8](repeating: 0, count: count - bytes.count)
      let taken = read(descriptor, &part, part.count)
      guard taken > 0 else { break }
      bytes += part[..<taken]
    }
    return bytes
  }
}

@Suite struct SerialTransportTests {
  private func receive(_ count: Int, from transport: SerialTransport) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    let deadline = ContinuousClock.now + .seconds(5)
    while filled < count && ContinuousClock.now < deadline {
      filled += try bytes.withUnsafeMutableBytes {
        try transport.exchange(
          sending: UnsafeRawBufferPointer(start: nil, count: 0),
          receiving: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]), until: deadline
        ).received
      }
    }
    return Array(bytes[..<filled])
  }

  private func send(_ bytes: [UInt8], to transport: SerialTransport) throws {
    var sent = 0
    while sent < bytes.count {
      sent += try bytes.withUnsafeBytes {
        try transport.exchange(
          sending: UnsafeRawBufferPointer(rebasing: $0[sent...]),
          receiving: UnsafeMutableRawBufferPointer(start: nil, count: 0), until: .now + .seconds(5)
        ).sent
      }
    }
  }

  @Test("Every byte passes a terminal unchanged, in both directions")
  func bytes() throws {
    let board = try FarEnd()
    let transport = try SerialTransport(path: board.path)
    defer { transport.close() }
    // Line feeds, ends of file, interrupts and flow control among them, which a terminal would act on.
    let all = (0..<1024).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try send(all, to: transport)
    #expect(board.receive(all.count) == all)
    board.send(all)
    #expect(try receive(all.count, from: transport) == all)
  }

  @Test("What an earlier program has left in the line is not taken for an answer")
  func leftover() throws {
    let board = try FarEnd()
    let held = open(board.path, O_RDWR | O_NOCTTY)
    defer { close(held) }
    board.send([1, 2, 3])
    let transport = try SerialTransport(path: board.path)
    defer { transport.close() }
    board.send([9])
    #expect(try receive(1, from: transport) == [9])
  }

  @Test("A second program is refused, and may have the line after the first")
  func twoPrograms() throws {
    let board = try FarEnd()
    let held = open(board.path, O_RDWR | O_NOCTTY)
    defer { close(held) }
    let first = try SerialTransport(path: board.path)
    #expect(throws: BoardLinkError.refused(request: .hello, BoardError(.twoHosts, isRetryable: true))) {
      try SerialTransport(path: board.path)
    }
    first.close()
    try SerialTransport(path: board.path).close()
  }

  @Test("A line that is pulled ends as disconnected")
  func pulled() throws {
    let board = try FarEnd()
    let transport = try SerialTransport(path: board.path)
    board.hangUp()
    #expect(throws: BoardLinkError.disconnected(.serial(path: board.path))) {
      _ = try receive(1, from: transport)
    }
  }

  @Test("Silence lasts until the deadline and is no error")
  func silence() throws {
    let board = try FarEnd()
    let transport = try SerialTransport(path: board.path)
    defer { transport.close() }
    var buffer: [UInt8] = [0]
    let result = try buffer.withUnsafeMutableBytes {
      try transport.exchange(
        sending: UnsafeRawBufferPointer(start: nil, count: 0), receiving: $0, until: .now + .milliseconds(20))
    }
    #expect(result == (0, 0))
  }

  @Test("A rate may follow the path; addresses that cannot be are told")
  func addresses() throws {
    let board = try FarEnd()
    let address = try DeviceAddress(parsing: "serial:\(board.path)@921600")
    #expect(address == .serial(path: "\(board.path)@921600"))
    try address.connect().close()
    #expect(throws: BoardLinkError.badAddress("serial:\(board.path)@12345")) {
      try SerialTransport(path: "\(board.path)@12345")
    }
    #expect(throws: BoardLinkError.noDevice(.serial(path: "/dev/no-such-port"))) {
      try SerialTransport(path: "/dev/no-such-port")
    }
    #expect(throws: BoardLinkError.self) { try SerialTransport(path: "/dev/null") }
  }
}

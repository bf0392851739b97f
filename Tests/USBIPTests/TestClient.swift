import Glibc
import Testing
import USBIPServer

/// A USB/IP client in this process, written from the kernel's description of the protocol: what `usbip` and the
/// kernel's vhci_hcd do.
final class TestClient {
  /// An answer to a command.
  struct Reply {
    let isUnlink: Bool
    let sequence: UInt32
    let status: Int32
    let actual: Int
    let data: [UInt8]
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let descriptor: Int32
  private var device: UInt32 = 0
  private var nextSequence: UInt32 = 1
  /// Whether a transfer goes to the host: its answer carries data then.
  private var isIn: [UInt32: Bool] = [:]
  private var buffer: [UInt8] = []
  private var early: [UInt32: Reply] = [:]

  init(_ service: USBIPService) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = service.address.port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    var isOn: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, 4)
    guard result == 0 else { throw Failure(description: "cannot connect: \(errno)") }
  }

  /// Connected, with a device attached and configured as a kernel would.
  convenience init(_ service: USBIPService, attaching busID: String) throws {
    try self.init(service)
    try attach(busID)
    _ = try control(0x00, 9, value: 1)
  }

  deinit {
    Glibc.close(descriptor)
  }

  /// Pulls the cable.
  func disconnect() {
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  // MARK: Bytes

  func send(_ bytes: [UInt8]) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      done += count
    }
  }

  /// Waits until something has arrived; false at the end of the connection or of the time.
  @discardableResult
  func wait(milliseconds: Int32 = 10_000, toSend: Bool = false) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN) | (toSend ? Int16(POLLOUT) : 0), revents: 0)
    guard poll(&entry, 1, milliseconds) > 0 else { return false }
    return fill()
  }

  /// Takes what has arrived; false at the end of the connection.
  func fill() -> Bool {
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(descriptor, &piece, piece.count, Int32(MSG_DONTWAIT))
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      if count == 0 { return false }
      buffer += piece[..<count]
    }
  }

  private func read(_ count: Int) throws -> [UInt8] {
    while buffer.count < count {
      guard wait() || buffer.count >= count else {
        throw Failure(description: "the connection ended with \(buffer.count) of \(count) bytes")
      }
    }
    defer { buffer.removeFirst(count) }
    return Array(buffer[..<count])
  }

  /// Whether the server closes the connection.
  func isCutOff() -> Bool {
    while wait() {}
    return recv(descriptor, &buffer, 1, Int32(MSG_DONTWAIT)) == 0 || errno == ECONNRESET || errno == EPIPE
  }

  // MARK: Operations

  static func big(_ numbers: UInt32...) -> [UInt8] {
    numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
  }

  static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> Int {
    bytes[offset..<offset + size].reduce(0) { $0 << 8 | Int($1) }
  }

  static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String {
    String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The devices' records of 312 + 4 bytes.
  func list() throws -> [[UInt8]] {
    send([1, 0x11, 0x80, 5, 0, 0, 0, 0])
    let head = try read(12)
    try #require(Array(head[..<8]) == [1, 0x11, 0, 5, 0, 0, 0, 0])
    return try (0..<Self.number(head, 8, 4)).map { _ in try read(316) }
  }

  func requestImport(_ busID: String) throws -> Int {
    send([1, 0x11, 0x80, 3, 0, 0, 0, 0] + Array(busID.utf8) + [UInt8](repeating: 0, count: 32 - busID.utf8.count))
    let head = try read(8)
    try #require(Array(head[..<4]) == [1, 0x11, 0, 3])
    return Self.number(head, 4, 4)
  }

  @discardableResult
  func attach(_ busID: String) throws -> [UInt8] {
    let status = try requestImport(busID)
    guard status == 0 else { throw Failure(description: "import refused with \(status)") }
    let record = try read(312)
    device = UInt32(Self.number(record, 288, 4) << 16 | Self.number(record, 292, 4))
    return record
  }

  // MARK: Commands

  func submit(
    endpoint: UInt32, isIn: Bool, length: Int, payload: [UInt8] = [], setup: [UInt8] = [UInt8](repeating: 0, count: 8),
    flags: UInt32 = 0
  ) -> UInt32 {
    let sequence = nextSequence
    nextSequence += 1
    self.isIn[sequence] = isIn
    send(
      Self.big(1, sequence, device, isIn ? 1 : 0, endpoint, flags, UInt32(length), 0, 0, 0) + setup + payload)
    return sequence
  }

  func read(_ length: Int, flags: UInt32 = 0) -> UInt32 {
    submit(endpoint: 1, isIn: true, length: length, flags: flags)
  }

  func write(_ payload: [UInt8]) -> UInt32 {
    submit(endpoint: 1, isIn: false, length: payload.count, payload: payload)
  }

  func unlink(_ target: UInt32) -> UInt32 {
    let sequence = nextSequence
    nextSequence += 1
    send(Self.big(2, sequence, device, 0, 0, target) + [UInt8](repeating: 0, count: 24))
    return sequence
  }

  /// The next answer in the order of arrival, if it has arrived whole.
  func arrivedReply() -> Reply? {
    guard buffer.count >= 48 else { return nil }
    let command = Self.number(buffer, 0, 4)
    let sequence = UInt32(Self.number(buffer, 4, 4))
    let status = Int32(bitPattern: UInt32(Self.number(buffer, 20, 4)))
    let actual = command == 3 ? Self.number(buffer, 24, 4) : 0
    let dataBytes = command == 3 && isIn[sequence] == true ? actual : 0
    guard buffer.count >= 48 + dataBytes else { return nil }
    let data = Array(buffer[48..<48 + dataBytes])
    buffer.removeFirst(48 + dataBytes)
    isIn[sequence] = nil
    return Reply(isUnlink: command == 4, sequence: sequence, status: status, actual: actual, data: data)
  }

  /// The answer to a command, however many others come before it.
  func reply(to sequence: UInt32) throws -> Reply {
    while true {
      if let reply = early.removeValue(forKey: sequence) { return reply }
      if let reply = arrivedReply() {
        early[reply.sequence] = reply
      } else {
        let before = buffer.count
        guard wait() || buffer.count > before else {
          throw Failure(description: "no answer to command \(sequence)")
        }
      }
    }
  }

  func hasReply(to sequence: UInt32) -> Bool {
    wait(milliseconds: 50)
    while let reply = arrivedReply() { early[reply.sequence] = reply }
    return early[sequence] != nil
  }

  /// A control request and its answer.
  func control(
    _ type: UInt8, _ request: UInt8, value: UInt16 = 0, index: UInt16 = 0, length: Int = 0, payload: [UInt8] = []
  ) throws -> Reply {
    let isIn = type & 0x80 != 0
    let length = isIn ? length : payload.count
    func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number & 255), UInt8(number >> 8)] }
    let setup = [type, request] + bytes(value) + bytes(index) + bytes(UInt16(length))
    return try reply(to: submit(endpoint: 0, isIn: isIn, length: length, payload: payload, setup: setup))
  }

  func descriptor(_ type: UInt8, _ index: UInt8 = 0, length: Int = 4096) throws -> [UInt8] {
    try control(0x80, 6, value: UInt16(type) << 8 | UInt16(index), length: length).data
  }
}

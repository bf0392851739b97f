import Glibc

/// Where a server listens: a numeric address and a port.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
  /// Such as `127.0.0.1` or `::1`.
  public let host: String
  /// 0 for any that is free.
  public let port: UInt16

  /// This machine, at the port that `usbip` looks at.
  public static let local = ServerAddress(host: "127.0.0.1", port: defaultPort)
  public static let defaultPort: UInt16 = 3240

  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Parses `ADDRESS:PORT`, `ADDRESS`, `:PORT`, or `[ADDRESS]:PORT` for IPv6.
  ///
  /// - Throws: `badAddress`.
  public init(parsing text: String) throws(USBIPError) {
    let host: Substring
    let rest: Substring
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
    } else if text.count(where: { $0 == ":" }) > 1 {
      (host, rest) = (text[...], "")
    } else {
      let end = text.firstIndex(of: ":") ?? text.endIndex
      (host, rest) = (text[..<end], text[end...])
    }
    if rest.isEmpty {
      port = Self.defaultPort
    } else {
      guard rest.hasPrefix(":"), let number = UInt16(rest.dropFirst()), rest.dropFirst().first != "+" else {
        throw .badAddress(text)
      }
      port = number
    }
    self.host = host == "localhost" || host.isEmpty && !rest.isEmpty ? "127.0.0.1" : String(host)
    guard Self.bytes(of: self.host) != nil else { throw .badAddress(text) }
  }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Whether only programs of this machine can reach it.
  public var isLocal: Bool {
    guard let bytes = Self.bytes(of: host) else { return false }
    return bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
  }

  /// Whether it stands for all addresses of the machine.
  public var isAny: Bool { Self.bytes(of: host)?.allSatisfy { $0 == 0 } ?? false }

  /// The 4 or 16 bytes of a numeric address.
  private static func bytes(of host: String) -> [UInt8]? {
    guard !host.utf8.contains(0) else { return nil }
    var four = [UInt8](repeating: 0, count: 4)
    if inet_pton(AF_INET, host, &four) == 1 { return four }
    var sixteen = [UInt8](repeating: 0, count: 16)
    return inet_pton(AF_INET6, host, &sixteen) == 1 ? sixteen : nil
  }

  /// Calls `body` with what `bind` and `connect` take.
  func withSocketAddress<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    var storage = sockaddr_storage()
    let bytes = Self.bytes(of: host) ?? [127, 0, 0, 1]
    var size = MemoryLayout<sockaddr_in>.size
    withUnsafeMutableBytes(of: &storage) { target in
      // Family, port, then the address at byte 4, or for IPv6 at byte 8 behind the flow.
      target.storeBytes(of: sa_family_t(bytes.count == 4 ? AF_INET : AF_INET6), as: sa_family_t.self)
      target.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
      let place = bytes.count == 4 ? 4 : 8
      for (index, byte) in bytes.enumerated() { target[place + index] = byte }
      if bytes.count == 16 { size = MemoryLayout<sockaddr_in6>.size }
    }
    return withUnsafePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(size)) }
    }
  }

  /// With the port that the system has chosen.
  func with(port: UInt16) -> ServerAddress { ServerAddress(host: host, port: port) }
}

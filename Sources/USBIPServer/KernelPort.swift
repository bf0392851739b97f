import Glibc
import VirtualBoard

/// A port of this machine's virtual host controller (vhci_hcd), into which a board of a USB/IP server is plugged.
///
/// What `usbip attach` does. Source: Documentation/usb/usbip_protocol.rst of the Linux kernel and its
/// tools/usb/usbip/libsrc/vhci_driver.c for what the files below sysfs hold.
public struct KernelPort: Sendable {
  private static let controller = "/sys/devices/platform/vhci_hcd.0/"
  public let number: Int

  /// Why nothing can be plugged in here, as the end of a sentence; nil where it can.
  public static var problem: String? {
    if access(controller + "status", F_OK) != 0 { return "the kernel module vhci_hcd is not loaded" }
    if access(controller + "attach", W_OK) != 0 { return "plugging in virtual boards takes root" }
    if access("/dev/bus/usb", R_OK | X_OK) != 0 { return "/dev/bus/usb is not there" }
    return nil
  }

  /// Plugs in a board.
  ///
  /// - Parameters:
  ///   - server: an IPv4 address and port.
  ///   - busID: as the server names the board, such as `1-1`.
  public init(server: ServerAddress, busID: String) throws(USBIPError) {
    let cable = try Self.connect(server)
    // Its last use is a number in a text: without this it might be closed before the kernel reads that.
    defer { withExtendedLifetime(cable) {} }
    let record = try Self.importDevice(busID, over: cable)
    let device = record.bigEndian32(288) << 16 | record.bigEndian32(292), speed = record.bigEndian32(296)
    number = try Self.freePort(isSuper: speed >= 5)
    // The kernel holds the connection from here on.
    try Self.write("\(number) \(cable.number) \(device) \(speed)", to: "attach")
  }

  /// Pulls the cable.
  public func detach() { try? Self.write("\(number)", to: "detach") }

  private static func connect(_ server: ServerAddress) throws(USBIPError) -> FileDescriptor {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = server.port.bigEndian
    guard inet_pton(AF_INET, server.host, &address.sin_addr) == 1 else { throw .badAddress("\(server)") }
    let cable = FileDescriptor(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
    let isConnected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(cable.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else { throw .failed("connecting to \(server)") }
    var isOn: Int32 = 1
    setsockopt(cable.number, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, 4)
    return cable
  }

  /// OP_REQ_IMPORT; the answer's device record of 312 bytes.
  private static func importDevice(_ busID: String, over cable: FileDescriptor) throws(USBIPError) -> [UInt8] {
    var request: [UInt8] = [0x01, 0x11, 0x80, 0x03, 0, 0, 0, 0]
    request.append(busID, paddedTo: 32)
    guard send(cable.number, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      throw .failed("asking for the board \(busID)")
    }
    let answer = try receive(8, from: cable, "asking for the board \(busID)")
    let status = answer.bigEndian32(4)
    guard status == 0 else {
      throw .system(operation: "asking for the board \(busID)", code: 1, reason: "the server refused: status \(status)")
    }
    return try receive(312, from: cable, "asking for the board \(busID)")
  }

  private static func receive(
    _ count: Int, from cable: FileDescriptor, _ operation: String
  ) throws(USBIPError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: count)
    while bytes.count < count {
      let got = recv(cable.number, &buffer, count - bytes.count, 0)
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { throw .failed(operation) }
      bytes += buffer[..<got]
    }
    return bytes
  }

  /// A line of the status file is: hub port state speed device socket bus; state 4 is free.
  private static func freePort(isSuper: Bool) throws(USBIPError) -> Int {
    var text = [UInt8](repeating: 0, count: 16_384)
    let file = open(controller + "status", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .failed("reading the virtual host controller's status") }
    defer { close(file) }
    let count = max(read(file, &text, text.count), 0)
    for line in String(decoding: text[..<count], as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count > 2, words[0] == (isSuper ? "ss" : "hs"), Int(words[2]) == 4, let port = Int(words[1]) {
        return port
      }
    }
    throw .system(
      operation: "plugging in", code: 16, reason: "no port of the virtual host controller is free; detach a board")
  }

  private static func write(_ text: String, to name: String) throws(USBIPError) {
    let file = open(controller + name, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { throw .failed("opening the virtual host controller's \(name)") }
    defer { close(file) }
    guard Glibc.write(file, text, text.utf8.count) == text.utf8.count else {
      throw .failed("writing to the virtual host controller's \(name)")
    }
  }
}

extension [UInt8] {
  fileprivate func bigEndian32(_ offset: Int) -> UInt32 { withUnsafeBytes { $0.bigEndian32(offset) } }
}

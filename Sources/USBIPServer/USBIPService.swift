import Glibc
import Targets
import VirtualBoard

/// Virtual boards that other programs, such as Linux's `usbip`, see as USB devices.
///
/// ```swift
/// let service = try USBIPService(target: board)
/// print(service.attachCommands)
/// try service.run()   // until `stop()`, or a signal after `stopOnSignals()`
/// ```
/// `run()` belongs to one thread; `stop()` may be called from any. Whoever reaches the port can use the boards: the
/// protocol knows no passwords.
public final class USBIPService: @unchecked Sendable {
  /// Where it listens, the port chosen.
  public let address: ServerAddress
  /// Told what happens to clients, on the thread of `run()`.
  public var onEvent: (USBIPEvent) -> Void = { _ in }
  let boards: [USBBoard]
  let listener: FileDescriptor
  private let stopSignal: StopSignal

  /// Opens stores and the port; clients are answered once `run()` runs.
  public init(target: Target, options: USBIPOptions = USBIPOptions()) throws(USBIPError) {
    guard (1...127).contains(options.count) else { throw .badCount(options.count) }
    do throws(VirtualBoardError) {
      stopSignal = try StopSignal()
      var boards: [USBBoard] = []
      for number in 1...options.count {
        let serial = try Self.serial(number, target, options)
        boards.append(try USBBoard(target: target, serial: serial, number: UInt32(number), options: options))
      }
      self.boards = boards
    } catch {
      throw .board(error)
    }
    (listener, address) = try Self.listen(at: options.address)
  }

  /// The serial numbers, by bus id.
  public var devices: [(busID: String, serial: String)] { boards.map { ($0.exported.busID, $0.serial) } }

  /// What makes each board a device of the machine where it is typed.
  public var attachCommands: [String] {
    let host = address.isAny ? "HOST" : address.host
    let port = address.port == ServerAddress.defaultPort ? "" : " --tcp-port \(address.port)"
    return boards.map { "usbip\(port) attach --remote \(host) --busid \($0.exported.busID)" }
  }

  /// Makes SIGINT and SIGTERM end `run()`.
  public func stopOnSignals() {
    stopSignal.installHandlers()
  }

  /// Ends `run()`, soon.
  public func stop() {
    stopSignal.stop()
  }

  /// Serves clients until it is stopped, then closes all connections.
  @discardableResult
  public func run() throws(USBIPError) -> StopSignal.Reason {
    defer { stopSignal.removeHandlers() }
    let loop = USBIPServeLoop(service: self)
    while true {
      if let reason = try loop.turn(stopSignal) { return reason }
    }
  }

  private static func serial(_ number: Int, _ target: Target, _ options: USBIPOptions) throws(VirtualBoardError)
    -> String
  {
    let name = options.serial ?? String(target.name.prefix(24))
    let serial = options.serial != nil && options.count == 1 ? name : "\(name)-\(number)"
    try checkSerial(serial)
    return serial
  }

  private static func listen(at address: ServerAddress) throws(USBIPError) -> (FileDescriptor, ServerAddress) {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let number = socket(address.host.contains(":") ? AF_INET6 : AF_INET, type, 0)
    guard number >= 0 else { throw .failed("opening a socket") }
    let listener = FileDescriptor(number)
    var isOn: Int32 = 1
    setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &isOn, 4)
    guard address.withSocketAddress({ bind(number, $0, $1) }) == 0, Glibc.listen(number, 64) == 0 else {
      if errno == EADDRINUSE { throw .addressInUse(address) }
      throw .failed("listening at \(address)")
    }
    var bound = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let isKnown = withUnsafeMutablePointer(to: &bound) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &size) == 0 }
    }
    guard isKnown else { throw .failed("listening at \(address)") }
    let port = withUnsafeBytes(of: bound) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) }
    return (listener, address.with(port: port))
  }
}

/// What happens at a server.
public enum USBIPEvent: Equatable, Sendable {
  /// A client has made the board its device.
  case attached(serial: String)
  /// The device is gone from the client; the board can be attached again.
  case detached(serial: String)
  /// The board was told to start anew, which pulls its cable.
  case restarted(serial: String)
  /// A client broke the protocol and was cut off.
  case refused(USBIPError)
}

extension USBIPError {
  /// The system's last error.
  static func failed(_ operation: String) -> Self {
    let code = errno
    return .system(operation: operation, code: code, reason: String(cString: strerror(code)))
  }
}

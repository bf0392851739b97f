import BoardCore
import BoardLink
import Targets
import WireProtocol

/// A virtual board behind a Unix socket: the board's own code, over files or memory.
///
/// ```swift
/// let server = try VirtualBoardServer(target: board)
/// print(server.address)
/// try server.run()   // until `stop()`, or a signal after `stopOnSignals()`
/// ```
/// `run()` belongs to one thread; `stop()` may be called from any.
public final class VirtualBoardServer: @unchecked Sendable {
  public let serial: String
  public let address: DeviceAddress
  private let socket: BoardSocket
  /// nil once the board has stopped.
  private var loop: ServeLoop?
  private let stopSignal: StopSignal
  private var isRemoved = false

  public typealias StopReason = StopSignal.Reason

  /// Opens store and socket; hosts can connect from here on, and are answered once `run()` runs.
  public init(
    target: Target, options: VirtualBoardOptions = VirtualBoardOptions()
  ) throws(VirtualBoardError) {
    (socket, serial) = try Self.openSocket(target: target, options: options)
    address = .socket(path: socket.path)
    do throws(VirtualBoardError) {
      var profile = try BoardProfile(target: target, serial: serial)
      profile.initialKeys = options.keys
      let storage = try VirtualStorage(
        folder: options.storeFolder, slotCount: profile.slotCount, slotBytes: profile.slotBytes)
      stopSignal = try StopSignal()
      let loop = ServeLoop(profile: profile, storage: storage, socket: socket)
      try loop.checkKeys()
      self.loop = loop
    } catch {
      socket.remove()
      throw error
    }
  }

  deinit {
    removeFiles()
  }

  /// Makes SIGINT and SIGTERM end `run()`; for programs that serve one board and nothing else.
  public func stopOnSignals() {
    stopSignal.installHandlers()
  }

  /// Ends `run()`, soon.
  public func stop() {
    stopSignal.stop()
  }

  /// Serves hosts until it is stopped, once, then closes all connections and removes the socket.
  @discardableResult
  public func run() throws(VirtualBoardError) -> StopReason {
    defer {
      loop = nil
      removeFiles()
      stopSignal.removeHandlers()
    }
    while let loop {
      if let reason = try loop.turn(stopSignal) { return reason }
    }
    return .stopped
  }

  private func removeFiles() {
    if !isRemoved { socket.remove() }
    isRemoved = true
  }

  private static func openSocket(
    target: Target, options: VirtualBoardOptions
  ) throws(VirtualBoardError) -> (BoardSocket, serial: String) {
    if let serial = options.serial { try checkSerial(serial) }
    if let path = options.socketPath {
      return (try BoardSocket(path: path), options.serial ?? "\(target.name.prefix(24))-1")
    }
    try createFolder(options.socketFolder)
    guard !DeviceDirectory.isForeign(options.socketFolder) else { throw .foreignFolder(path: options.socketFolder) }
    if let serial = options.serial {
      return (try BoardSocket(path: "\(options.socketFolder)/\(serial).sock"), serial)
    }
    var number = 1
    while true {
      let serial = "\(target.name.prefix(24))-\(number)"
      do throws(VirtualBoardError) {
        // A taken name is no reason to wait: the next one is as good.
        return (try BoardSocket(path: "\(options.socketFolder)/\(serial).sock", lockAttempts: 1), serial)
      } catch {
        guard case .alreadyServed = error, number < 1000 else { throw error }
        number += 1
      }
    }
  }
}

/// A serial number is a file's name and a USB string: few characters, and not many of them.
package func checkSerial(_ serial: String) throws(VirtualBoardError) {
  let isFine = serial.utf8.allSatisfy {
    switch $0 {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
  guard isFine, (1...WireText.maximumLength).contains(serial.utf8.count), !serial.hasPrefix(".") else {
    throw .badSerial(serial)
  }
}

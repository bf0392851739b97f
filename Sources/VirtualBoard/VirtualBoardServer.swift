import BoardCore
import BoardLink
import Glibc
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
  let profile: BoardProfile
  let storage: VirtualStorage
  let socket: BoardSocket
  private let wakeUp: FileDescriptor
  private let wakeUpEnd: FileDescriptor
  private var isRemoved = false

  /// What ended a server.
  public enum StopReason: Equatable, Sendable {
    case stopped
    case signal(Int32)
  }

  /// Opens store and socket; hosts can connect from here on, and are answered once `run()` runs.
  public init(
    target: Target, options: VirtualBoardOptions = VirtualBoardOptions()
  ) throws(VirtualBoardError) {
    (socket, serial) = try Self.openSocket(target: target, options: options)
    address = .socket(path: socket.path)
    do throws(VirtualBoardError) {
      profile = try BoardProfile(target: target, serial: serial)
      storage = try VirtualStorage(
        folder: options.storeFolder, slotCount: profile.slotCount, slotBytes: profile.slotBytes)
      (wakeUp, wakeUpEnd) = try Self.makePipe()
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
    signalPipe = wakeUpEnd.number
    signal(SIGINT, handleSignal)
    signal(SIGTERM, handleSignal)
  }

  /// Ends `run()`, soon.
  public func stop() {
    var reason: UInt8 = 0
    _ = write(wakeUpEnd.number, &reason, 1)
  }

  /// Serves hosts until it is stopped, then closes all connections and removes the socket.
  @discardableResult
  public func run() throws(VirtualBoardError) -> StopReason {
    defer {
      removeFiles()
      forgetSignals()
    }
    let loop = ServeLoop(server: self)
    while true {
      if let reason = try loop.turn(wakeUp: wakeUp) { return reason }
    }
  }

  private func forgetSignals() {
    guard signalPipe == wakeUpEnd.number else { return }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
    signalPipe = -1
  }

  private func removeFiles() {
    if !isRemoved { socket.remove() }
    isRemoved = true
  }

  private static func makePipe() throws(VirtualBoardError) -> (FileDescriptor, FileDescriptor) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .failed("making a pipe for", "a virtual board") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (FileDescriptor(ends[0]), FileDescriptor(ends[1]))
  }

  private static func openSocket(
    target: Target, options: VirtualBoardOptions
  ) throws(VirtualBoardError) -> (BoardSocket, serial: String) {
    if let serial = options.serial {
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
    if let path = options.socketPath {
      return (try BoardSocket(path: path), options.serial ?? "\(target.name.prefix(24))-1")
    }
    try createFolder(options.socketFolder)
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

/// Where a signal's number goes; written before the handler is installed.
private nonisolated(unsafe) var signalPipe: Int32 = -1

/// Does what a signal handler may: it writes one byte.
private nonisolated func handleSignal(_ number: Int32) {
  let saved = errno
  var byte = UInt8(truncatingIfNeeded: number)
  _ = write(signalPipe, &byte, 1)
  errno = saved
}

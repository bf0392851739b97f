import BoardLink
import Glibc
import USBIPServer

/// How the main job reaches its board.
public enum BoardPath: Sendable, Equatable, CustomStringConvertible {
  /// Through this machine's USB stack, into which the virtual board is plugged.
  case usb(address: String)
  /// Past it, for this reason.
  case socket(reason: String)

  public var description: String {
    switch self {
    case .usb(let address): "USB, through this machine's kernel (\(address), plugged in by USB/IP)"
    case .socket(let reason): "a Unix socket, as \(reason)"
    }
  }
}

/// The virtual board of the main job, in a process of its own, on the best path that the machine offers.
struct DemoBoard {
  let session: BoardSession
  let path: BoardPath
  private let child: ChildProcess
  private let port: KernelPort?

  /// - Parameters:
  ///   - program: whose `serve` command is the board.
  ///   - folder: of the board's socket and storage.
  init(program: String, target: String, folder: String) throws {
    let serve = [program, "serve", "--target", target, "--store", folder + "/board-store", "--until-input-ends"]
    var reason = KernelPort.problem
    if reason == nil {
      do {
        (session, child, port) = try Self.plugIn(serve)
        path = .usb(address: "\(session.address)")
        return
      } catch {
        reason = "plugging it into USB failed: \(error)"
      }
    }
    let socket = folder + "/board.sock"
    let child = try ChildProcess(serve + ["--socket", socket, "--serial", "DEMO"])
    session = try Self.wait(for: child) { try BoardSession(.socket(path: socket)) }
    (self.child, port, path) = (child, nil, .socket(reason: reason ?? "nothing better is here"))
  }

  func end() {
    session.close()
    port?.detach()
    child.end()
  }

  private static func plugIn(_ serve: [String]) throws -> (BoardSession, ChildProcess, KernelPort) {
    // Of its own serial, so that it is no other board; the number enters no result.
    let serial = "DEMO-\(getpid())"
    let server = try ServerAddress(parsing: "127.0.0.1:\(try freePort())")
    let child = try ChildProcess(serve + ["--usbip", "\(server)", "--serial", serial])
    do {
      let port = try wait(for: child) { try KernelPort(server: server, busID: "1-1") }
      do {
        return (try wait(for: child) { try BoardSession(.usb(serial: serial)) }, child, port)
      } catch {
        port.detach()
        throw error
      }
    } catch {
      child.end()
      throw error
    }
  }

  /// A port of this machine that nobody listened on a moment ago.
  private static func freePort() throws -> UInt16 {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(number) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let found = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(number, $0, size) == 0 && getsockname(number, $0, &size) == 0
      }
    }
    guard found else { throw WorkflowError(.failure, "this machine has no free TCP port") }
    return UInt16(bigEndian: address.sin_port)
  }

  /// Tries until it works, at most ten seconds.
  private static func wait<Result>(for child: ChildProcess, _ attempt: () throws -> Result) throws -> Result {
    let deadline = ContinuousClock.now + .seconds(10)
    while true {
      do {
        return try attempt()
      } catch {
        // What kept it from starting, the board has said itself.
        guard !child.hasEnded else { throw WorkflowError(.failure, "the virtual board did not start") }
        guard ContinuousClock.now < deadline else {
          throw WorkflowError(.failure, "the virtual board did not answer in ten seconds: \(error)")
        }
        usleep(20_000)
      }
    }
  }
}

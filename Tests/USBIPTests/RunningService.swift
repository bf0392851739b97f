import Dispatch
import ShippedTargets
import Synchronization
import Targets
import USBIPServer

/// A USB/IP server on a free port, served by a thread of this process.
final class RunningService {
  let service: USBIPService
  private let ended = DispatchSemaphore(value: 0)
  private let log = Log()

  /// What a server has told, readable from any thread.
  private final class Log: Sendable {
    let events = Mutex<[USBIPEvent]>([])
  }

  init(_ target: Target, options: USBIPOptions = USBIPOptions()) throws {
    var options = options
    options.address = try ServerAddress(parsing: "127.0.0.1:0")
    service = try USBIPService(target: target, options: options)
    let log = log
    service.onEvent = { event in log.events.withLock { $0.append(event) } }
    let (service, ended) = (service, ended)
    // A thread of its own: the server waits most of the time, which the shared pool is not for.
    let queue = DispatchQueue(label: "usbip")
    queue.async {
      _ = try? service.run()
      ended.signal()
    }
  }

  convenience init(_ target: String = "board", speed: USBSpeed = .high, count: Int = 1) throws {
    var options = USBIPOptions()
    options.speed = speed
    options.count = count
    try self.init(try Target.load(target), options: options)
  }

  var events: [USBIPEvent] { log.events.withLock { $0 } }

  deinit {
    service.stop()
    ended.wait()
  }
}

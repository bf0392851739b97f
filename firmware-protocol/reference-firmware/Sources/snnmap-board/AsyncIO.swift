import CFunctionFS
import Glibc

/// The kernel's asynchronous I/O for one thread: requests are started, and their completions collected later.
final class AsyncIO {
  /// Something that has requests under way.
  protocol Queue: AnyObject {
    func completed(slot: Int, result: Int)
  }

  private let context: aio_context_t
  /// Readable when a request has completed; others may wake the thread up with it as well.
  let wakeUp: EventCounter
  private var queues: [any Queue] = []

  /// - Parameter depth: the most requests under way.
  init(depth: Int, wakeUp: EventCounter) throws(FirmwareError) {
    self.wakeUp = wakeUp
    var context: aio_context_t = 0
    let code = aio_open(UInt32(depth), &context)
    guard code == 0 else { throw .system(operation: "opening", place: "asynchronous I/O", code: code) }
    self.context = context
  }

  deinit {
    // Ends what is under way, and returns when nothing is.
    aio_close(context)
  }

  /// The number by which a queue's requests are known.
  func register(_ queue: any Queue) -> UInt64 {
    queues.append(queue)
    return UInt64(queues.count - 1)
  }

  /// Starts a request; 0 or the system's error number.
  func start(
    _ request: UnsafeMutablePointer<iocb>, queue: UInt64, slot: Int, isWrite: Bool, endpoint: Int32,
    _ bytes: UnsafeMutableRawBufferPointer
  ) -> Int32 {
    let tag = queue << 32 | UInt64(slot)
    return aio_start(
      context, request, tag, isWrite ? 1 : 0, endpoint, bytes.baseAddress, bytes.count, wakeUp.file.number)
  }

  func stop(_ request: UnsafeMutablePointer<iocb>) {
    // The completion tells the outcome; a request that has just completed is not found, and that is fine.
    _ = aio_stop(context, request)
  }

  /// Hands every completion to the queue it belongs to.
  func collect() {
    withUnsafeTemporaryAllocation(of: io_event.self, capacity: 16) { events in
      while true {
        let count = aio_completions(context, events.baseAddress, events.count)
        guard count > 0 else { return }
        for event in events[..<count] {
          queues[Int(event.data >> 32)].completed(slot: Int(event.data & 0xFFFF_FFFF), result: Int(event.res))
        }
      }
    }
  }
}

/// A counter that a thread can wait for, together with other files or alone.
final class EventCounter: Sendable {
  let file: SystemFile

  init() throws(FirmwareError) {
    let number = make_event_counter()
    guard number >= 0 else { throw .failed("making", "an event counter") }
    file = SystemFile(number)
  }

  /// Adds one, from any thread.
  func signal() {
    var one: UInt64 = 1
    while write(file.number, &one, 8) < 0 && errno == EINTR {}
  }

  /// Waits until the counter is not zero, and makes it zero.
  func wait() {
    var count: UInt64 = 0
    while read(file.number, &count, 8) < 0 && errno == EINTR {}
  }

  /// Waits at most so long, in ms (−1: for ever), and makes it zero.
  func wait(milliseconds: Int32) {
    var entry = pollfd(fd: file.number, events: Int16(POLLIN), revents: 0)
    if poll(&entry, 1, milliseconds) > 0 { wait() }
  }
}

import CFunctionFS
import Glibc

/// A ring of transfers on one bulk endpoint, each with memory of its own.
///
/// Transfers are started, and looked at again, in the order of the ring. Those that ended with the endpoint's
/// end, or because they were stopped, are as if they had never been.
final class EndpointQueue: AsyncIO.Queue {
  private enum State {
    case free
    case underWay
    /// A transfer has ended with so many bytes.
    case done(Int)
  }

  static let leastTransfer = 4096

  private let io: AsyncIO
  private let endpoint: Int32
  private let isWrite: Bool
  private let requests: UnsafeMutablePointer<iocb>
  private let memory: UnsafeMutableRawBufferPointer
  private var states: [State]
  private var number: UInt64 = 0
  /// The oldest slot that is not free, and how many are not.
  private var first = 0
  private(set) var count = 0
  /// The bytes of one transfer; less where the kernel is short of memory.
  private(set) var transferBytes: Int
  private let greatestTransfer: Int
  /// Whether a transfer ended because the endpoint did.
  private(set) var isBroken = false

  /// - Parameter transferBytes: the most of one transfer, a power of two and a multiple of `leastTransfer`, and so of the
  ///   greatest packet at every speed.
  init(_ io: AsyncIO, endpoint: SystemFile, isWrite: Bool, depth: Int, transferBytes: Int) {
    self.io = io
    self.transferBytes = transferBytes
    greatestTransfer = transferBytes
    self.endpoint = endpoint.number
    self.isWrite = isWrite
    requests = .allocate(capacity: depth)
    requests.initialize(repeating: iocb(), count: depth)
    memory = .allocate(byteCount: depth * transferBytes, alignment: 4096)
    states = Array(repeating: .free, count: depth)
    number = io.register(self)
  }

  // Requests and memory belong to the kernel while transfers are under way, so they stay as long as the process:
  // the queue is never let go.

  var isIdle: Bool { count == 0 }
  var hasFree: Bool { count < states.count }
  private var isUnderWay: Bool {
    states.contains { if case .underWay = $0 { true } else { false } }
  }

  private func bytes(ofSlot slot: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: memory[slot * greatestTransfer..<(slot + 1) * greatestTransfer])
  }

  /// The memory of the next transfer to start; one is free.
  var nextMemory: UnsafeMutableRawBufferPointer { bytes(ofSlot: (first + count) % states.count) }

  /// Starts the next transfer with the first bytes of its memory.
  ///
  /// - Returns: how many bytes, fewer than asked for where the kernel is short of memory; 0 where the endpoint is gone.
  func start(_ byteCount: Int) throws(FirmwareError) -> Int {
    let slot = (first + count) % states.count
    let code = io.start(
      requests + slot, queue: number, slot: slot, isWrite: isWrite, endpoint: endpoint,
      UnsafeMutableRawBufferPointer(rebasing: bytes(ofSlot: slot)[..<byteCount]))
    switch code {
    case 0:
      states[slot] = .underWay
      count += 1
      return byteCount
    case ENOMEM where transferBytes > Self.leastTransfer:
      transferBytes /= 2
      return try start(min(byteCount, transferBytes))
    case EAGAIN, ESHUTDOWN, ENODEV, EINVAL:
      isBroken = true
      return 0
    default:
      throw .system(operation: "starting", place: isWrite ? "a bulk IN transfer" : "a bulk OUT transfer", code: code)
    }
  }

  func completed(slot: Int, result: Int) {
    states[slot] = .done(max(0, result))
    if result < 0 { isBroken = true }
  }

  /// The bytes of the oldest transfer, if it has ended.
  var oldest: UnsafeMutableRawBufferPointer? {
    guard count > 0, case .done(let byteCount) = states[first] else { return nil }
    return UnsafeMutableRawBufferPointer(rebasing: bytes(ofSlot: first)[..<byteCount])
  }

  /// Lets go of the oldest transfer, which has ended.
  func dropOldest() {
    states[first] = .free
    first = (first + 1) % states.count
    count -= 1
  }

  /// Ends every transfer and forgets what it brought.
  ///
  /// - Throws: `stuckEndpoint`.
  func stop() throws(FirmwareError) {
    for slot in states.indices {
      if case .underWay = states[slot] { io.stop(requests + slot) }
    }
    var patience = 500
    while isUnderWay {
      io.wakeUp.wait(milliseconds: 10)
      io.collect()
      patience -= 1
      guard patience > 0 else { throw .stuckEndpoint }
    }
    if isWrite { _ = ffs_flush_endpoint(endpoint) }
    for slot in states.indices { states[slot] = .free }
    (first, count, isBroken) = (0, 0, false)
    // Whoever else woke this thread up is to be heard.
    io.wakeUp.signal()
  }
}

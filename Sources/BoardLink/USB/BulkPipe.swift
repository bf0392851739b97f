import CLibUSB

/// The transfers of one endpoint, in the order in which they were handed to the system.
final class BulkPipe {
  /// Stalls in a row, without a byte between them, after which an endpoint is given up.
  private static let maximumStalls = 8

  let handle: USBHandle
  let endpoint: UInt8
  private(set) var flying: [BulkTransfer] = []
  private(set) var free: [BulkTransfer]
  private var stalls = 0

  init(_ handle: USBHandle, endpoint: UInt8, transfers: Int, bytes: Int) throws(BoardLinkError) {
    self.handle = handle
    self.endpoint = endpoint
    free = (0..<transfers).compactMap { _ in BulkTransfer(bytes: bytes) }
    guard free.count == transfers else {
      throw .system(operation: "preparing transfers to \(handle.address)", reason: "no memory")
    }
  }

  deinit {
    // libusb looks at the device when it frees a transfer.
    flying = []
    free = []
  }

  /// The bytes that the system holds.
  var flyingBytes: Int { flying.reduce(0) { $0 + $1.count - $1.start } }

  /// The oldest transfer, where it has ended.
  var ended: BulkTransfer? { flying.first.flatMap { $0.isFlying ? nil : $0 } }

  /// Hands a free transfer to the system; false where the system has no memory for more at the moment.
  ///
  /// - Throws: `disconnected`.
  func submit(_ transfer: BulkTransfer) throws(BoardLinkError) -> Bool {
    let code = transfer.submit(handle, endpoint: endpoint)
    if code == 0 {
      free.removeAll { $0 === transfer }
      flying.append(transfer)
      return true
    }
    // All boards of a machine share 16 MiB in the kernel: those that fly make room as they land.
    if code == LIBUSB_ERROR_NO_MEM.rawValue && !flying.isEmpty { return false }
    throw .usb(code, "sending to", handle.address)
  }

  /// The oldest transfer is done with.
  func retire() {
    let transfer = flying.removeFirst()
    transfer.start = 0
    transfer.count = 0
    free.append(transfer)
  }

  /// Throws where a transfer that has ended tells that the board is gone; clears a halt.
  ///
  /// - Returns: whether the endpoint was halted: then nothing flies, and nothing that has been sent is lost to the
  ///   caller, who hands it over again.
  func look(at transfer: BulkTransfer) throws(BoardLinkError) -> Bool {
    if transfer.moved > 0 { stalls = 0 }
    switch transfer.ending {
    case .done: return false
    case .gone: throw .disconnected(handle.address)
    // What a controller reports in the moment of an unplugging, before it knows.
    case .failed: throw .disconnected(handle.address)
    case .stalled:
      stalls += 1
      guard stalls <= Self.maximumStalls else {
        throw .system(
          operation: "talking to \(handle.address)", reason: "the board stalls again and again; reset it")
      }
      guard stop(within: .seconds(1)) else { throw .disconnected(handle.address) }
      // The halt is one, however many transfers it has ended.
      for other in flying where other.ending == .stalled { other.ending = .done }
      try handle.clearHalt(endpoint)
      return true
    }
  }

  /// Takes all transfers back from the system; false where it keeps some.
  func stop(within time: Duration) -> Bool {
    for transfer in flying { transfer.cancel() }
    let deadline = ContinuousClock.now + time
    while flying.contains(where: \.isFlying) {
      guard ContinuousClock.now < deadline else { return false }
      handle.device.context.handleEvents(within: .milliseconds(10))
    }
    return true
  }

  /// Hands transfers that were stopped to the system again, without what was moved already.
  func resume() throws(BoardLinkError) {
    let stopped = flying
    flying.removeAll()
    for transfer in stopped {
      transfer.start += transfer.moved
      guard transfer.start < transfer.count else {
        transfer.start = 0
        transfer.count = 0
        free.append(transfer)
        continue
      }
      let code = transfer.submit(handle, endpoint: endpoint)
      guard code == 0 else { throw .usb(code, "sending to", handle.address) }
      flying.append(transfer)
    }
  }

  /// Forgets what transfers that were stopped hold.
  func forget() {
    while !flying.isEmpty { retire() }
    stalls = 0
  }
}

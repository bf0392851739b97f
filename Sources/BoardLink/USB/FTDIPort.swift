import CLibUSB

/// A serial line behind an FTDI chip on USB: bytes out, bytes in.
///
/// The chip has little memory, and nothing holds back who speaks on the line: so several reads are always with the
/// system, and what arrives is kept until it is asked for.
public final class FTDIPort {
  private static let inTransfers = 16
  /// A multiple of every packet size.
  private static let inTransferBytes = 4096
  private static let controlTimeout: UInt32 = 1000
  private static let statusBytes = 2
  /// Overrun, parity and framing errors, and break, in the second status byte.
  private static let errorBits: UInt8 = 0x1E

  public let address: DeviceAddress
  private let handle: USBHandle
  private let chip: FTDIChip
  private let incoming: BulkPipe
  /// What has arrived and was not asked for yet.
  private var arrived: [UInt8] = []
  private var isOpen = true

  /// Takes a device for this program alone and sets its line.
  ///
  /// - Parameters:
  ///   - place: where it is plugged in, such as `1-1.2`.
  ///   - address: what messages call it.
  /// - Throws: `noDevice`, `access`, `refused` (*two hosts*), `system` for a rate that the chip has not.
  public init(place: String, address: DeviceAddress, baud: Int) throws(BoardLinkError) {
    guard let context = USBContext(),
      let device = context.devices().first(where: { $0.place.description == place }),
      device.identity.vendor == FTDIChip.vendor, let chip = FTDIChip(rawValue: device.identity.product)
    else { throw .noDevice(address) }
    guard let interface = USBInterface(ftdi: device.raw) else {
      throw .notABoard(address, identity: device.identity.description)
    }
    self.address = address
    self.chip = chip
    do throws(BoardLinkError) {
      handle = try USBHandle(device, interface: interface, address: address)
    } catch {
      guard case .access = error else { throw error }
      throw .access(address, reason: AccessRule.advice(AccessRule.serialLine))
    }
    incoming = try BulkPipe(
      handle, endpoint: interface.inEndpoint, transfers: Self.inTransfers, bytes: Self.inTransferBytes)
    // The kernel's serial driver holds the chip until somebody claims it; it gets it back afterwards.
    libusb_set_auto_detach_kernel_driver(handle.raw, 1)
    try handle.claim()
    do throws(BoardLinkError) {
      try setUp(baud: baud)
      try listen()
    } catch {
      close()
      throw error
    }
  }

  deinit {
    close()
  }

  private func setUp(baud: Int) throws(BoardLinkError) {
    guard let rate = chip.divisor(baud: baud) else {
      throw .system(operation: "setting \(baud) baud at \(address)", reason: "the chip has no such rate")
    }
    try control(.reset, FTDIRequest.resetAll)
    // What programs the FPGA leaves the chip in another mode.
    try control(.setBitMode, 0)
    try control(.setLineFormat, FTDIRequest.eightBits)
    try control(.setFlowControl, 0)
    try control(.setModemLines, FTDIRequest.linesOff)
    try control(.setBaudRate, rate.value, index: rate.index)
    // Milliseconds after which a packet that is not full is sent.
    try control(.setLatencyTimer, 1)
    try control(.reset, FTDIRequest.purgeReceived)
    try control(.reset, FTDIRequest.purgeUnsent)
  }

  private func control(_ request: FTDIRequest, _ value: UInt16, index: UInt16? = nil) throws(BoardLinkError) {
    let code = libusb_control_transfer(
      handle.raw, FTDIRequest.type, request.rawValue, value, index ?? chip.portIndex, nil, 0, Self.controlTimeout)
    if code == LIBUSB_ERROR_TIMEOUT.rawValue {
      throw .silent(address, operation: "setting up its line", milliseconds: Int(Self.controlTimeout))
    }
    guard code >= 0 else { throw .usb(code, "setting up", address) }
  }

  private func listen() throws(BoardLinkError) {
    for transfer in incoming.free {
      transfer.count = transfer.buffer.count
      guard try incoming.submit(transfer) else { return }
    }
  }

  /// Hands bytes to the chip, and returns when it has them.
  ///
  /// - Throws: `disconnected`, `silent` where it does not take them.
  public func write(_ bytes: [UInt8], timeout: Duration = .seconds(1)) throws(BoardLinkError) {
    guard isOpen else { throw .disconnected(address) }
    var bytes = bytes
    var sent = 0
    let milliseconds = UInt32(min(max(timeout / .milliseconds(1), 1), 3_600_000))
    while sent < bytes.count {
      var moved: Int32 = 0
      let code = bytes.withUnsafeMutableBufferPointer { buffer in
        libusb_bulk_transfer(
          handle.raw, handle.interface.outEndpoint, buffer.baseAddress.map { $0 + sent },
          Int32(clamping: buffer.count - sent), &moved, milliseconds)
      }
      sent += Int(moved)
      if code == LIBUSB_ERROR_TIMEOUT.rawValue {
        throw .silent(address, operation: "sending", milliseconds: Int(milliseconds))
      }
      guard code == 0 else { throw .usb(code, "sending to", address) }
    }
  }

  /// What has arrived, waiting until there is something; nothing at the deadline.
  ///
  /// - Throws: `disconnected`, `lineError`.
  public func read(until deadline: ContinuousClock.Instant) throws(BoardLinkError) -> [UInt8] {
    guard isOpen else { throw .disconnected(address) }
    while true {
      handle.device.context.handleEvents(within: .zero)
      try take()
      if !arrived.isEmpty {
        defer { arrived.removeAll(keepingCapacity: true) }
        return arrived
      }
      let left = deadline - .now
      if left <= .zero { return [] }
      handle.device.context.handleEvents(within: min(left, .milliseconds(100)))
    }
  }

  /// Takes what transfers have brought, without the two status bytes that each packet begins with.
  private func take() throws(BoardLinkError) {
    while let transfer = incoming.ended {
      var start = transfer.start
      while start < transfer.moved {
        let end = min(start + handle.interface.packetBytes, transfer.moved)
        let packet = transfer.buffer[start..<end]
        if packet.count >= Self.statusBytes {
          if packet[start + 1] & Self.errorBits != 0 && packet.count > Self.statusBytes {
            throw .lineError(address, status: packet[start + 1])
          }
          arrived += packet.dropFirst(Self.statusBytes)
        }
        start = end
      }
      transfer.start = transfer.moved
      // What came before the end is told first; it will still be gone at the next call.
      if !arrived.isEmpty && transfer.ending != .done { return }
      _ = try incoming.look(at: transfer)
      incoming.retire()
    }
    if arrived.isEmpty { try listen() } else { try? listen() }
  }

  /// Drops what arrives until nothing has for some time.
  ///
  /// - Throws: `noSilence` after three seconds.
  public func drain(quiet: Duration) throws(BoardLinkError) {
    let deadline = ContinuousClock.now + .seconds(3)
    while try !read(until: .now + quiet).isEmpty {
      guard ContinuousClock.now < deadline else { throw .noSilence(address) }
    }
  }

  /// Drops what is on its way in both directions.
  public func purge() throws(BoardLinkError) {
    try control(.reset, FTDIRequest.purgeReceived)
    try control(.reset, FTDIRequest.purgeUnsent)
    try drain(quiet: .milliseconds(2))
  }

  public func close() {
    guard isOpen else { return }
    isOpen = false
    let isStopped = incoming.stop(within: .seconds(1))
    handle.release()
    // The system still writes to these buffers: they must outlive it.
    if !isStopped { _ = Unmanaged.passRetained(incoming) }
  }
}

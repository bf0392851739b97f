import CLibUSB
import WireProtocol

/// A board on USB: a bulk endpoint each way, and control requests beside them.
///
/// Several transfers are with the system in each direction, so that the bus is busy while the program thinks. Events
/// are handled inside of `exchange`; there is no thread.
public final class USBTransport: Transport {
  /// The most of one transfer to a board, a multiple of 1024, so that no packet is ever cut off. Several frames share
  /// one, and a frame may take several.
  public static let outTransferBytes = 1 << 17
  /// What flies to one board at a time. All boards of a machine share 16 MiB in the kernel, where sixteen are to fit.
  public static let maximumOutBytes = 5 << 17
  private static let outTransfers = 8
  private static let inTransferBytes = 1 << 16
  private static let inTransfers = 4
  /// Boards answer control requests at once, whatever they are doing.
  private static let controlTimeout = Duration.seconds(2)

  public let address: DeviceAddress
  /// Where the board is plugged in, such as `1-1.2`.
  public let place: String
  public var packetBytes: Int { handle.interface.packetBytes }
  private let handle: USBHandle
  private let incoming: BulkPipe
  private let outgoing: BulkPipe
  private var cutter: FrameCutter
  /// Free transfers with the next frames, which go as soon as others land: laying frames out takes its time, and the bus
  /// is busy meanwhile. The last one may take more.
  private var composed: [BulkTransfer] = []
  /// Whether a frame waits for room.
  private var isRoomWanted = false
  private var isOpen = true

  /// Takes the board for this program alone, and ends whatever session an earlier program has left.
  ///
  /// - Parameter address: `usb` or `usbPlace`.
  /// - Throws: `noDevice`, `ambiguous`, `access`, `notABoard`, `refused` (*two hosts*), `timeout`.
  public convenience init(_ address: DeviceAddress) throws(BoardLinkError) {
    try self.init(handle: try USBSearch.open(address))
  }

  init(handle: USBHandle) throws(BoardLinkError) {
    self.handle = handle
    address = handle.address
    place = handle.device.place.description
    let interface = handle.interface
    incoming = try BulkPipe(
      handle, endpoint: interface.inEndpoint, transfers: Self.inTransfers, bytes: Self.inTransferBytes)
    outgoing = try BulkPipe(
      handle, endpoint: interface.outEndpoint, transfers: Self.outTransfers, bytes: Self.outTransferBytes)
    cutter = FrameCutter(packetBytes: interface.packetBytes, transferBytes: Self.outTransferBytes)
    try handle.claim()
    do throws(BoardLinkError) {
      try beginAnew(nonce: .random(in: .min ... .max))
    } catch {
      close()
      throw error
    }
  }

  deinit {
    close()
  }

  public func exchange(
    sending: UnsafeRawBufferPointer, receiving: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) throws(BoardLinkError) -> (sent: Int, received: Int) {
    guard isOpen else { throw .disconnected(address) }
    // Events are handled only when there is nothing else to do: what flies is bounded, so sending comes to an end.
    var hasLooked = false
    while true {
      let received = try receive(into: receiving)
      let sent: Int
      do throws(BoardLinkError) {
        try reclaim()
        sent = try send(sending)
      } catch {
        // What the board said before it went is told first; it will still be gone at the next call.
        guard received > 0 else { throw error }
        return (0, received)
      }
      let hasWanted = isRoomWanted && composed.count < outgoing.free.count
      if sent > 0 || received > 0 || hasWanted {
        isRoomWanted = false
        return (sent, received)
      }
      let left = deadline - .now
      if left <= .zero && hasLooked { return (0, 0) }
      handle.device.context.handleEvents(within: min(max(left, .zero), .milliseconds(100)))
      hasLooked = true
    }
  }

  /// Several frames share a transfer as long as its last packet stays short.
  public func room(forFrame byteCount: Int) throws(BoardLinkError) -> FrameRoom {
    guard isOpen else { throw .disconnected(address) }
    guard byteCount <= Self.outTransferBytes else { return .none }
    isRoomWanted = false
    if let last = composed.last {
      let together = last.count + byteCount
      if together <= Self.outTransferBytes && together % packetBytes != 0 {
        return .memory(UnsafeMutableRawBufferPointer(rebasing: last.buffer[last.count..<together]))
      }
      _ = try sendComposed()
    }
    guard let transfer = outgoing.free.first(where: { free in !composed.contains { $0 === free } }) else {
      isRoomWanted = true
      return .full
    }
    transfer.start = 0
    transfer.count = 0
    composed.append(transfer)
    return .memory(UnsafeMutableRawBufferPointer(rebasing: transfer.buffer[..<byteCount]))
  }

  public func takeFrame(_ byteCount: Int) {
    composed.last?.count += byteCount
  }

  /// Hands frames that were laid out here to the system, as far as it may hold them; false where some stay.
  private func sendComposed() throws(BoardLinkError) -> Bool {
    while let transfer = composed.first {
      guard transfer.count > 0 else {
        composed.removeFirst()
        continue
      }
      guard outgoing.flyingBytes + transfer.count <= Self.maximumOutBytes, try outgoing.submit(transfer) else {
        return false
      }
      composed.removeFirst()
    }
    return true
  }

  public func resetSession(nonce: UInt64) throws(BoardLinkError) -> Bool {
    guard isOpen else { throw .disconnected(address) }
    guard incoming.stop(within: .seconds(1)), outgoing.stop(within: .seconds(1)) else { throw .disconnected(address) }
    incoming.forget()
    outgoing.forget()
    composed = []
    cutter.reset()
    try beginAnew(nonce: nonce)
    return true
  }

  public func close() {
    guard isOpen else { return }
    isOpen = false
    // The pipe frees transfers while the device is there: none may outlive it here.
    composed = []
    // Both, whatever becomes of the first.
    let areStopped = [incoming, outgoing].map { $0.stop(within: .seconds(1)) }
    // A board on USB does not notice that its host has ended. If it is gone, there is nothing to end.
    try? handle.resetSession(nonce: .random(in: .min ... .max), timeout: .milliseconds(250))
    handle.release()
    if areStopped.contains(false) {
      // The system still writes to these buffers: they must outlive it.
      _ = Unmanaged.passRetained(incoming)
      _ = Unmanaged.passRetained(outgoing)
    }
  }

  /// Ends the board's session, and begins to listen.
  private func beginAnew(nonce: UInt64) throws(BoardLinkError) {
    try handle.resetSession(nonce: nonce, timeout: Self.controlTimeout)
    try handle.clearHalts()
    try listen()
  }

  private func listen() throws(BoardLinkError) {
    for transfer in incoming.free {
      transfer.count = transfer.buffer.count
      guard try incoming.submit(transfer) else { return }
    }
  }

  /// Copies what has arrived.
  private func receive(into buffer: UnsafeMutableRawBufferPointer) throws(BoardLinkError) -> Int {
    var count = 0
    while count < buffer.count, let transfer = incoming.ended {
      let taken = min(transfer.moved - transfer.start, buffer.count - count)
      buffer[count...].copyBytes(from: transfer.buffer[transfer.start..<transfer.start + taken])
      transfer.start += taken
      count += taken
      guard transfer.start == transfer.moved else { break }
      // What came before the end of a transfer is the caller's, whatever ended it.
      if count > 0 && transfer.ending != .done { break }
      _ = try incoming.look(at: transfer)
      incoming.retire()
    }
    if count == 0 { try listen() } else { try? listen() }
    return count
  }

  /// Takes transfers back that the board has got.
  private func reclaim() throws(BoardLinkError) {
    while let transfer = outgoing.ended {
      if try outgoing.look(at: transfer) || transfer.moved < transfer.count - transfer.start {
        guard outgoing.stop(within: .seconds(1)) else { throw .disconnected(address) }
        try outgoing.resume()
      } else {
        outgoing.retire()
      }
    }
  }

  /// Hands as many bytes to the system as it may hold.
  private func send(_ bytes: UnsafeRawBufferPointer) throws(BoardLinkError) -> Int {
    guard try sendComposed() else { return 0 }
    var sent = 0
    while sent < bytes.count, let transfer = outgoing.free.first {
      let before = cutter
      let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
      let count = cutter.cut(rest)
      guard outgoing.flyingBytes + count <= Self.maximumOutBytes else {
        cutter = before
        break
      }
      transfer.buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
      transfer.start = 0
      transfer.count = count
      guard try outgoing.submit(transfer) else {
        cutter = before
        break
      }
      sent += count
    }
    return sent
  }
}

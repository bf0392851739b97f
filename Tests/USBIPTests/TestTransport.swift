import BoardLink
import Glibc
import USBIPServer
import WireProtocol

/// A board's frames over bulk transfers of a USB/IP client, as a USB host moves them.
final class TestTransport: Transport {
  let address: DeviceAddress
  let packetBytes: Int
  let client: TestClient
  /// The sizes of transfers to the host, multiples of the packet size, taken in turn.
  private let inSizes: [Int]
  private let outBytes: Int
  private var reading: [UInt32] = []
  private var writing: Set<UInt32> = []
  private var arrived: [UInt8] = []
  private var frameLeft = 0
  private var turns = 0
  private var isOpen = true

  init(
    _ service: USBIPService, busID: String = "1-1", speed: USBSpeed = .high, inSizes: [Int] = [1 << 16],
    outBytes: Int = 1 << 16
  ) throws {
    address = .usb(serial: busID)
    packetBytes = speed.packetBytes
    self.inSizes = inSizes
    self.outBytes = outBytes
    client = try TestClient(service, attaching: busID)
  }

  func exchange(
    sending: UnsafeRawBufferPointer, receiving: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) throws(BoardLinkError) -> (sent: Int, received: Int) {
    guard isOpen else { throw .disconnected(address) }
    while true {
      while reading.count < 4 {
        reading.append(client.read(inSizes[turns % inSizes.count]))
        turns += 1
      }
      var sent = 0
      if !sending.isEmpty, writing.count < 8 {
        if frameLeft == 0 { frameLeft = frameBytes(sending) }
        sent = min(frameLeft, sending.count, outBytes)
        frameLeft -= sent
        writing.insert(client.write(Array(sending[..<sent])))
      }
      let isAlive = client.fill()
      while let reply = client.arrivedReply() { try take(reply) }
      let received = min(arrived.count, receiving.count)
      receiving.copyBytes(from: arrived[..<received])
      arrived.removeFirst(received)
      if sent > 0 || received > 0 { return (sent, received) }
      guard isAlive else { throw .disconnected(address) }
      let left = deadline - .now
      guard left > .zero else { return (0, 0) }
      client.wait(milliseconds: Int32(clamping: Int(left / .milliseconds(1)) + 1))
    }
  }

  private func take(_ reply: TestClient.Reply) throws(BoardLinkError) {
    guard reply.status == 0 else { throw .disconnected(address) }
    if writing.remove(reply.sequence) == nil {
      reading.removeAll { $0 == reply.sequence }
      arrived += reply.data
    }
  }

  /// A frame with its pad.
  private func frameBytes(_ bytes: UnsafeRawBufferPointer) -> Int {
    32 + Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self)))
      + (bytes[7] & 1 != 0 ? 4 : 0)
  }

  func resetSession(nonce: UInt64) throws(BoardLinkError) -> Bool {
    guard (try? client.control(0x41, 2, payload: (0..<8).map { UInt8(truncatingIfNeeded: nonce >> (8 * $0)) })) != nil
    else { throw .disconnected(address) }
    arrived = []
    frameLeft = 0
    return true
  }

  func close() {
    isOpen = false
    client.disconnect()
  }
}

import BoardCore
import BoardLink
import FixedPoint

/// A board's hardware in this process's memory.
final class MemoryPlatform: BoardPlatform {
  let bootIdentifier: UInt64 = 1
  private let slot: UnsafeMutableRawBufferPointer
  private var records: [[UInt8]?] = [nil, nil]
  private var memory: UnsafeMutableRawBufferPointer?

  init(slotBytes: Int) {
    slot = .allocate(byteCount: slotBytes, alignment: 16)
    _ = slot.initializeMemory(as: UInt8.self, repeating: 0xFF)
  }

  deinit {
    slot.deallocate()
    memory?.deallocate()
  }

  /// Time stands still: nothing takes so long that progress would be told.
  func milliseconds() -> UInt64 { 0 }

  func contents(ofSlot index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(slot) }

  func erase(slot index: Int, range: Range<Int>) throws(StorageError) {
    UnsafeMutableRawBufferPointer(rebasing: slot[range]).initializeMemory(as: UInt8.self, repeating: 0xFF)
  }

  func write(_ bytes: UnsafeRawBufferPointer, slot index: Int, offset: Int) throws(StorageError) {
    UnsafeMutableRawBufferPointer(rebasing: slot[offset..<offset + bytes.count]).copyMemory(from: bytes)
  }

  func flush(slot index: Int) throws(StorageError) {}

  func readMetadata(record: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard let bytes = records[record], bytes.count == buffer.count else { return false }
    buffer.copyBytes(from: bytes)
    return true
  }

  func writeMetadata(_ bytes: UnsafeRawBufferPointer, record: Int) throws(StorageError) {
    records[record] = Array(bytes)
  }

  func executorMemory(byteCount: Int) -> UnsafeMutableRawBufferPointer? {
    memory?.deallocate()
    memory = .allocate(byteCount: max(byteCount, 16), alignment: 16)
    return memory
  }
}

/// A board behind a link that is this process's memory: every byte of the protocol, and no thread.
final class MemoryBoard: Transport {
  let address = DeviceAddress.socket(path: "memory")
  let packetBytes = 0
  private var device: BoardDevice<MemoryPlatform, MeshExecutor>
  private let workspace: UnsafeMutableRawBufferPointer

  /// A board of one slot for images of `target`, whose input queue is as long as a virtual board's.
  init(target: Digest, slotBytes: Int, inputs: Int, outputs: Int) {
    var profile = BoardProfile(
      slotCount: 1, slotBytes: slotBytes, chunkBytes: 4096, maximumPayload: 16384, window: 4, eraseMilliseconds: 10,
      commitMilliseconds: 10, inputSpikes: max(1024, inputs * 16), maximumOutputs: max(outputs, 1))
    profile.targetDigest = target
    workspace = .allocate(byteCount: profile.workspaceBytes, alignment: 16)
    device = BoardDevice(
      platform: MemoryPlatform(slotBytes: slotBytes), profile: profile, workspace: workspace)
  }

  deinit {
    workspace.deallocate()
  }

  func exchange(
    sending: UnsafeRawBufferPointer, receiving: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) throws(BoardLinkError) -> (sent: Int, received: Int) {
    let space = device.receiveSpace
    let sent = min(space.count, sending.count)
    space.copyMemory(from: UnsafeRawBufferPointer(rebasing: sending[..<sent]))
    device.received(sent)
    while device.poll() == .working {}
    let received = min(device.output.count, receiving.count)
    receiving.copyMemory(from: UnsafeRawBufferPointer(rebasing: device.output[..<received]))
    device.sent(received)
    return (sent, received)
  }

  func close() {
    device.detach()
  }
}

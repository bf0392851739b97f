import BoardCore
import FixedPoint
import WireProtocol

/// A board's storage in memory, whose power can be cut in the middle of any write.
final class SimulatedStorage {
  static let slotBytes = 64 * 1024

  /// The write, erase, flush or metadata operation, counted from now, in which the power fails.
  var cutAfter: Int?
  /// How much of that operation is done: 0 nothing, 1 a half, 2 all of it.
  var tear = 0
  /// A bit that sticks at 0 in slot memory.
  var brokenByte: Int?
  /// The clock of realtime streams, which stands still unless a test moves it.
  var microseconds: UInt64 = 0
  /// Whether the firmware knows signatures.
  var canVerify = false
  /// Writes fail with this number, as on a full disk.
  var failure: UInt32?
  private(set) var isDead = false
  private(set) var operations = 0
  private let slots: [UnsafeMutableRawBufferPointer]
  /// What of the slots would survive a loss of power.
  private var durable: [[UInt8]]
  private var metadata: [[UInt8]] = [[], []]
  private var random: RandomStream

  init(seed: UInt64) {
    random = RandomStream(seed: seed, stream: 77)
    slots = (0..<2).map { _ in
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.slotBytes, alignment: 16)
      memory.initializeMemory(as: UInt8.self, repeating: 0xFF)
      return memory
    }
    durable = slots.map { Array($0) }
  }

  /// A copy of what survives a loss of power.
  init(copying other: SimulatedStorage, seed: UInt64) {
    canVerify = other.canVerify
    random = RandomStream(seed: seed, stream: 78)
    durable = other.durable
    metadata = other.metadata
    slots = durable.map { bytes in
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.slotBytes, alignment: 16)
      memory.copyBytes(from: bytes)
      return memory
    }
  }

  deinit {
    for slot in slots { slot.deallocate() }
  }

  func contents(_ slot: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(slots[slot]) }
  func metadataRecord(_ record: Int) -> [UInt8] { metadata[record] }

  /// What was written and not flushed is there, gone or half there after a loss of power.
  func cutPower() {
    isDead = true
    for slot in slots.indices {
      for page in stride(from: 0, to: Self.slotBytes, by: 256) where random.below(2) == 0 {
        let split = page + Int(random.below(257))
        durable[slot].replaceSubrange(page..<split, with: slots[slot][page..<split])
      }
    }
  }

  func erase(_ slot: Int, _ range: Range<Int>) throws(StorageError) {
    try operate(range.count) { count in
      for index in range.prefix(count) { slots[slot][index] = 0xFF }
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer, _ slot: Int, _ offset: Int) throws(StorageError) {
    try operate(bytes.count) { count in
      for index in 0..<count { slots[slot][offset + index] = bytes[index] }
      if let brokenByte { slots[slot][brokenByte] &= 0xFE }
    }
  }

  func flush(_ slot: Int) throws(StorageError) {
    try operate(1) { count in
      if count > 0 { durable[slot] = Array(slots[slot]) }
    }
  }

  func writeMetadata(_ bytes: UnsafeRawBufferPointer, _ record: Int) throws(StorageError) {
    try operate(bytes.count) { count in
      metadata[record] = Array(bytes.prefix(count)) + metadata[record].dropFirst(count)
    }
  }

  private func operate(_ size: Int, _ body: (Int) -> Void) throws(StorageError) {
    if let failure { throw StorageError(code: failure) }
    guard !isDead else { throw StorageError(code: 1) }
    operations += 1
    if let cutAfter, operations > cutAfter {
      body(tear * size / 2)
      cutPower()
      throw StorageError(code: 1)
    }
    body(size)
  }
}

/// Hardware around a simulated storage; its clock is a counter.
struct SimulatedPlatform: BoardPlatform {
  let storage: SimulatedStorage
  let bootIdentifier: UInt64
  var ticks: UInt64 = 0
  let memory = ExecutorMemory()

  final class ExecutorMemory {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    deinit { bytes.deallocate() }
  }

  func milliseconds() -> UInt64 { ticks }
  func microseconds() -> UInt64 { storage.microseconds }
  var canVerifySignatures: Bool { storage.canVerify }
  func verifySignature(
    _ signature: Signature, of message: UnsafeRawBufferPointer, publicKey: PublicKey
  ) -> Bool { storage.canVerify && KeyedHash.signature(of: message, key: publicKey) == signature }
  func contents(ofSlot slot: Int) -> UnsafeRawBufferPointer { storage.contents(slot) }
  mutating func erase(slot: Int, range: Range<Int>) throws(StorageError) { try storage.erase(slot, range) }
  mutating func write(_ bytes: UnsafeRawBufferPointer, slot: Int, offset: Int) throws(StorageError) {
    try storage.write(bytes, slot, offset)
  }
  mutating func flush(slot: Int) throws(StorageError) { try storage.flush(slot) }
  mutating func readMetadata(record: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    let bytes = storage.metadataRecord(record)
    guard bytes.count == buffer.count else { return false }
    buffer.copyBytes(from: bytes)
    return true
  }
  mutating func writeMetadata(_ bytes: UnsafeRawBufferPointer, record: Int) throws(StorageError) {
    try storage.writeMetadata(bytes, record)
  }
  mutating func executorMemory(byteCount: Int) -> UnsafeMutableRawBufferPointer? {
    byteCount <= memory.bytes.count ? memory.bytes : nil
  }
}

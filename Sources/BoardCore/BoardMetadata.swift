import FixedPoint
import WireProtocol

/// What a board remembers over a loss of power: which slot is active, and what each slot holds.
///
/// Two records are kept. A change is written over the older one, last of all, with the next number
/// and a checksum; a start takes the valid record with the greater number.
struct BoardMetadata: Equatable {
  static var byteCount: Int { 264 }
  static var magic: UInt32 { 0x444D_4E53 }
  static var version: UInt32 { 1 }
  static var none: UInt8 { 255 }

  var sequence: UInt64 = 0
  /// 255: none.
  var activeSlot: UInt8 = BoardMetadata.none
  /// The slot that was active before; 255: none.
  var previousSlot: UInt8 = BoardMetadata.none
  var isConfirmed = true
  /// Starts of the active slot without CONFIRM.
  var trialStarts: UInt8 = 0
  /// The least rollback counter that signed images must have; 0 in this version.
  var rollbackCounter: UInt64 = 0
  var slot0 = SlotRecord()
  var slot1 = SlotRecord()
  var slot2 = SlotRecord()
  var slot3 = SlotRecord()

  struct SlotRecord: Equatable {
    var state: SlotState = .empty
    var size: UInt64 = 0
    /// While receiving: every byte below it is in the storage for good.
    var held: UInt64 = 0
    var digest = Digest()
  }

  subscript(slot: Int) -> SlotRecord {
    get {
      switch slot {
      case 0: slot0
      case 1: slot1
      case 2: slot2
      default: slot3
      }
    }
    set {
      switch slot {
      case 0: slot0 = newValue
      case 1: slot1 = newValue
      case 2: slot2 = newValue
      default: slot3 = newValue
      }
    }
  }

  init() {}

  /// The record in `bytes`; nil where it is torn, foreign or of another version.
  init?(_ bytes: UnsafeRawBufferPointer, slotCount: Int) {
    guard bytes.count == Self.byteCount else { return nil }
    let covered = UnsafeRawBufferPointer(rebasing: bytes[0..<Self.byteCount - 4])
    do throws(WireError) {
      var reader = WireReader(bytes)
      guard try reader.u32() == Self.magic, try reader.u32() == Self.version else { return nil }
      sequence = try reader.u64()
      activeSlot = try reader.u8()
      previousSlot = try reader.u8()
      isConfirmed = try reader.u8() != 0
      trialStarts = try reader.u8()
      try reader.skip(4)
      rollbackCounter = try reader.u64()
      for slot in 0..<BoardInfo.maximumSlots {
        guard let state = SlotState(rawValue: try reader.u8()) else { return nil }
        try reader.skip(7)
        self[slot] = SlotRecord(
          state: state, size: try reader.u64(), held: try reader.u64(), digest: try reader.digest())
      }
      try reader.skip(4)
      guard try reader.u32() == CRC32C.checksum(of: covered) else { return nil }
    } catch {
      return nil
    }
    if Int(activeSlot) >= slotCount { activeSlot = Self.none }
    if Int(previousSlot) >= slotCount { previousSlot = Self.none }
  }

  func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u32(Self.magic)
    try writer.u32(Self.version)
    try writer.u64(sequence)
    try writer.u8(activeSlot)
    try writer.u8(previousSlot)
    try writer.u8(isConfirmed ? 1 : 0)
    try writer.u8(trialStarts)
    try writer.zeros(4)
    try writer.u64(rollbackCounter)
    for slot in 0..<BoardInfo.maximumSlots {
      try writer.u8(self[slot].state.rawValue)
      try writer.zeros(7)
      try writer.u64(self[slot].size)
      try writer.u64(self[slot].held)
      try writer.digest(self[slot].digest)
    }
    try writer.zeros(4)
    try writer.u32(CRC32C.checksum(of: writer.written))
  }

  /// The newer of the two stored records, or the state of a new board.
  static func load<Platform: BoardPlatform & ~Copyable>(
    from platform: inout Platform, slotCount: Int
  ) -> BoardMetadata {
    var newest = BoardMetadata()
    withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 8) { buffer in
      for record in 0..<2 {
        guard platform.readMetadata(record: record, into: buffer),
          let found = BoardMetadata(UnsafeRawBufferPointer(buffer), slotCount: slotCount)
        else { continue }
        if found.sequence > newest.sequence { newest = found }
      }
    }
    return newest
  }

  /// Writes the next record over the older one. On failure the value keeps its old number.
  mutating func store<Platform: BoardPlatform & ~Copyable>(
    to platform: inout Platform
  ) throws(StorageError) {
    var next = self
    next.sequence &+= 1
    var failure: StorageError?
    withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 8) { buffer in
      var writer = WireWriter(buffer)
      do throws(WireError) {
        try next.write(to: &writer)
      } catch {
        failure = StorageError(code: 0)
        return
      }
      do throws(StorageError) {
        try platform.writeMetadata(UnsafeRawBufferPointer(buffer), record: Int(next.sequence & 1))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    self = next
  }
}

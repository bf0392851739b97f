import FixedPoint
import WireProtocol

/// What a board remembers over a loss of power: which slot is active, and what each slot holds.
///
/// Two records are kept. A change is written over the older one, last of all, with the next number
/// and a checksum; a start takes the valid record with the greater number. Records of version 1, which
/// end before the keys, are read as those of an unlocked board.
struct BoardMetadata: Equatable {
  static var byteCount: Int { 424 }
  static var byteCountOfVersion1: Int { 264 }
  static var magic: UInt32 { 0x444D_4E53 }
  static var version: UInt32 { 2 }
  static var none: UInt8 { 255 }

  var sequence: UInt64 = 0
  /// 255: none.
  var activeSlot: UInt8 = BoardMetadata.none
  /// The slot that was active before; 255: none.
  var previousSlot: UInt8 = BoardMetadata.none
  var isConfirmed = true
  /// Starts of the active slot without CONFIRM.
  var trialStarts: UInt8 = 0
  /// The least rollback counter that a locked board takes; it never falls.
  var rollbackCounter: UInt64 = 0
  var keys = PinnedKeys()
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
    /// Whether a key that was pinned at the time has signed it.
    var isSigned = false
    /// The manifest's rollback counter, 0 without one.
    var rollbackCounter: UInt64 = 0

    func isOf(size: UInt64, digest: Digest) -> Bool { self.size == size && self.digest == digest }
  }

  var isLocked: Bool { !keys.isEmpty }

  /// Whether a slot's image is one that a board with these keys may execute.
  func mayExecute(_ slot: Int) -> Bool {
    !isLocked || self[slot].isSigned && self[slot].rollbackCounter >= rollbackCounter
  }

  /// Takes note that the active image is confirmed: no older one may follow it.
  ///
  /// An unlocked board takes no note, as its counters are nobody's word.
  mutating func raiseRollbackCounter() {
    guard isLocked, activeSlot != Self.none else { return }
    rollbackCounter = max(rollbackCounter, self[Int(activeSlot)].rollbackCounter)
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

  /// The record at the front of `bytes`; nil where it is torn, foreign or of an unknown version.
  init?(_ bytes: UnsafeRawBufferPointer, slotCount: Int) {
    do throws(WireError) {
      var reader = WireReader(bytes)
      guard try reader.u32() == Self.magic else { return nil }
      let version = try reader.u32()
      guard version == 1 || version == Self.version else { return nil }
      sequence = try reader.u64()
      activeSlot = try reader.u8()
      previousSlot = try reader.u8()
      isConfirmed = try reader.u8() != 0
      trialStarts = try reader.u8()
      let keyCount = Int(try reader.u8())
      try reader.skip(3)
      rollbackCounter = try reader.u64()
      for slot in 0..<BoardInfo.maximumSlots {
        guard let state = SlotState(rawValue: try reader.u8()) else { return nil }
        let isSigned = try reader.u8() & 1 != 0
        try reader.skip(6)
        self[slot] = SlotRecord(
          state: state, size: try reader.u64(), held: try reader.u64(), digest: try reader.digest(),
          isSigned: version > 1 && isSigned)
      }
      if version > 1 {
        guard keyCount <= PinnedKeys.capacity else { return nil }
        for slot in 0..<BoardInfo.maximumSlots { self[slot].rollbackCounter = try reader.u64() }
        keys = try PinnedKeys(from: &reader, count: keyCount)
      }
      try reader.skip(4)
      let covered = UnsafeRawBufferPointer(rebasing: bytes[0..<reader.offset])
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
    try writer.u8(UInt8(keys.count))
    try writer.zeros(3)
    try writer.u64(rollbackCounter)
    for slot in 0..<BoardInfo.maximumSlots {
      try writer.u8(self[slot].state.rawValue)
      try writer.u8(self[slot].isSigned ? 1 : 0)
      try writer.zeros(6)
      try writer.u64(self[slot].size)
      try writer.u64(self[slot].held)
      try writer.digest(self[slot].digest)
    }
    for slot in 0..<BoardInfo.maximumSlots { try writer.u64(self[slot].rollbackCounter) }
    try keys.write(to: &writer)
    try writer.zeros(4)
    try writer.u32(CRC32C.checksum(of: writer.written))
  }

  /// The newer of the two stored records, or the state of a new board, which has number 0.
  static func load<Platform: BoardPlatform & ~Copyable>(
    from platform: inout Platform, slotCount: Int
  ) -> BoardMetadata {
    var newest = BoardMetadata()
    withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 8) { buffer in
      for record in 0..<2 {
        // A store of files may hold a shorter one of version 1.
        let old = UnsafeMutableRawBufferPointer(rebasing: buffer[0..<byteCountOfVersion1])
        let isLong = platform.readMetadata(record: record, into: buffer)
        guard isLong || platform.readMetadata(record: record, into: old),
          let found = BoardMetadata(UnsafeRawBufferPointer(isLong ? buffer : old), slotCount: slotCount)
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

import BoardCore
import FixedPoint

/// A board's storage in memory, worked on page by page, that can say what a loss of power would leave of it.
///
/// What was written and not flushed may be there or not, page by page; what is under way may be done in part.
final class PageStorage {
  static let pageBytes = 4096
  /// Written areas are told from erased ones in units of this size.
  private static let unitBytes = 256

  let slotBytes: Int
  /// Asked before each operation on a page or a record.
  var beforeOperation: ((PageOperation) -> Void)?
  /// Every operation fails with this number.
  var failure: UInt32?
  private(set) var operations = 0
  private(set) var bytesWritten = 0
  /// Writes to places that were not erased since the last write or start.
  private(set) var writesToWritten = 0
  private let slots: [UnsafeMutableRawBufferPointer]
  private let durable: [UnsafeMutableRawBufferPointer]
  private var isDirty: [[Bool]]
  private var isErased: [[Bool]]
  private var metadata: [[UInt8]]

  init(slotCount: Int, slotBytes: Int) {
    self.slotBytes = slotBytes
    func memory() -> UnsafeMutableRawBufferPointer {
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: slotBytes, alignment: 16)
      memory.initializeMemory(as: UInt8.self, repeating: 0xFF)
      return memory
    }
    slots = (0..<slotCount).map { _ in memory() }
    durable = (0..<slotCount).map { _ in memory() }
    isDirty = Array(repeating: Array(repeating: false, count: slotBytes / Self.pageBytes), count: slotCount)
    isErased = Array(repeating: Array(repeating: false, count: slotBytes / Self.unitBytes), count: slotCount)
    metadata = [[], []]
  }

  deinit {
    for memory in slots + durable { memory.deallocate() }
  }

  func contents(_ slot: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(slots[slot]) }
  func metadataRecord(_ record: Int) -> [UInt8] { metadata[record] }

  // MARK: The board's operations

  func erase(_ slot: Int, _ range: Range<Int>) throws(StorageError) {
    var at = range.lowerBound
    while at < range.upperBound {
      let end = min((at / Self.pageBytes + 1) * Self.pageBytes, range.upperBound)
      try begin(.erase(slot: slot, range: at..<end))
      for index in at..<end { slots[slot][index] = 0xFF }
      isDirty[slot][at / Self.pageBytes] = true
      for unit in at / Self.unitBytes..<(end + Self.unitBytes - 1) / Self.unitBytes { isErased[slot][unit] = true }
      at = end
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer, _ slot: Int, _ offset: Int) throws(StorageError) {
    var at = 0
    while at < bytes.count {
      let page = (offset + at) / Self.pageBytes
      let end = min((page + 1) * Self.pageBytes - offset, bytes.count)
      let piece = UnsafeRawBufferPointer(rebasing: bytes[at..<end])
      try begin(.write(slot: slot, offset: offset + at, bytes: piece))
      for unit in (offset + at) / Self.unitBytes..<(offset + end + Self.unitBytes - 1) / Self.unitBytes {
        if !isErased[slot][unit] { writesToWritten += 1 }
        isErased[slot][unit] = false
      }
      UnsafeMutableRawBufferPointer(rebasing: slots[slot][offset + at..<offset + end]).copyMemory(from: piece)
      isDirty[slot][page] = true
      bytesWritten += piece.count
      at = end
    }
  }

  func flush(_ slot: Int) throws(StorageError) {
    try begin(.flush(slot: slot))
    for page in isDirty[slot].indices where isDirty[slot][page] {
      copy(page, from: slots[slot], to: durable[slot])
      isDirty[slot][page] = false
    }
  }

  func writeMetadata(_ bytes: UnsafeRawBufferPointer, _ record: Int) throws(StorageError) {
    try begin(.metadata(record: record, bytes: bytes))
    metadata[record] = Array(bytes)
  }

  private func begin(_ operation: PageOperation) throws(StorageError) {
    if let failure { throw StorageError(code: failure) }
    operations += 1
    beforeOperation?(operation)
  }

  // MARK: Loss of power

  /// What is left when power goes while `operation` is under way.
  func afterLoss(during operation: PageOperation, _ tear: Tear, _ survival: Survival, seed: UInt64) -> PageStorage {
    var random = RandomStream(seed: seed, stream: 0x7465_6172)
    let copy = afterLoss(survival, &random)
    switch operation {
    case .erase(let slot, let range):
      let erased = [UInt8](repeating: 0xFF, count: range.count)
      erased.withUnsafeBytes { tear.apply($0, to: copy.slots[slot], at: range.lowerBound, &random) }
      copy.commit(slot, range)
    case .write(let slot, let offset, let bytes):
      tear.apply(bytes, to: copy.slots[slot], at: offset, &random)
      copy.commit(slot, offset..<offset + bytes.count)
    case .flush: break
    case .metadata(let record, let bytes):
      var old = metadata[record]
      old += [UInt8](repeating: 0xFF, count: max(bytes.count - old.count, 0))
      old.withUnsafeMutableBytes { tear.apply(bytes, to: $0, at: 0, &random) }
      copy.metadata[record] = old
    }
    return copy
  }

  /// Turns a bit over, without the board's doing.
  func rot(slot: Int, byte: Int, bit: Int) {
    slots[slot][byte] ^= UInt8(1) << UInt8(bit)
  }

  /// The same for a metadata record.
  func rot(record: Int, byte: Int, bit: Int) {
    metadata[record][byte] ^= UInt8(1) << UInt8(bit)
  }

  /// What is left when power goes between two operations.
  func afterLoss(_ survival: Survival, seed: UInt64) -> PageStorage {
    var random = RandomStream(seed: seed, stream: 0x6C6F_7373)
    return afterLoss(survival, &random)
  }

  private func afterLoss(_ survival: Survival, _ random: inout RandomStream) -> PageStorage {
    let copy = PageStorage(copyingDurableOf: self)
    guard survival != .nothing else { return copy }
    for slot in slots.indices {
      for page in isDirty[slot].indices where isDirty[slot][page] {
        let start = page * Self.pageBytes
        var end = start + Self.pageBytes
        if survival == .some {
          // Not at all, wholly, or up to some byte.
          switch random.below(3) {
          case 0: continue
          case 1: end = start + Int(random.below(UInt32(Self.pageBytes)))
          default: break
          }
        }
        UnsafeMutableRawBufferPointer(rebasing: copy.slots[slot][start..<end])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: slots[slot][start..<end]))
        copy.copy(page, from: copy.slots[slot], to: copy.durable[slot])
      }
    }
    return copy
  }

  private init(copyingDurableOf other: PageStorage) {
    slotBytes = other.slotBytes
    func copy(_ original: UnsafeMutableRawBufferPointer) -> UnsafeMutableRawBufferPointer {
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: original.count, alignment: 16)
      memory.copyMemory(from: UnsafeRawBufferPointer(original))
      return memory
    }
    slots = other.durable.map(copy)
    durable = other.durable.map(copy)
    isDirty = other.isDirty.map { Array(repeating: false, count: $0.count) }
    isErased = other.isErased.map { Array(repeating: false, count: $0.count) }
    metadata = other.metadata
  }

  private func commit(_ slot: Int, _ range: Range<Int>) {
    UnsafeMutableRawBufferPointer(rebasing: durable[slot][range])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: slots[slot][range]))
  }

  private func copy(_ page: Int, from: UnsafeMutableRawBufferPointer, to: UnsafeMutableRawBufferPointer) {
    let range = page * Self.pageBytes..<(page + 1) * Self.pageBytes
    UnsafeMutableRawBufferPointer(rebasing: to[range]).copyMemory(from: UnsafeRawBufferPointer(rebasing: from[range]))
  }
}

/// What a board does to one page of a slot, or to a metadata record.
enum PageOperation {
  case erase(slot: Int, range: Range<Int>)
  case write(slot: Int, offset: Int, bytes: UnsafeRawBufferPointer)
  case flush(slot: Int)
  case metadata(record: Int, bytes: UnsafeRawBufferPointer)
}

import BoardLink
import Glibc

/// A virtual board's slots and metadata: files of a folder, or files without a name.
///
/// Slots are files of full size with holes, mapped for reading and written by `pwrite`, so that a
/// full disk is an error and no signal. Each metadata record is a file of its own: writing one
/// leaves the other intact.
public final class VirtualStorage {
  public let slotBytes: Int
  private let place: String
  private var slots: [MappedSlot] = []
  private var metadata: [FileDescriptor] = []
  private var lock: FileDescriptor?

  private struct MappedSlot {
    let file: FileDescriptor
    let bytes: UnsafeRawBufferPointer
  }

  /// Opens or creates a store.
  ///
  /// - Parameter folder: nil uses files without a name, which are gone with the board.
  /// - Throws: `storeInUse`, `largerSlots`, `system`.
  public init(folder: String?, slotCount: Int, slotBytes: Int) throws(VirtualBoardError) {
    self.slotBytes = slotBytes
    place = folder ?? "a board without a store"
    if let folder {
      try createFolder(folder)
      let lock = try FileDescriptor.open(folder + "/lock")
      guard lock.lockForThisProcess() else { throw .storeInUse(path: folder) }
      self.lock = lock
    }
    func file(_ name: String) throws(VirtualBoardError) -> FileDescriptor {
      if let folder { try .open(folder + "/" + name) } else { try .nameless() }
    }
    for slot in 0..<slotCount {
      let file = try file("slot-\(BoardLinkError.slotName(slot).lowercased()).bin")
      let stored = lseek(file.number, 0, SEEK_END)
      guard stored <= slotBytes else { throw .largerSlots(path: place, stored: stored, slotBytes: slotBytes) }
      guard ftruncate(file.number, slotBytes) == 0 else { throw .failed("sizing a slot of", place) }
      let mapped = mmap(nil, slotBytes, PROT_READ, MAP_SHARED, file.number, 0)
      guard let mapped, mapped != MAP_FAILED else { throw .failed("mapping a slot of", place) }
      slots.append(MappedSlot(file: file, bytes: UnsafeRawBufferPointer(start: mapped, count: slotBytes)))
    }
    for record in 0..<2 { metadata.append(try file("metadata-\(record).bin")) }
  }

  deinit {
    for slot in slots { munmap(UnsafeMutableRawPointer(mutating: slot.bytes.baseAddress), slotBytes) }
  }

  func contents(ofSlot slot: Int) -> UnsafeRawBufferPointer { slots[slot].bytes }

  func write(_ bytes: UnsafeRawBufferPointer, slot: Int, offset: Int) -> Int32 {
    slots[slot].file.write(bytes, at: offset)
  }

  func flush(slot: Int) -> Int32 { slots[slot].file.flush() }

  func readMetadata(record: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    pread(metadata[record].number, buffer.baseAddress, buffer.count, 0) == buffer.count
  }

  func writeMetadata(_ bytes: UnsafeRawBufferPointer, record: Int) -> Int32 {
    let code = metadata[record].write(bytes, at: 0)
    return code == 0 ? metadata[record].flush() : code
  }
}

import BoardCore
import FixedPoint
import Hardware

/// A microcontroller as a board's hardware.
///
/// Storage holds, each in pages of its own: the slots, the two metadata records, the two records of starts.
struct MicroPlatform: BoardPlatform, ~Copyable {
  let bootIdentifier: UInt64
  private let flash: FlashMemory

  /// The room of a metadata record.
  private static var recordBytes: Int { 1024 }
  private static var metadataStart: Int { BoardMicro.slotCount * BoardMicro.slotBytes }
  static var startsStart: Int { metadataStart + 2 * recordBytes }

  init() {
    flash = FlashMemory(
      bytes: UnsafeMutableRawBufferPointer(start: hardware_storage(), count: hardware_storage_bytes()),
      pageBytes: Int(HARDWARE_PAGE_BYTES))
    bootIdentifier = StartRecord.countStart(in: flash, at: Self.startsStart)
  }

  func milliseconds() -> UInt64 { hardware_microseconds() / 1000 }

  func microseconds() -> UInt64 { hardware_microseconds() }

  func contents(ofSlot slot: Int) -> UnsafeRawBufferPointer {
    flash.contents(slot * BoardMicro.slotBytes..<(slot + 1) * BoardMicro.slotBytes)
  }

  mutating func erase(slot: Int, range: Range<Int>) throws(StorageError) {
    let start = slot * BoardMicro.slotBytes
    try flash.erase(start + range.lowerBound..<start + range.upperBound)
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer, slot: Int, offset: Int) throws(StorageError) {
    try flash.write(bytes, at: slot * BoardMicro.slotBytes + offset)
  }

  mutating func flush(slot: Int) throws(StorageError) {
    // What is written is there.
  }

  mutating func readMetadata(record: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard buffer.count <= Self.recordBytes else { return false }
    let start = Self.metadataStart + record * Self.recordBytes
    buffer.copyMemory(from: flash.contents(start..<start + buffer.count))
    return true
  }

  mutating func writeMetadata(_ bytes: UnsafeRawBufferPointer, record: Int) throws(StorageError) {
    guard bytes.count <= Self.recordBytes else { throw StorageError(code: FlashMemory.Failure.outOfRange.rawValue) }
    let start = Self.metadataStart + record * Self.recordBytes
    try flash.erase(start..<start + Self.recordBytes)
    try flash.write(bytes, at: start)
  }

  mutating func executorMemory(byteCount: Int) -> UnsafeMutableRawBufferPointer? {
    guard byteCount <= hardware_executor_bytes() else { return nil }
    return UnsafeMutableRawBufferPointer(start: hardware_executor(), count: hardware_executor_bytes())
  }
}

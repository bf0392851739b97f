import BoardCore
import Glibc

/// Linux as a board's hardware.
struct VirtualPlatform: BoardPlatform {
  let storage: VirtualStorage
  let bootIdentifier: UInt64
  private let memory = ExecutorMemory()

  init(storage: VirtualStorage) {
    self.storage = storage
    bootIdentifier = .random(in: 1 ... .max)
  }

  func milliseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1000 &+ UInt64(time.tv_nsec / 1_000_000)
  }

  func contents(ofSlot slot: Int) -> UnsafeRawBufferPointer { storage.contents(ofSlot: slot) }

  func erase(slot: Int, range: Range<Int>) throws(StorageError) {
    // Files are overwritten as they are.
  }

  func write(_ bytes: UnsafeRawBufferPointer, slot: Int, offset: Int) throws(StorageError) {
    try check(storage.write(bytes, slot: slot, offset: offset))
  }

  func flush(slot: Int) throws(StorageError) {
    try check(storage.flush(slot: slot))
  }

  func readMetadata(record: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    storage.readMetadata(record: record, into: buffer)
  }

  func writeMetadata(_ bytes: UnsafeRawBufferPointer, record: Int) throws(StorageError) {
    try check(storage.writeMetadata(bytes, record: record))
  }

  func executorMemory(byteCount: Int) -> UnsafeMutableRawBufferPointer? {
    memory.take(byteCount)
  }

  private func check(_ code: Int32) throws(StorageError) {
    guard code == 0 else { throw StorageError(code: UInt32(bitPattern: code)) }
  }
}

/// The memory of the machine that executes the active image.
private final class ExecutorMemory {
  /// Far above what the largest shipped board needs.
  private static let most = 1 << 30
  private var bytes: UnsafeMutableRawBufferPointer?

  deinit {
    bytes?.deallocate()
  }

  func take(_ count: Int) -> UnsafeMutableRawBufferPointer? {
    bytes?.deallocate()
    bytes = nil
    guard count <= Self.most else { return nil }
    bytes = .allocate(byteCount: max(count, 16), alignment: 16)
    return bytes
  }
}

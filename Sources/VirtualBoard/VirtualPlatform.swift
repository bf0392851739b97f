import BoardCore
import Glibc
import Signatures
import WireProtocol

/// Linux as a board's hardware: storage in files, the machine's clock and memory.
///
/// Each value is one start of the board and has a boot identifier of its own.
public struct VirtualPlatform: BoardPlatform {
  public let storage: VirtualStorage
  public let bootIdentifier: UInt64
  private let memory = ExecutorMemory()

  public init(storage: VirtualStorage) {
    self.storage = storage
    bootIdentifier = .random(in: 1 ... .max)
  }

  public func milliseconds() -> UInt64 { microseconds() / 1000 }

  public func microseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000 &+ UInt64(time.tv_nsec / 1000)
  }

  public var canVerifySignatures: Bool { true }

  public func verifySignature(
    _ signature: Signature, of message: UnsafeRawBufferPointer, publicKey: PublicKey
  ) -> Bool {
    Ed25519.isValid(signature, of: message, publicKey: publicKey)
  }

  public func contents(ofSlot slot: Int) -> UnsafeRawBufferPointer { storage.contents(ofSlot: slot) }

  public func erase(slot: Int, range: Range<Int>) throws(StorageError) {
    // Files are overwritten as they are.
  }

  public func write(_ bytes: UnsafeRawBufferPointer, slot: Int, offset: Int) throws(StorageError) {
    try check(storage.write(bytes, slot: slot, offset: offset))
  }

  public func flush(slot: Int) throws(StorageError) {
    try check(storage.flush(slot: slot))
  }

  public func readMetadata(record: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    storage.readMetadata(record: record, into: buffer)
  }

  public func writeMetadata(_ bytes: UnsafeRawBufferPointer, record: Int) throws(StorageError) {
    try check(storage.writeMetadata(bytes, record: record))
  }

  public func executorMemory(byteCount: Int) -> UnsafeMutableRawBufferPointer? {
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

import BoardCore
import FixedPoint
import WireProtocol

/// Hardware around a `PageStorage`; its clock is a counter.
struct PagePlatform: BoardPlatform {
  let storage: PageStorage
  let bootIdentifier: UInt64
  var canVerifySignatures = true
  /// Milliseconds.
  var clock: UInt64 = 0
  private let memory = ExecutorMemory()

  init(storage: PageStorage, bootIdentifier: UInt64) {
    self.storage = storage
    self.bootIdentifier = bootIdentifier
  }

  private final class ExecutorMemory {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    deinit { bytes.deallocate() }
  }

  /// In place of Ed25519, whose own tests are elsewhere: who knows the public key can sign.
  static func sign(_ message: UnsafeRawBufferPointer, _ key: PublicKey) -> Signature {
    var hash = SHA256()
    key.withBytes { hash.update($0) }
    hash.update(message)
    let digest = hash.finalize()
    let bytes = (0..<Signature.byteCount).map { digest[$0 % Digest.byteCount] }
    guard let signature = bytes.withUnsafeBytes({ Signature(bytes: $0) }) else { fatalError("64 bytes sign") }
    return signature
  }

  func verifySignature(_ signature: Signature, of message: UnsafeRawBufferPointer, publicKey: PublicKey) -> Bool {
    signature == Self.sign(message, publicKey)
  }

  func milliseconds() -> UInt64 { clock }
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

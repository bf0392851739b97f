import WireProtocol

/// What a board's storage could not do; the platform's own number says why.
public struct StorageError: Error, Equatable, Sendable {
  public let code: UInt32

  public init(code: UInt32) {
    self.code = code
  }
}

/// The hardware below a `BoardDevice`: storage, memory and a clock.
///
/// A slot's bytes can be read in place at any time: flash mapped into memory, or a mapped file.
/// Slots and offsets that the device passes are always inside the profile's.
public protocol BoardPlatform: ~Copyable {
  /// A number that no other start of this board had.
  var bootIdentifier: UInt64 { get }

  /// Milliseconds since some moment, never going back.
  func milliseconds() -> UInt64

  /// Microseconds since some moment, never going back: the clock of realtime streams.
  func microseconds() -> UInt64

  /// Whether `verifySignature` can say yes. A board that cannot is never locked, and says so.
  var canVerifySignatures: Bool { get }

  /// Whether `signature` is that of `message` by the owner of `publicKey`: Ed25519 as in RFC 8032.
  func verifySignature(_ signature: Signature, of message: UnsafeRawBufferPointer, publicKey: PublicKey) -> Bool

  /// All bytes of a slot; the pointer stays valid as long as the platform.
  func contents(ofSlot slot: Int) -> UnsafeRawBufferPointer

  /// Prepares a range for writing; what it holds afterwards is not defined.
  mutating func erase(slot: Int, range: Range<Int>) throws(StorageError)

  /// Writes bytes to an erased range.
  mutating func write(_ bytes: UnsafeRawBufferPointer, slot: Int, offset: Int) throws(StorageError)

  /// Returns when everything written to the slot would survive a loss of power.
  mutating func flush(slot: Int) throws(StorageError)

  /// Copies metadata record 0 or 1 into `buffer`; false where there is none.
  mutating func readMetadata(record: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool

  /// Replaces metadata record 0 or 1 and returns when it would survive a loss of power.
  ///
  /// The other record must stay intact, whatever happens.
  mutating func writeMetadata(_ bytes: UnsafeRawBufferPointer, record: Int) throws(StorageError)

  /// Memory for the machine that executes an image, aligned to 16; nil where there is not as much.
  ///
  /// Memory given before is taken back.
  mutating func executorMemory(byteCount: Int) -> UnsafeMutableRawBufferPointer?
}

extension BoardPlatform where Self: ~Copyable {
  /// As exact as `milliseconds()` is.
  public func microseconds() -> UInt64 { milliseconds() &* 1000 }

  /// A platform without cryptography.
  public var canVerifySignatures: Bool { false }

  public func verifySignature(
    _ signature: Signature, of message: UnsafeRawBufferPointer, publicKey: PublicKey
  ) -> Bool { false }
}

import FixedPoint

/// Who vouches for an image, and on which boards it may run: 144 bytes, in BEGIN and in `IMAGE.sig`.
///
/// | offset | type | content |
/// |---|---|---|
/// | 0 | 4 bytes | `SNMS` |
/// | 4 | u16, 2 reserved | format, 1 |
/// | 8 | 8 bytes | key identifier |
/// | 16 | u32 | family |
/// | 20 | u32, u32 | least and greatest hardware revision |
/// | 28 | 4 reserved | |
/// | 32 | u64 | size of the image |
/// | 40 | 32 bytes | SHA-256 of the image |
/// | 72 | u64 | rollback counter |
/// | 80 | 64 bytes | signature |
public struct ImageManifest: Equatable, Sendable {
  public static var byteCount: Int { 144 }
  /// "SNMS".
  public static var magic: UInt32 { 0x534D_4E53 }
  public static var format: UInt16 { 1 }
  /// The bytes that are signed: the tag and everything before the signature.
  public static var signedByteCount: Int { 16 + 80 }

  public var keyIdentifier: KeyIdentifier
  /// Four letters, the image's family.
  public var family: UInt32
  public var leastHardwareRevision: UInt32
  public var greatestHardwareRevision: UInt32
  public var size: UInt64
  /// SHA-256 of the whole image.
  public var digest: Digest
  /// Boards refuse images of a lower counter than that of the image they confirmed last.
  public var rollbackCounter: UInt64
  public var signature: Signature

  public init(
    keyIdentifier: KeyIdentifier, family: UInt32, leastHardwareRevision: UInt32 = 0,
    greatestHardwareRevision: UInt32 = .max, size: UInt64, digest: Digest, rollbackCounter: UInt64,
    signature: Signature = Signature()
  ) {
    self.keyIdentifier = keyIdentifier
    self.family = family
    self.leastHardwareRevision = leastHardwareRevision
    self.greatestHardwareRevision = greatestHardwareRevision
    self.size = size
    self.digest = digest
    self.rollbackCounter = rollbackCounter
    self.signature = signature
  }

  /// The manifest that some bytes are, all of them.
  ///
  /// - Throws: `payloadSize` for another number of bytes than 144, `invalidValue` for another magic, format or
  ///   reserved byte.
  public init(bytes: UnsafeRawBufferPointer) throws(WireError) {
    var reader = WireReader(bytes)
    try reader.expectRemaining(UInt64(Self.byteCount))
    try self.init(from: &reader)
  }

  public init(from reader: inout WireReader) throws(WireError) {
    let start = UInt32(truncatingIfNeeded: reader.offset)
    let magic = try reader.u32()
    guard magic == Self.magic else { throw .invalidValue(offset: start, value: UInt64(magic)) }
    let format = try reader.u16()
    guard format == Self.format else { throw .invalidValue(offset: start &+ 4, value: UInt64(format)) }
    try Self.requireZeros(2, &reader)
    keyIdentifier = KeyIdentifier(rawValue: try reader.u64())
    family = try reader.u32()
    leastHardwareRevision = try reader.u32()
    greatestHardwareRevision = try reader.u32()
    try Self.requireZeros(4, &reader)
    size = try reader.u64()
    digest = try reader.digest()
    rollbackCounter = try reader.u64()
    signature = try Signature(from: &reader)
  }

  /// Reserved bytes are signed, so here they are not ignored.
  private static func requireZeros(_ count: Int, _ reader: inout WireReader) throws(WireError) {
    for _ in 0..<count {
      let at = UInt32(truncatingIfNeeded: reader.offset)
      let byte = try reader.u8()
      guard byte == 0 else { throw .invalidValue(offset: at, value: UInt64(byte)) }
    }
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writeSigned(to: &writer)
    try signature.write(to: &writer)
  }

  /// Hands the bytes that are signed to `body`: `snnmap-image-v1`, a zero byte, and the first 80 of the manifest.
  public func withSignedBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    withUnsafeTemporaryAllocation(byteCount: Self.signedByteCount, alignment: 8) { buffer in
      var writer = WireWriter(buffer)
      do throws(WireError) {
        try writer.tag("snnmap-image-v1")
        try writeSigned(to: &writer)
      } catch {
        preconditionFailure("the buffer holds all of it")
      }
      return body(UnsafeRawBufferPointer(buffer))
    }
  }

  private func writeSigned(to writer: inout WireWriter) throws(WireError) {
    try writer.u32(Self.magic)
    try writer.u16(Self.format)
    try writer.zeros(2)
    try writer.u64(keyIdentifier.rawValue)
    try writer.u32(family)
    try writer.u32(leastHardwareRevision)
    try writer.u32(greatestHardwareRevision)
    try writer.zeros(4)
    try writer.u64(size)
    try writer.digest(digest)
    try writer.u64(rollbackCounter)
  }
}

/// Why a board says *bad signature*: the `detail` of that error.
public enum SignatureFault: UInt32, Sendable, CaseIterable {
  /// The board is locked, and BEGIN brings no manifest.
  case noManifest = 1
  /// The manifest names a key that the board does not have.
  case unknownKey = 2
  /// The signature is not that key's.
  case wrongSignature = 3
  /// The manifest is another family's, or of another size or hash than BEGIN says.
  case otherFamily = 4
  case otherSize = 5
  case otherDigest = 6
  /// The bytes are no manifest of a format that the board knows.
  case notAManifest = 7
  /// ACTIVATE or ROLLBACK: the slot's image came without a valid signature.
  case unsignedSlot = 8
}

extension WireWriter {
  /// Writes what tells signatures of one purpose from those of another: text, filled up with zeros to 16 bytes.
  mutating func tag(_ text: StaticString) throws(WireError) {
    precondition(text.utf8CodeUnitCount <= 16)
    try append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    try zeros(16 - text.utf8CodeUnitCount)
  }
}

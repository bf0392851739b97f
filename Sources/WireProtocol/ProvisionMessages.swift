/// PROVISION: pins a public key. The first one locks the board; since protocol 1.2.
public struct Provision: WireMessage, Equatable {
  public static var type: MessageType { .provision }
  public static var signedByteCount: Int { 64 }

  public var key: PublicKey
  /// Whether the key takes the place of all that are pinned.
  public var replacesOthers: Bool
  /// Of a pinned key, over `withSignedBytes(bootIdentifier:_:)`; a locked board asks for it.
  public var signature: Signature?

  public init(key: PublicKey, replacesOthers: Bool = false, signature: Signature? = nil) {
    self.key = key
    self.replacesOthers = replacesOthers
    self.signature = signature
  }

  public init(from reader: inout WireReader) throws(WireError) {
    key = try PublicKey(from: &reader)
    replacesOthers = try reader.u8() & 1 != 0
    try reader.skip(3)
    let at = UInt32(truncatingIfNeeded: reader.offset)
    let count = try reader.u32()
    guard count == 0 || count == UInt32(Signature.byteCount) else {
      throw .invalidValue(offset: at, value: UInt64(count))
    }
    try reader.expectRemaining(UInt64(count))
    signature = count == 0 ? nil : try Signature(from: &reader)
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try key.write(to: &writer)
    try writer.u8(replacesOthers ? 1 : 0)
    try writer.zeros(3)
    try writer.u32(signature == nil ? 0 : UInt32(Signature.byteCount))
    if let signature { try signature.write(to: &writer) }
  }

  /// Hands the bytes that are signed to `body`: the tag `snnmap-key-v1`, the key, the board's boot
  /// identifier, so that the request is of no use later, and the flags.
  public func withSignedBytes<R>(bootIdentifier: UInt64, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    withUnsafeTemporaryAllocation(byteCount: Self.signedByteCount, alignment: 8) { buffer in
      var writer = WireWriter(buffer)
      do throws(WireError) {
        try writer.tag("snnmap-key-v1")
        try key.write(to: &writer)
        try writer.u64(bootIdentifier)
        try writer.u8(replacesOthers ? 1 : 0)
        try writer.zeros(7)
      } catch {
        preconditionFailure("the buffer holds all of it")
      }
      return body(UnsafeRawBufferPointer(buffer))
    }
  }
}

/// The answer to PROVISION: how many keys are pinned now.
public struct ProvisionAnswer: WireMessage, Equatable {
  public static var type: MessageType { .provisionAnswer }
  public var keyCount: UInt8

  public init(keyCount: UInt8) {
    self.keyCount = keyCount
  }

  public init(from reader: inout WireReader) throws(WireError) {
    keyCount = try reader.u8()
    try reader.skip(7)
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(keyCount)
    try writer.zeros(7)
  }
}

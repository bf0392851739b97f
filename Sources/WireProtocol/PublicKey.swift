import FixedPoint

/// The 32 bytes of an Ed25519 public key, as RFC 8032 writes them.
public struct PublicKey: Hashable, Sendable {
  public static var byteCount: Int { 32 }

  private var bytes = Digest()

  /// 32 zero bytes, which are no key.
  public init() {}

  /// The key in 32 bytes; nil where there is another number of them.
  public init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = Digest(bytes: bytes)
  }

  /// Byte `index`, 0–31.
  public subscript(index: Int) -> UInt8 { bytes[index] }

  /// Whether all bytes are 0: no key at all.
  public var isZero: Bool { bytes == Digest() }

  /// The first 8 bytes of the key's SHA-256.
  public var identifier: KeyIdentifier {
    let digest = bytes.withBytes { SHA256.digest(of: $0) }
    var value: UInt64 = 0
    for index in 0..<8 { value |= UInt64(digest[index]) &<< UInt64(8 * index) }
    return KeyIdentifier(rawValue: value)
  }

  /// Hands the 32 bytes to `body`; the pointer is valid only within.
  public func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    try bytes.withBytes(body)
  }

  init(from reader: inout WireReader) throws(WireError) {
    bytes = try reader.digest()
  }

  func write(to writer: inout WireWriter) throws(WireError) {
    try writer.digest(bytes)
  }
}

/// Which key is meant: the first 8 bytes of the public key's SHA-256, the first one lowest.
public struct KeyIdentifier: Hashable, Sendable, RawRepresentable {
  public static var byteCount: Int { 8 }

  public var rawValue: UInt64

  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Byte `index`, 0–7, in the order in which identifiers are written and shown.
  public subscript(index: Int) -> UInt8 { UInt8(truncatingIfNeeded: rawValue &>> UInt64(8 * (index & 7))) }
}

/// The 64 bytes of an Ed25519 signature, as RFC 8032 writes them.
public struct Signature: Hashable, Sendable {
  public static var byteCount: Int { 64 }

  private var front = Digest()
  private var back = Digest()

  /// 64 zero bytes, which sign nothing.
  public init() {}

  /// The signature in 64 bytes; nil where there is another number of them.
  public init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    front = Digest(bytes: UnsafeRawBufferPointer(rebasing: bytes[0..<32]))
    back = Digest(bytes: UnsafeRawBufferPointer(rebasing: bytes[32..<64]))
  }

  /// Byte `index`, 0–63.
  public subscript(index: Int) -> UInt8 { index < 32 ? front[index] : back[index - 32] }

  /// Hands the 64 bytes to `body`; the pointer is valid only within.
  public func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    var bytes = InlineArray<64, UInt8>(repeating: 0)
    for index in 0..<64 { bytes[index] = self[index] }
    return try bytes.span.withUnsafeBytes(body)
  }

  init(from reader: inout WireReader) throws(WireError) {
    front = try reader.digest()
    back = try reader.digest()
  }

  func write(to writer: inout WireWriter) throws(WireError) {
    try writer.digest(front)
    try writer.digest(back)
  }
}

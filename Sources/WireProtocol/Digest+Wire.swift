import FixedPoint

extension WireReader {
  /// The next 32 bytes as a SHA-256.
  public mutating func digest() throws(WireError) -> Digest {
    Digest(bytes: try slice(Digest.byteCount))
  }
}

extension WireWriter {
  /// Writes a SHA-256.
  public mutating func digest(_ value: Digest) throws(WireError) {
    for index in 0..<Digest.byteCount { try u8(value[index]) }
  }
}

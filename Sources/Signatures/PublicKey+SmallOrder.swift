import WireProtocol

extension PublicKey {
  /// Whether the key is one of the curve's eight points of an order of at most 8, in any of their spellings.
  ///
  /// The y coordinates are 0 (order 4), 1 (order 1), p − 1 (order 2), two of order 8, and p and p + 1, which are 0 and
  /// 1 again; the highest bit is the sign of x and says nothing of the order. Source: Chalkias, Garillot, Nikolaenko:
  /// Taming the Many EdDSAs (2020).
  public var isOfSmallOrder: Bool {
    let bytes = self.bytes
    return Self.smallOrder.contains { $0[..<31].elementsEqual(bytes[..<31]) && $0[31] == bytes[31] & 0x7F }
  }

  private static let smallOrder: [[UInt8]] =
    [
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ].compactMap { HexText.bytes($0, count: PublicKey.byteCount) }
}

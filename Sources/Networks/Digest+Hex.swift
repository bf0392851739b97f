import FixedPoint

extension Digest {
  /// The 64 lower-case hexadecimal digits of the digest.
  public var hex: String {
    var text = ""
    text.reserveCapacity(64)
    for index in 0..<Self.byteCount {
      for nibble in [self[index] >> 4, self[index] & 15] {
        text.unicodeScalars.append(UnicodeScalar(nibble < 10 ? 48 + nibble : 87 + nibble))
      }
    }
    return text
  }

  /// The digest that 64 hexadecimal digits spell, in either case; `nil` for anything else.
  public init?(hex: String) {
    let digits = Array(hex.utf8)
    guard digits.count == 64 else { return nil }
    self.init()
    for index in 0..<Self.byteCount {
      guard let high = Self.value(digits[2 * index]), let low = Self.value(digits[2 * index + 1]) else { return nil }
      self[index] = high << 4 | low
    }
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - 48
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - 87
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - 55
    default: nil
    }
  }
}

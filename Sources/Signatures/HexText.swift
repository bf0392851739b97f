/// Bytes as lower-case hexadecimal digits, as key files have them.
enum HexText {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
      for nibble in [byte >> 4, byte & 15] {
        text.unicodeScalars.append(UnicodeScalar(nibble < 10 ? 48 + nibble : 87 + nibble))
      }
    }
    return text
  }

  /// The bytes that digits of either case spell; nil for another number of bytes and for anything else.
  static func bytes(_ text: some StringProtocol, count: Int) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count == 2 * count else { return nil }
    var bytes: [UInt8] = []
    for index in 0..<count {
      guard let high = value(digits[2 * index]), let low = value(digits[2 * index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
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

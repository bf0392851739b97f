extension JSONParser {
  /// `true`, `false`, `null`, and the words of writers that do not know JSON's lack of NaN.
  mutating func word() throws(Failure) -> JSONValue.Content {
    let known: [(String, JSONValue.Content)] = [
      ("true", .boolean(true)), ("false", .boolean(false)), ("null", .null),
      ("NaN", .notFinite("NaN")), ("nan", .notFinite("NaN")),
      ("Infinity", .notFinite("Infinity")), ("inf", .notFinite("Infinity")),
    ]
    for (spelling, content) in known where matches(spelling) {
      position += spelling.utf8.count
      return content
    }
    throw failure("expected a value")
  }

  private func matches(_ word: String) -> Bool {
    guard text.count - position >= word.utf8.count else { return false }
    return zip(text[position...], word.utf8).allSatisfy { $0 == $1 }
  }

  /// A number: whole ones of 64 bits exactly, others as the nearest double.
  mutating func number() throws(Failure) -> JSONValue.Content {
    let start = position
    let negative = next == UInt8(ascii: "-")
    if negative { position += 1 }
    if negative, matches("Infinity") || matches("inf") {
      position += matches("Infinity") ? 8 : 3
      return .notFinite("-Infinity")
    }
    var magnitude: UInt64 = 0
    var fits = true
    let digits = position
    while let byte = next, (48...57).contains(byte) {
      let (product, over) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, more) = product.addingReportingOverflow(UInt64(byte - 48))
      fits = fits && !over && !more
      magnitude = sum
      position += 1
    }
    guard position > digits else { throw failure("expected a digit") }
    guard position == digits + 1 || text[digits] != 48 else { throw failure("a number starts with 0", at: digits) }
    var whole = true
    if next == UInt8(ascii: ".") {
      whole = false
      position += 1
      try skipDigits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      whole = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try skipDigits()
    }
    if whole, fits {
      if !negative, magnitude <= UInt64(Int64.max) { return .integer(Int64(magnitude)) }
      if negative, magnitude <= UInt64(Int64.max) + 1 { return .integer(Int64(truncatingIfNeeded: 0 &- magnitude)) }
    }
    guard position - start <= 1024 else { throw failure("a number of more than 1024 digits", at: start) }
    let spelling = String(decoding: text[start..<position], as: UTF8.self)
    guard let value = Double(spelling), value.isFinite else {
      throw failure("the number \(spelling.prefix(40)) is too large", at: start)
    }
    return .fraction(value)
  }

  private mutating func skipDigits() throws(Failure) {
    let start = position
    while let byte = next, (48...57).contains(byte) { position += 1 }
    guard position > start else { throw failure("expected a digit") }
  }

  /// A string in double quotes.
  mutating func string() throws(Failure) -> String {
    let start = position
    position += 1
    var bytes: [UInt8] = []
    while true {
      guard let byte = next else { throw failure("the text ends inside a string", at: start) }
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let string = String(validating: bytes, as: UTF8.self) else {
          throw failure("a string is not UTF-8", at: start)
        }
        return string
      case UInt8(ascii: "\\"):
        position += 1
        try escape(into: &bytes)
      case 0..<0x20: throw failure("a control character inside a string")
      default:
        bytes.append(byte)
        position += 1
      }
    }
  }

  private mutating func escape(into bytes: inout [UInt8]) throws(Failure) {
    guard let byte = next else { throw failure("the text ends inside a string") }
    let simple: UInt8? =
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
      case UInt8(ascii: "b"): 8
      case UInt8(ascii: "f"): 12
      case UInt8(ascii: "n"): 10
      case UInt8(ascii: "r"): 13
      case UInt8(ascii: "t"): 9
      default: nil
      }
    if let simple {
      bytes.append(simple)
      position += 1
      return
    }
    guard byte == UInt8(ascii: "u") else { throw failure("unknown escape in a string") }
    position += 1
    var code = try hexadecimal()
    if (0xD800..<0xDC00).contains(code), next == UInt8(ascii: "\\") {
      position += 1
      guard next == UInt8(ascii: "u") else { throw failure("half of a surrogate pair") }
      position += 1
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low) else { throw failure("half of a surrogate pair") }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw failure("half of a surrogate pair") }
    bytes.append(contentsOf: String(Character(scalar)).utf8)
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("expected four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}

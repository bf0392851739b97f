/// A value of one key of a target file.
enum FieldValue: Equatable, Sendable {
  case flag(Bool)
  case text(String)
  case integer(Int)
  case integers([Int])
  case words([String])
}

/// What one key of a target file takes.
enum FieldKind: Sendable {
  /// `true` or `false`.
  case flag
  /// A name: lower-case letters, digits and `-`.
  case name
  /// One line of text.
  case text
  /// A number; `unlimited` is allowed where said.
  case integer(ClosedRange<Int>, orUnlimited: Bool)
  /// One of a few numbers.
  case choice([Int])
  /// One of a few words.
  case word([String])
  /// A list of different words out of a few.
  case words([String])
  /// A list of different numbers out of a few, in the order given here.
  case integers([Int])
  /// Two numbers, least and greatest, within limits.
  case span(ClosedRange<Int>)

  static let maximumNameLength = 40
  static let maximumTextLength = 200

  /// What is allowed, in words that finish "it takes …".
  var allowed: String {
    switch self {
    case .flag: "true or false"
    case .name: "a name of lower-case letters, digits and '-', at most \(Self.maximumNameLength) characters"
    case .text: "one line of text, at most \(Self.maximumTextLength) characters"
    case .integer(let range, let orUnlimited):
      "a whole number \(range.lowerBound) … \(range.upperBound)" + (orUnlimited ? " or unlimited" : "")
    case .choice(let values): values.map(String.init).joined(separator: " or ")
    case .word(let words): words.joined(separator: " or ")
    case .words(let words): "a list of different ones of \(words.joined(separator: ", "))"
    case .integers(let values):
      "a list of different ones of \(values.map(String.init).joined(separator: ", ")), in this order"
    case .span(let range): "[least, greatest] within \(range.lowerBound) … \(range.upperBound)"
    }
  }

  /// Whether a value of the right shape is allowed.
  func allows(_ value: FieldValue) -> Bool {
    switch (self, value) {
    case (.flag, .flag): true
    case (.name, .text(let text)): Self.isName(text)
    case (.text, .text(let text)): Self.isLine(text)
    case (.integer(let range, let orUnlimited), .integer(let value)):
      range.contains(value) || (orUnlimited && value == Budgets.unlimited)
    case (.choice(let values), .integer(let value)): values.contains(value)
    case (.word(let words), .text(let word)): words.contains(word)
    case (.words(let words), .words(let list)):
      !list.isEmpty && list.allSatisfy(words.contains) && Set(list).count == list.count
    case (.integers(let values), .integers(let list)):
      !list.isEmpty && list == values.filter(list.contains)
    case (.span(let range), .integers(let list)):
      list.count == 2 && list[0] <= list[1] && list.allSatisfy(range.contains)
    default: false
    }
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= maximumNameLength else { return false }
    let isLetter = { (byte: UInt8) in (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    return isLetter(first)
      && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
  }

  private static func isLine(_ text: String) -> Bool {
    text.count <= maximumTextLength
      && text.unicodeScalars.allSatisfy {
        $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0 != "\u{2028}" && $0 != "\u{2029}"
      }
  }
}

extension FieldValue: CustomStringConvertible {
  /// The value as it stands in a target file and in the canonical description.
  var description: String {
    switch self {
    case .flag(let flag): flag ? "true" : "false"
    case .text(let text): text
    case .integer(let value): value == Budgets.unlimited ? "unlimited" : String(value)
    case .integers(let list): "[" + list.map(String.init).joined(separator: ", ") + "]"
    case .words(let list): "[" + list.joined(separator: ", ") + "]"
    }
  }
}

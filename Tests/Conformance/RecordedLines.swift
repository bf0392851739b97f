import FoundationEssentials

/// The lines of a recording in words, and what goes wrong named by the line.
struct RecordedLines {
  let lines: [(number: Int, words: [Substring])]

  init(_ folder: GoldenFolder, _ file: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + file))
    lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .compactMap { number, line in
        let words = line.split(separator: " ")
        return words.isEmpty ? nil : (number + 1, words)
      }
  }

  static func number<Number: FixedWidthInteger>(_ word: Substring, radix: Int = 16) throws -> Number {
    guard let number = Number(word, radix: radix) else { throw GoldenMismatch(description: "\(word) is no number") }
    return number
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  /// In hexadecimal, with leading zeros.
  func hex(_ digits: Int) -> String {
    let text = String(self, radix: 16)
    return String(repeating: "0", count: Swift.max(0, digits - text.count)) + text
  }
}

import NetworkFiles

/// A table of text: rows of fields, the numbers among them, and what the header calls the columns.
///
/// Fields are separated by commas, or by semicolons or tabs where the first line has no comma (no
/// semicolon); a field in double quotes may hold separators and doubled quotes, but no line break.
struct CSVTable {
  let path: String
  /// Lower case; empty where the file has no header.
  let header: [String]
  /// Fields of each row that is not blank, as ranges of `text`.
  private(set) var rows: [[Substring]] = []
  /// The line in the file of each row, from 1.
  private(set) var lines: [Int] = []

  /// The greatest file in bytes: 1 GiB.
  static let maximumBytes = 1 << 30

  /// Names that make a column the label, and names of columns that divide the samples.
  static let labelNames = ["label", "class", "target"]
  static let maskNames = ["test", "train", "split"]

  static func read(_ path: String) throws -> CSVTable {
    let file = try MappedFile(path, limit: maximumBytes)
    return try file.withBytes { bytes in
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw DatasetError.malformed(path: path, problem: "is not UTF-8 text; save it as UTF-8")
      }
      return try CSVTable(text, path: path)
    }
  }

  init(_ whole: String, path: String) throws(DatasetError) {
    self.path = path
    let text = whole.unicodeScalars.first == "\u{FEFF}" ? String(whole.unicodeScalars.dropFirst()) : whole
    var separator: UInt8 = UInt8(ascii: ",")
    var first: [Substring]?
    var number = 0
    let utf8 = text.utf8
    var start = utf8.startIndex
    var columns = 0
    var names: [String] = []
    while start < utf8.endIndex {
      number += 1
      let end = utf8[start...].firstIndex(of: UInt8(ascii: "\n")) ?? utf8.endIndex
      var line = text[start..<end]
      start = end == utf8.endIndex ? end : utf8.index(after: end)
      if line.utf8.last == UInt8(ascii: "\r") { line = Substring(line.utf8.dropLast()) }
      if line.utf8.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { continue }
      if first == nil {
        separator =
          [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")].first(where: line.utf8.contains) ?? separator
      }
      let fields = try Self.fields(of: line, separator: separator, path: path, line: number)
      if first == nil {
        first = fields
        columns = fields.count
        guard columns >= 2 else {
          throw .invalidLine(
            path: path, line: number, problem: "one column only; at least a value and a label are needed")
        }
        let lower = fields.map { $0.lowercased() }
        let known = Self.labelNames + Self.maskNames
        if lower.contains(where: known.contains) || fields.dropLast().contains(where: { Self.number($0) == nil }) {
          names = lower
          continue
        }
      }
      guard fields.count == columns else {
        throw .invalidLine(
          path: path, line: number, problem: "\(fields.count) fields where the first line has \(columns)")
      }
      rows.append(fields)
      lines.append(number)
    }
    header = names
    guard !rows.isEmpty else { throw .empty(path: path) }
  }

  /// A finite number, nil for anything else.
  static func number(_ field: Substring) -> Double? {
    guard let value = Double(field), value.isFinite else { return nil }
    return value
  }

  private static func fields(
    of line: Substring, separator: UInt8, path: String, line number: Int
  ) throws(DatasetError) -> [Substring] {
    let utf8 = line.utf8
    let quote = UInt8(ascii: "\"")
    guard utf8.contains(quote) else {
      return utf8.split(separator: separator, omittingEmptySubsequences: false).map { trimmed(Substring($0)) }
    }
    var result: [Substring] = []
    var field: [UInt8] = []
    var isQuoted = false
    var position = utf8.startIndex
    while position < utf8.endIndex {
      let byte = utf8[position]
      let next = utf8.index(after: position)
      if byte == quote {
        if isQuoted, next < utf8.endIndex, utf8[next] == quote {
          field.append(quote)
          position = utf8.index(after: next)
          continue
        }
        isQuoted.toggle()
      } else if byte == separator, !isQuoted {
        result.append(trimmed(Substring(decoding: field, as: UTF8.self)))
        field = []
      } else {
        field.append(byte)
      }
      position = next
    }
    guard !isQuoted else {
      throw .invalidLine(path: path, line: number, problem: "a quotation mark is not closed in its line")
    }
    return result + [trimmed(Substring(decoding: field, as: UTF8.self))]
  }

  private static func trimmed(_ field: Substring) -> Substring {
    var field = field
    while field.first == " " || field.first == "\t" { field.removeFirst() }
    while field.last == " " || field.last == "\t" { field.removeLast() }
    return field
  }
}

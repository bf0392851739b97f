/// A table of aligned columns in plain text.
public struct TextTable: Sendable {
  private let header: [String]
  private var rows: [[String]] = []
  /// Columns whose cells stand at the right, as numbers do.
  private let rightAligned: Set<Int>

  /// - Parameter rightAligned: the indices of columns with numbers.
  public init(_ header: [String], rightAligned: Set<Int> = []) {
    // Class names may stand here.
    self.header = header.map(PrintableText.escaped)
    self.rightAligned = rightAligned
  }

  /// Appends a row; missing cells are empty. Names in cells may come from files: control characters are escaped.
  public mutating func add(_ cells: [String]) {
    rows.append(cells.map(PrintableText.escaped))
  }

  /// The table with two spaces between columns and no trailing white space.
  public var text: String {
    let all = (header.isEmpty ? [] : [header]) + rows
    let columns = all.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return all.map { row in
      var line = ""
      for column in 0..<columns {
        let cell = column < row.count ? row[column] : ""
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? "" : "  ") + (rightAligned.contains(column) ? padding + cell : cell + padding)
      }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}

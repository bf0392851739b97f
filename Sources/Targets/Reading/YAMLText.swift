import Yams

/// Turns the text of a target or model file into a tree of nodes with places, or an error with a place.
///
/// Hostile text costs no more than its length: its size is capped, and anchors and aliases, by which a short text can
/// spell an exponential tree, are refused before the parser sees them.
package struct YAMLText {
  let text: String
  let file: String

  /// - Parameter file: the name under which errors speak of the text.
  package init(text: String, file: String) {
    self.text = text
    self.file = file
  }

  /// The root of the only document; nil for a text without one.
  package func root() throws(TargetError) -> Node? {
    guard text.utf8.count <= TargetReader.maximumBytes else {
      throw .tooLarge(file: file, limit: TargetReader.maximumBytes)
    }
    try refuseReferences()
    do {
      // Explicit UTF-8, since the default reads the environment. The added line keeps the text out of Swift's inline
      // strings, whose bytes would not outlive the parser's initialiser.
      return try Parser(yaml: text + "\n# the end of the file\n", encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      throw located(error)
    } catch {
      throw .syntax(place(1, 1), problem: "\(error)")
    }
  }

  /// A place in the text, from 1.
  package func place(_ line: Int, _ column: Int) -> TargetLocation {
    TargetLocation(file: file, line: line, column: column)
  }

  /// Where a node begins.
  package func place(of node: Node) -> TargetLocation {
    place(node.mark?.line ?? 1, node.mark?.column ?? 1)
  }

  /// Refuses `&name`, `*name` and `!tag` wherever one could begin, which is never behind a letter or digit.
  ///
  /// Comments and quoted text are looked at too: telling them apart needs a YAML parser, and a wrong guess is a hole.
  private func refuseReferences() throws(TargetError) {
    var line = 1
    var column = 1
    var previous: Unicode.Scalar = "\n"
    var beforePrevious: Unicode.Scalar = "\n"
    for scalar in text.unicodeScalars {
      if let sign = Self.references[previous],
        Self.isWord(scalar) || (previous == "!" && (scalar == "!" || scalar == "<")),
        !Self.isWord(beforePrevious)
      {
        throw .unsupported(
          place(line, max(column - 1, 1)), feature: "\(sign) ('\(previous)\(scalar)…')",
          advice: "write the value itself, and no '\(previous)' before a word, not in a comment either")
      }
      if scalar == "\n" {
        line += 1
        column = 1
      } else {
        column += 1
      }
      beforePrevious = previous
      previous = scalar
    }
  }

  private static let references: [Unicode.Scalar: String] = ["&": "an anchor", "*": "an alias", "!": "a tag"]

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
    default: false
    }
  }
}

extension YAMLText {
  /// The parser's error with its place.
  private func located(_ error: YamlError) -> TargetError {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      let start = context.map { " \($0.text)" } ?? ""
      return .syntax(place(mark.line, mark.column), problem: problem + start)
    case .composer(_, let problem, let mark, _):
      if problem.contains("another document") {
        return .unsupported(
          place(mark.line, mark.column), feature: "a second document", advice: "write each in a file of its own")
      }
      return .syntax(place(mark.line, mark.column), problem: problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      let key = duplicates.first ?? ""
      let second = secondPlace(of: key, after: context.mark)
      return .duplicateKey(second, key: TargetReader.shown(key), firstLine: context.mark.line)
    case .reader(let problem, let offset, _, _):
      return .syntax(place(atByte: offset ?? 0), problem: problem)
    default:
      return .syntax(place(1, 1), problem: "the YAML parser gave up (\(error))")
    }
  }

  /// The line where a key stands again in the same column; the first place where it cannot be told (`{a: 1, a: 2}`).
  private func secondPlace(of key: String, after first: Mark) -> TargetLocation {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let indent = String(repeating: " ", count: max(first.column - 1, 0))
    for (index, line) in lines.enumerated().dropFirst(first.line) where line.hasPrefix(indent + key + ":") {
      return place(index + 1, first.column)
    }
    return place(first.line, first.column)
  }

  private func place(atByte offset: Int) -> TargetLocation {
    var line = 1
    var column = 1
    for byte in text.utf8.prefix(max(offset, 0)) {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return place(line, column)
  }
}

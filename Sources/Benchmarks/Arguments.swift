/// `--name value` pairs after the subcommand.
struct Arguments {
  let words: [String]
  private let values: [String: String]

  init(_ arguments: [String]) throws {
    var words: [String] = [], values: [String: String] = [:]
    var rest = arguments[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else {
        words.append(word)
        continue
      }
      guard let value = rest.popFirst() else { throw UsageError(message: "\(word) needs a value") }
      values[String(word.dropFirst(2))] = value
    }
    self.words = words
    self.values = values
  }

  func text(_ name: String, _ standard: String) -> String { values[name] ?? standard }

  func number(_ name: String, _ standard: Int) throws -> Int {
    guard let text = values[name] else { return standard }
    guard let number = Int(text) else { throw UsageError(message: "--\(name) \(text) is not a number") }
    return number
  }
}

/// A command line that cannot be understood.
struct UsageError: Error, CustomStringConvertible {
  let message: String
  var description: String { message }
}

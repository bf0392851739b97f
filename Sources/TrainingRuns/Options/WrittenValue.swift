/// A value as a user writes it: a word or number, and perhaps parameters.
///
/// `cosine`, `fast_sigmoid:4`, `step:epochs=10,factor=0.5`; in YAML the last is also
/// `{ kind: step, epochs: 10, factor: 0.5 }`.
struct WrittenValue: Sendable, Hashable {
  struct Parameter: Sendable, Hashable {
    /// nil for the first parameter of its kind.
    var name: String?
    var text: String
  }

  var word: String
  var parameters: [Parameter] = []

  init(_ word: String, _ parameters: [Parameter] = []) {
    self.word = word
    self.parameters = parameters
  }

  /// Every text is a value: what is before the first colon is the word.
  init(parsing text: String) {
    guard let colon = text.firstIndex(of: ":") else {
      word = text
      return
    }
    word = String(text[..<colon])
    parameters = text[text.index(after: colon)...].split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let sign = part.firstIndex(of: "=") else { return Parameter(text: String(part)) }
      return Parameter(name: String(part[..<sign]), text: String(part[part.index(after: sign)...]))
    }
  }

  /// The value as YAML, on one line.
  var yaml: String {
    if parameters.isEmpty { return word }
    let pairs = parameters.map { "\($0.name ?? ""): \($0.text)" }
    return "{ kind: \(word), \(pairs.joined(separator: ", ")) }"
  }

  /// The value as on a command line.
  var text: String {
    if parameters.isEmpty { return word }
    return word + ":" + parameters.map { ($0.name.map { "\($0)=" } ?? "") + $0.text }.joined(separator: ",")
  }
}

/// What is wrong with a written value.
struct ValueProblem: Error, Equatable {
  /// The parameter that is meant; nil for the value itself.
  var parameter: String?
  var value: String
  var allowed: String
}

import Training

/// One kind that a value may be, with its parameters.
struct KindForm: Sendable {
  let word: String
  let parameters: [ParameterForm]

  init(_ word: String, _ parameters: ParameterForm...) {
    self.word = word
    self.parameters = parameters
  }
}

/// A parameter of a kind.
struct ParameterForm: Sendable {
  enum Content: Sendable {
    case number(ClosedRange<Double>)
    case integer(ClosedRange<Int>)
    /// Stands as its position in the list.
    case words([String])
  }

  let name: String
  let content: Content
  /// What it is where nothing is said; nil where something must be.
  let standard: Double?

  static func number(_ name: String, _ range: ClosedRange<Double>, _ standard: Double? = nil) -> ParameterForm {
    ParameterForm(name: name, content: .number(range), standard: standard)
  }

  static func integer(_ name: String, _ range: ClosedRange<Int>, _ standard: Double? = nil) -> ParameterForm {
    ParameterForm(name: name, content: .integer(range), standard: standard)
  }

  static func words(_ name: String, _ words: [String], _ standard: Double? = nil) -> ParameterForm {
    ParameterForm(name: name, content: .words(words), standard: standard)
  }

  /// What it may be, in words.
  var allowed: String {
    switch content {
    case .number(let range): TrainingOptions.Allowed.words(range)
    case .integer(let range): TrainingOptions.Allowed.words(range)
    case .words(let words): words.joined(separator: " or ")
    }
  }

  /// The value that a text spells, nil for one that is not allowed.
  func value(_ text: String) -> Double? {
    switch content {
    case .number(let range): NumberForm.number(text).flatMap { range.contains($0) ? $0 : nil }
    case .integer(let range): Int(text).flatMap { range.contains($0) ? Double($0) : nil }
    case .words(let words): words.firstIndex(of: text).map(Double.init)
    }
  }
}

/// Numbers as files spell them.
enum NumberForm {
  /// A finite decimal number; no hexadecimal digits, no `inf`.
  static func number(_ text: String) -> Double? {
    guard text.utf8.count <= 40, !text.isEmpty, text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else {
      return nil
    }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  /// The shortest text that reads as the same number: 1 and not 1.0.
  static func text(_ value: Double) -> String { trimmed("\(value)") }
  static func text(_ value: Float) -> String { trimmed("\(value)") }

  private static func trimmed(_ text: String) -> String { text.hasSuffix(".0") ? String(text.dropLast(2)) : text }
}

extension [KindForm] {
  /// The kind that a value names, and its parameters in the order of the form.
  func match(_ value: WrittenValue) -> Result<(word: String, numbers: [Double]), ValueProblem> {
    guard let kind = first(where: { $0.word == value.word }) else {
      return .failure(ValueProblem(value: value.word, allowed: allowed))
    }
    var numbers = kind.parameters.map(\.standard)
    for (position, parameter) in value.parameters.enumerated() {
      let index =
        parameter.name == nil
        ? (position < numbers.count ? position : nil) : kind.parameters.firstIndex { $0.name == parameter.name }
      guard let index else {
        let names = kind.parameters.map(\.name)
        return .failure(
          ValueProblem(
            value: parameter.name ?? parameter.text,
            allowed: names.isEmpty
              ? "\(kind.word) without parameters" : "\(kind.word) with \(names.joined(separator: ", "))"))
      }
      let form = kind.parameters[index]
      guard let number = form.value(parameter.text) else {
        return .failure(ValueProblem(parameter: form.name, value: parameter.text, allowed: form.allowed))
      }
      numbers[index] = number
    }
    for (form, number) in zip(kind.parameters, numbers) where number == nil {
      return .failure(ValueProblem(parameter: form.name, value: "left out", allowed: form.allowed))
    }
    return .success((kind.word, numbers.compactMap { $0 }))
  }

  /// All kinds in words: `constant, cosine or step`.
  var allowed: String { WordList.text(map(\.word)) }
}

enum WordList {
  /// `a`, `a or b`, `a, b or c`.
  static func text(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}

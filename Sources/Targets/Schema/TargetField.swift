/// One key of a target file: what it takes, what it means and where its value lives in `Target`.
///
/// Reader, writer, hash, report and the tables of docs/targets.md all come from the one list of these.
struct TargetField: Sendable {
  let section: TargetSection
  let key: String
  let kind: FieldKind
  let unit: String
  let meaning: String
  /// Whether only grids of cores have the key.
  var isOfGrids = false
  /// The value, nil where the target lacks the section or the key.
  let value: @Sendable (Target) -> FieldValue?
  /// Stores a value that `kind` allows; others leave the target as it is.
  let store: @Sendable (inout Target, FieldValue) -> Void

  /// The key with its section: `budgets.slots`.
  var path: String { section == .top ? key : "\(section.rawValue).\(key)" }
}

/// A mapping of a target file.
enum TargetSection: String, Sendable, CaseIterable {
  case top = ""
  case arithmetic
  case budgets
  case costs
  case topology
  case link
  case chip
}

typealias TargetPath<Value> = WritableKeyPath<Target, Value> & Sendable

extension TargetField {
  static func integer(
    _ section: TargetSection, _ key: String, _ path: any TargetPath<Int>, _ range: ClosedRange<Int>,
    orUnlimited: Bool = false, unit: String, _ meaning: String
  ) -> TargetField {
    TargetField(
      section: section, key: key, kind: .integer(range, orUnlimited: orUnlimited), unit: unit, meaning: meaning,
      value: { .integer($0[keyPath: path]) },
      store: { if case .integer(let value) = $1 { $0[keyPath: path] = value } })
  }

  static func choice(
    _ section: TargetSection, _ key: String, _ path: any TargetPath<Int>, _ values: [Int], unit: String,
    _ meaning: String
  ) -> TargetField {
    TargetField(
      section: section, key: key, kind: .choice(values), unit: unit, meaning: meaning,
      value: { .integer($0[keyPath: path]) },
      store: { if case .integer(let value) = $1 { $0[keyPath: path] = value } })
  }

  static func words<Word: FileWord>(
    _ section: TargetSection, _ key: String, _ path: any TargetPath<[Word]>, _ meaning: String
  ) -> TargetField {
    TargetField(
      section: section, key: key, kind: .words(Word.allWords), unit: "", meaning: meaning,
      value: { .words($0[keyPath: path].map(\.word)) },
      store: { if case .words(let list) = $1 { $0[keyPath: path] = list.compactMap { Word(word: $0) } } })
  }

  static func span(
    _ section: TargetSection, _ key: String, _ path: any TargetPath<ClosedRange<Int>>,
    _ limits: ClosedRange<Int>, unit: String, _ meaning: String
  ) -> TargetField {
    TargetField(
      section: section, key: key, kind: .span(limits), unit: unit, meaning: meaning,
      value: { .integers([$0[keyPath: path].lowerBound, $0[keyPath: path].upperBound]) },
      store: {
        if case .integers(let list) = $1, list.count == 2, list[0] <= list[1] {
          $0[keyPath: path] = list[0]...list[1]
        }
      })
  }

  static func link(
    _ key: String, _ path: any WritableKeyPath<Link, Int> & Sendable, _ range: ClosedRange<Int>, unit: String,
    _ meaning: String
  ) -> TargetField {
    TargetField(
      section: .link, key: key, kind: .integer(range, orUnlimited: false), unit: unit, meaning: meaning,
      value: { $0.link.map { .integer($0[keyPath: path]) } },
      store: { if case .integer(let value) = $1 { $0.link?[keyPath: path] = value } })
  }

  static func chip(
    _ key: String, _ path: any WritableKeyPath<ChipLimits, Int> & Sendable, _ range: ClosedRange<Int>,
    orUnlimited: Bool = false, unit: String, _ meaning: String
  ) -> TargetField {
    TargetField(
      section: .chip, key: key, kind: .integer(range, orUnlimited: orUnlimited), unit: unit, meaning: meaning,
      value: { $0.chip.map { .integer($0[keyPath: path]) } },
      store: { if case .integer(let value) = $1 { $0.chip?[keyPath: path] = value } })
  }

  static func chip(
    _ key: String, _ path: any WritableKeyPath<ChipLimits, ClosedRange<Int>> & Sendable, _ limits: ClosedRange<Int>,
    unit: String, _ meaning: String
  ) -> TargetField {
    TargetField(
      section: .chip, key: key, kind: .span(limits), unit: unit, meaning: meaning,
      value: { $0.chip.map { .integers([$0[keyPath: path].lowerBound, $0[keyPath: path].upperBound]) } },
      store: {
        if case .integers(let list) = $1, list.count == 2, list[0] <= list[1] {
          $0.chip?[keyPath: path] = list[0]...list[1]
        }
      })
  }

  static func chip<Word: FileWord>(
    _ key: String, _ path: any WritableKeyPath<ChipLimits, Word> & Sendable, _ meaning: String
  ) -> TargetField {
    TargetField(
      section: .chip, key: key, kind: .word(Word.allWords), unit: "", meaning: meaning,
      value: { $0.chip.map { .text($0[keyPath: path].word) } },
      store: { if case .text(let text) = $1, let word = Word(word: text) { $0.chip?[keyPath: path] = word } })
  }

  /// The same key, of which targets with the section `chip` know nothing.
  var ofGrids: TargetField {
    let value = value
    return TargetField(
      section: section, key: key, kind: kind, unit: unit, meaning: meaning, isOfGrids: true,
      value: { $0.chip == nil ? value($0) : nil }, store: store)
  }

  static func text(_ key: String, _ kind: FieldKind, _ path: any TargetPath<String>, _ meaning: String) -> TargetField {
    TargetField(
      section: .top, key: key, kind: kind, unit: "", meaning: meaning,
      value: { .text($0[keyPath: path]) },
      store: { if case .text(let text) = $1 { $0[keyPath: path] = text } })
  }
}

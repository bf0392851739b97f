import Targets
import Yams

/// A mapping of a model file: keys in order, known ones only.
struct ModelMapping {
  let yaml: YAMLText
  let path: String
  let place: TargetLocation
  private let mapping: Node.Mapping

  /// Takes a node as a mapping.
  ///
  /// - Parameter path: what stands before its keys in messages, for example `layers[2]`.
  init(_ node: Node, path: String, yaml: YAMLText) throws(TrainingRunsError) {
    self.yaml = yaml
    self.path = path
    place = yaml.place(of: node)
    guard let mapping = node.mapping else {
      throw .notAllowed(
        place, key: path.isEmpty ? "the file" : path, value: node.kindInWords, allowed: "a mapping of keys")
    }
    self.mapping = mapping
  }

  /// Throws the first key that is not among those allowed here.
  func check(_ known: [String]) throws(TrainingRunsError) {
    for (key, _) in mapping {
      guard let word = key.scalar?.string, known.contains(word) else {
        throw .unknownKey(
          yaml.place(of: key), key: name(key.shown), nearest: Spelling.nearest(to: key.shown, among: known),
          allowed: known)
      }
    }
  }

  /// A key with what stands before it.
  func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func node(_ key: String) -> Node? { mapping.first { $0.key.scalar?.string == key }?.value }

  /// The text of a scalar; nil where the key is not there.
  func text(_ key: String, allowed: String) throws(TrainingRunsError) -> String? {
    guard let node = node(key) else { return nil }
    guard let scalar = node.scalar, !(scalar.string.isEmpty && scalar.style == .plain) else {
      throw .notAllowed(yaml.place(of: node), key: name(key), value: node.kindInWords, allowed: allowed)
    }
    return scalar.string
  }

  func integer(_ key: String, _ range: ClosedRange<Int>) throws(TrainingRunsError) -> Int? {
    let allowed = "\(range.lowerBound) to \(range.upperBound)"
    guard let text = try text(key, allowed: allowed) else { return nil }
    guard let number = Int(text), range.contains(number) else { throw problem(key, text, allowed: allowed) }
    return number
  }

  func number(_ key: String, _ range: ClosedRange<Double>, allowed: String) throws(TrainingRunsError) -> Double? {
    guard let text = try text(key, allowed: allowed) else { return nil }
    guard let number = NumberForm.number(text), range.contains(number) else {
      throw problem(key, text, allowed: allowed)
    }
    return number
  }

  func flag(_ key: String) throws(TrainingRunsError) -> Bool? {
    switch try text(key, allowed: "true or false") {
    case nil: return nil
    case "true": return true
    case "false": return false
    case let text?: throw problem(key, text, allowed: "true or false")
    }
  }

  func word(_ key: String, of words: [String]) throws(TrainingRunsError) -> String? {
    let allowed = WordList.text(words)
    guard let text = try text(key, allowed: allowed) else { return nil }
    guard words.contains(text) else {
      let nearest = Spelling.nearest(to: text, among: words).map { "; did you mean '\($0)'?" } ?? ""
      throw problem(key, text, allowed: allowed + nearest)
    }
    return text
  }

  /// Words of a list; a word alone is a list of one.
  func words(_ key: String, of words: [String]) throws(TrainingRunsError) -> [String] {
    guard let node = node(key) else { return [] }
    let allowed = "a list of " + WordList.text(words)
    guard let sequence = node.sequence else {
      return try word(key, of: words).map { [$0] } ?? []
    }
    guard sequence.count <= words.count else {
      throw .notAllowed(
        yaml.place(of: node), key: name(key), value: "a list of \(sequence.count) words", allowed: allowed)
    }
    var found: [String] = []
    for element in sequence {
      guard let word = element.scalar?.string, words.contains(word) else {
        throw .notAllowed(yaml.place(of: element), key: name(key), value: element.shown, allowed: allowed)
      }
      found.append(word)
    }
    return found
  }

  /// A value as a word, or as a mapping with `kind` and parameters.
  func written(_ key: String, allowed: String) throws(TrainingRunsError) -> WrittenValue? {
    guard let node = node(key) else { return nil }
    guard node.mapping != nil else { return try text(key, allowed: allowed).map(WrittenValue.init(parsing:)) }
    let inner = try ModelMapping(node, path: name(key), yaml: yaml)
    guard let kind = try inner.text("kind", allowed: allowed) else {
      throw .missingKey(inner.place, key: inner.name("kind"), allowed: allowed)
    }
    var parameters: [WrittenValue.Parameter] = []
    for (name, value) in inner.mapping where name.scalar?.string != "kind" {
      guard let word = name.scalar?.string, let text = value.scalar?.string else {
        throw .notAllowed(
          yaml.place(of: value), key: inner.name(name.shown), value: value.kindInWords, allowed: "a number or a word")
      }
      parameters.append(.init(name: word, text: text))
    }
    return WrittenValue(kind, parameters)
  }

  /// A value that is not allowed, at its place.
  func problem(_ key: String, _ value: String, allowed: String) -> TrainingRunsError {
    .notAllowed(
      node(key).map { yaml.place(of: $0) } ?? place, key: name(key), value: "'\(TrainingRunsError.shown(value))'",
      allowed: allowed)
  }
}

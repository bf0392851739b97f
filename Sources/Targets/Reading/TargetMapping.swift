import Yams

/// A mapping of a target file whose keys are all known.
struct TargetMapping {
  let yaml: YAMLText
  /// Where its first key stands.
  let place: TargetLocation
  private let mapping: Node.Mapping

  /// Takes a node as a mapping; refuses other nodes, keys that are no words and unknown keys.
  init(_ node: Node, path: String, known: [String], yaml: YAMLText) throws(TargetError) {
    self.yaml = yaml
    place = yaml.place(of: node)
    guard let mapping = node.mapping else {
      throw .wrongType(
        place, key: path.isEmpty ? "the file" : path, found: node.kindInWords,
        allowed: "a mapping of keys: \(known.prefix(3).joined(separator: ", ")), …")
    }
    for (key, _) in mapping {
      guard let word = key.scalar?.string, known.contains(word) else {
        let shown = key.shown
        throw .unknownKey(
          yaml.place(of: key), key: path.isEmpty ? shown : "\(path).\(shown)",
          nearest: Spelling.nearest(to: shown, among: known), allowed: known)
      }
    }
    self.mapping = mapping
  }

  /// The value of a key.
  func node(_ key: String) -> Node? {
    mapping.first { $0.key.scalar?.string == key }?.value
  }

  /// Where the value of `section.key` stands; of a value that a file inherits, where its section or the file begins.
  func place(ofPath path: String) -> TargetLocation {
    var place = place
    var mapping = mapping
    for word in path.split(separator: ".") {
      guard let found = mapping.first(where: { $0.key.scalar?.string == String(word) }) else { break }
      place = yaml.place(of: found.value)
      guard let inner = found.value.mapping else { break }
      // A mapping's own mark is its first key; its name says more.
      place = yaml.place(of: found.key)
      mapping = inner
    }
    return place
  }
}

extension Node {
  /// What kind of node it is, in words that finish "… is".
  package var kindInWords: String {
    switch self {
    case .scalar(let scalar): scalar.string.isEmpty && scalar.style == .plain ? "empty" : "'\(shown)'"
    case .mapping: "a mapping of keys"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }

  /// A scalar's text, or its kind.
  package var shown: String {
    if case .scalar(let scalar) = self, !(scalar.string.isEmpty && scalar.style == .plain) {
      return TargetReader.shown(scalar.string)
    }
    if case .scalar = self { return "empty" }
    return kindInWords
  }
}

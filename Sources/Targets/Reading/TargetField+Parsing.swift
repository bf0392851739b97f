import Yams

extension TargetField {
  /// The value that a node spells, checked against what the key takes.
  func parse(_ node: Node, yaml: YAMLText) throws(TargetError) -> FieldValue {
    let place = yaml.place(of: node)
    // In a list, the element that is wrong by itself says more than the whole.
    if let wrong = node.sequence?.first(where: { !kind.knows($0) }) {
      throw .notAllowed(yaml.place(of: wrong), key: path, value: wrong.shown, allowed: kind.allowed)
    }
    guard let value = shape(of: node) else {
      throw .wrongType(place, key: path, found: node.kindInWords, allowed: kind.allowed)
    }
    guard kind.allows(value) else {
      throw .notAllowed(place, key: path, value: TargetReader.shown(value.description), allowed: kind.allowed)
    }
    return value
  }

  /// The node as the kind of value that the key takes, whatever it is; nil for another kind.
  private func shape(of node: Node) -> FieldValue? {
    switch kind {
    case .flag:
      guard let word = node.plainWord else { return nil }
      return word == "true" ? .flag(true) : word == "false" ? .flag(false) : nil
    case .name, .text, .word:
      guard let scalar = node.scalar, !(scalar.string.isEmpty && scalar.style == .plain) else { return nil }
      return .text(scalar.string)
    case .integer(_, let orUnlimited):
      if orUnlimited && node.plainWord == "unlimited" { return .integer(Budgets.unlimited) }
      return node.integer.map { .integer($0) }
    case .choice:
      return node.integer.map { .integer($0) }
    case .words:
      return node.list { $0.scalar?.string }.map { .words($0) }
    case .integers, .span:
      return node.list { $0.integer }.map { .integers($0) }
    }
  }
}

extension FieldKind {
  /// Whether an element of a list is allowed by itself.
  fileprivate func knows(_ element: Node) -> Bool {
    switch self {
    case .words(let words): element.scalar.map { words.contains($0.string) } ?? false
    case .integers(let values): element.integer.map(values.contains) ?? false
    case .span(let range): element.integer.map(range.contains) ?? false
    default: true
    }
  }
}

extension Node {
  /// The text of a scalar without quotes.
  fileprivate var plainWord: String? {
    guard let scalar, scalar.style == .plain else { return nil }
    return scalar.string
  }

  /// A whole number: decimal or `0x…`, with `_` between digits as one likes; nil beyond 64 bits.
  ///
  /// `Int.max` itself is nil, since it stands for "unlimited" and a number of the file must not.
  fileprivate var integer: Int? {
    guard let word = plainWord, word.utf8.count <= 40, word.utf8.first != UInt8(ascii: "_") else { return nil }
    let digits = word.filter { $0 != "_" }
    let value = digits.hasPrefix("0x") ? UInt32(digits.dropFirst(2), radix: 16).map(Int.init) : Int(digits)
    return value == Int.max ? nil : value
  }

  /// The elements of a sequence; nil where one is of another kind. Longer lists than any key takes are nil too.
  fileprivate func list<Element>(_ element: (Node) -> Element?) -> [Element]? {
    guard let sequence, sequence.count <= 64 else { return nil }
    var result: [Element] = []
    for node in sequence {
      guard let value = element(node) else { return nil }
      result.append(value)
    }
    return result
  }
}

/// The first field in which two values of one type differ, in words.
struct Difference {
  /// The fields on the way to it, the outermost first; elements of `layers` are `layer 1`, `layer 2`, ….
  private(set) var path: [String] = []
  /// The two values of the field.
  private(set) var texts: (own: String, other: String) = ("", "")

  /// nil for equal values.
  init?<Value: Equatable>(_ own: Value, _ other: Value) {
    if own == other || !find(own, other) { return nil }
  }

  /// `batch size`, or `model (layer 1: neurons leak factor)`.
  func words() -> String {
    guard let first = path.first else { return "setting" }
    let rest = path.dropFirst()
    guard let second = rest.first else { return first }
    let inner = rest.dropFirst().joined(separator: " ")
    return inner.isEmpty ? "\(first) (\(second))" : "\(first) (\(second): \(inner))"
  }

  /// Goes to the first field that differs; false where none does.
  private mutating func find(_ own: Any, _ other: Any) -> Bool {
    if "\(own)" == "\(other)" { return false }
    let mirrors = (own: Mirror(reflecting: own), other: Mirror(reflecting: other))
    let children = (own: Array(mirrors.own.children), other: Array(mirrors.other.children))
    switch mirrors.own.displayStyle {
    case .optional?:
      guard let left = children.own.first, let right = children.other.first else { break }
      return find(left.value, right.value)
    case .collection? where children.own.count == children.other.count:
      let name = path.popLast() ?? ""
      for (index, (left, right)) in zip(children.own, children.other).enumerated() {
        path.append("\(name == "layers" ? "layer" : name) \(index + 1)")
        if find(left.value, right.value) { return true }
        path.removeLast()
      }
      return false
    case .collection?:
      let name = path.popLast() ?? ""
      texts = ("\(children.own.count) \(name)", "\(children.other.count) \(name)")
      return true
    case .struct? where !children.own.isEmpty, .tuple?:
      for (left, right) in zip(children.own, children.other) {
        // A connection is known by its fields, and what has no name by what it is in.
        let name = Self.words(left.label ?? ".").filter { $0 != "." }
        let isNamed = !name.isEmpty && name != "connection" && left.label?.first != "."
        if isNamed { path.append(name) }
        if find(left.value, right.value) { return true }
        if isNamed { path.removeLast() }
      }
      return false
    case .enum?:
      let (left, right) = (children.own.first, children.other.first)
      guard let left, let right, left.label == right.label else { break }
      return find(left.value, right.value)
    default: break
    }
    texts = (Self.text(own), Self.text(other))
    return true
  }

  /// A value that has no fields to go into.
  private static func text(_ value: Any) -> String {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional?: return mirror.children.first.map { text($0.value) } ?? "none"
    // A case by its name, without what it carries.
    case .enum?: return words(mirror.children.first?.label ?? "\(value)")
    case .struct?: return words("\(mirror.subjectType)")
    default: return "\(value)"
    }
  }

  /// `batchSize` as `batch size`.
  private static func words(_ label: String) -> String {
    var words = ""
    for character in label {
      if character.isUppercase && !words.isEmpty { words += " " }
      words += character.lowercased()
    }
    return words
  }
}

extension TargetLocation: CustomStringConvertible {
  /// `file:line:column`, or the file alone where there is no line.
  public var description: String { line > 0 ? "\(file):\(line):\(column)" : file }
}

extension TargetError: CustomStringConvertible {
  /// One line: where, what, and what is allowed.
  public var description: String {
    switch self {
    case .syntax(let place, let problem):
      "\(place): not valid YAML: \(problem)"
    case .unsupported(let place, let feature, let advice):
      "\(place): \(feature) cannot be used in a target file; \(advice)"
    case .unknownKey(let place, let key, let nearest, let allowed):
      "\(place): unknown key '\(key)'; "
        + (nearest.map { "did you mean '\($0)'?" } ?? "allowed here: \(allowed.joined(separator: ", "))")
    case .missingKey(let place, let key, let allowed):
      "\(place): key '\(key)' is missing; it takes \(allowed)"
    case .duplicateKey(let place, let key, let firstLine):
      "\(place): key '\(key)' stands twice, first in line \(firstLine); keep one of them"
    case .wrongType(let place, let key, let found, let allowed):
      "\(place): '\(key)' is \(found); it takes \(allowed)"
    case .notAllowed(let place, let key, let value, let allowed):
      "\(place): '\(key)' cannot be \(value); it takes \(allowed)"
    case .inconsistent(let place, let key, let value, let reason):
      "\(place): '\(key)' cannot be \(value): \(reason)"
    case .unknownTarget(let name, let nearest, let shipped):
      "no target '\(name)': neither a file nor one of \(shipped.joined(separator: ", "))"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .unreadable(let path, let reason):
      "cannot read the target file '\(path)': \(reason)"
    case .tooLarge(let file, let limit):
      "\(file): larger than \(limit) bytes; a target file is a few kilobytes"
    }
  }
}

/// A place in a target file.
public struct TargetLocation: Hashable, Sendable {
  /// The path of the file, or a name for a text from elsewhere.
  public var file: String
  /// The line, from 1; 0 where a target did not come from a text.
  public var line: Int
  /// The column in characters, from 1; 0 where a target did not come from a text.
  public var column: Int

  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// Why a target cannot be used.
public enum TargetError: Error, Equatable, Sendable {
  /// The text is no YAML; `problem` is what the YAML parser says.
  case syntax(TargetLocation, problem: String)
  /// The text uses a part of YAML that target files do without.
  case unsupported(TargetLocation, feature: String, advice: String)
  /// A key that the schema does not have.
  case unknownKey(TargetLocation, key: String, nearest: String?, allowed: [String])
  /// A key that must be there; the location is that of the mapping which lacks it.
  case missingKey(TargetLocation, key: String, allowed: String)
  /// A key that stands twice; the location is that of the second.
  case duplicateKey(TargetLocation, key: String, firstLine: Int)
  /// A value of the wrong kind.
  case wrongType(TargetLocation, key: String, found: String, allowed: String)
  /// A value of the right kind that is not allowed.
  case notAllowed(TargetLocation, key: String, value: String, allowed: String)
  /// Values that are allowed each but contradict each other.
  case inconsistent(TargetLocation, key: String, value: String, reason: String)
  /// A name that is neither a shipped target nor a file.
  case unknownTarget(name: String, nearest: String?, shipped: [String])
  /// A file that cannot be read.
  case unreadable(path: String, reason: String)
  /// A text beyond the cap.
  case tooLarge(file: String, limit: Int)
}

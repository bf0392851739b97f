/// Why a workflow cannot be carried out or did not succeed.
public struct WorkflowError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of failure it is, from which a program takes its exit code.
  public enum Kind: Sendable, Equatable {
    /// The request contradicts itself or the files it names.
    case usage
    /// Spikes differ, or the accuracy is below what was asked.
    case comparison
    /// Going on would mean something else than what was asked.
    case refused
    /// Anything else.
    case failure
  }

  public var kind: Kind
  /// One line: what is wrong, where, and what to do.
  public var description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}

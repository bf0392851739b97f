/// What a check found.
public struct ConformanceResult: Sendable, Equatable {
  public let section: ConformanceCheck.Section
  public let rule: String
  public let verdict: Verdict

  public enum Verdict: Sendable, Equatable {
    case passed
    /// What the board did instead.
    case failed(String)
    /// Why nothing could be said.
    case skipped(String)
  }
}

/// Why a check does not pass.
enum ConformanceFailure: Error, Equatable {
  /// The board breaks the rule; what it did instead.
  case broken(String)
  /// The check does not apply to this board or this link.
  case skipped(String)
  /// A line that may lose bytes has lost some of a sound request; what the board said of it.
  case lineDamage(String)
}

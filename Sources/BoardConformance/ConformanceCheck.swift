/// One rule of the protocol that a board is put to.
public struct ConformanceCheck: Sendable {
  /// The heading of firmware-protocol/protocol.md under which the rule stands.
  public let section: Section
  /// The rule in one line, as the protocol's text means it.
  public let rule: String
  let needs: Needs
  let body: @Sendable (ConformanceBench) throws(ConformanceFailure) -> Void

  public enum Section: String, Sendable, CaseIterable {
    case frame = "Frame"
    case requests = "Requests and answers"
    case session = "Session"
    case info = "INFO"
    case flashing = "Flashing"
    case slots = "Activation"
    case signatures = "Signatures"
    case running = "Running"
    case streams = "Streams"
    case restart = "Restart"
  }

  /// What must be there before a check can say anything.
  enum Needs: Sendable {
    /// A board that answers.
    case nothing
    /// A slot that may be written: an empty one, or with consent one that is not active.
    case freeSlot
    /// An active image.
    case activeImage
    /// Consent to lose images: a board that breaks the rule might change its active slot.
    case consent
    /// Consent, and an image that the board can execute.
    case image
  }

  init(
    _ section: Section, _ rule: String, needs: Needs = .nothing,
    _ body: @escaping @Sendable (ConformanceBench) throws(ConformanceFailure) -> Void
  ) {
    self.section = section
    self.rule = rule
    self.needs = needs
    self.body = body
  }

  /// Every check, in the order in which they are made.
  public static let all: [ConformanceCheck] =
    FrameChecks.all + RequestChecks.all + SessionChecks.all + InfoChecks.all + FlashChecks.all + CommitChecks.all
    + SlotChecks.all + SignatureChecks.all + RunChecks.all + InputChecks.all
    + StreamChecks.all + ActivationChecks.all + RestartChecks.all
}

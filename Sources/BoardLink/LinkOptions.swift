/// How patient a session is.
public struct LinkOptions: Sendable, Equatable {
  /// The longest silence after a request.
  public var timeout: Duration
  /// How often a request that does no harm when repeated is sent.
  public var attempts: Int
  /// How long a flash waits for a board that went away to come back.
  public var reconnectTime: Duration
  /// What is added to the silence that a board declares for itself.
  public var margin: Duration

  public init(
    timeout: Duration = .seconds(3), attempts: Int = 3, reconnectTime: Duration = .seconds(2),
    margin: Duration = .seconds(1)
  ) {
    self.timeout = timeout
    self.attempts = max(attempts, 1)
    self.reconnectTime = reconnectTime
    self.margin = margin
  }
}

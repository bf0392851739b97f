/// Something that was asked for and has no effect in the run.
public struct UnusedSetting: Sendable, Hashable, CustomStringConvertible {
  /// The population or the option, as the user wrote it: `output: refractory`, `surrogate`.
  public var setting: String
  /// What was asked for.
  public var value: String
  /// Why nothing comes of it.
  public var reason: String

  public init(_ setting: String, _ value: String, because reason: String) {
    self.setting = setting
    self.value = value
    self.reason = reason
  }

  public var description: String { "\(setting) \(value) has no effect: \(reason)" }
}

import BoardCore

/// How virtual boards are served over USB/IP.
public struct USBIPOptions: Sendable, Equatable {
  /// Where the server listens; only this machine can reach the default.
  public var address = ServerAddress.local
  public var speed = USBSpeed.high
  /// Boards, each a USB device of its own: 1 to 127.
  public var count = 1
  /// nil: the target's name. Several boards have a number behind it.
  public var serial: String?
  /// The folder of slots and metadata; several boards have folders of their serials in it. nil: nothing is kept.
  public var storeFolder: String?

  /// Whose images the boards take, from their first start on.
  public var keys = PinnedKeys()

  public init() {}
}

import BoardCore
import BoardLink

/// How a virtual board is served.
public struct VirtualBoardOptions: Sendable, Equatable {
  /// nil: the serial with `.sock` in the default folder.
  public var socketPath: String?
  /// The folder of slots and metadata; nil: they are gone when the board stops.
  public var storeFolder: String?
  /// nil: the target's name and the first free number.
  public var serial: String?
  /// Whose images the board takes, from its first start on; a board whose store holds something keeps what it has.
  public var keys: PinnedKeys
  /// Where sockets go that have no path of their own.
  public var socketFolder: String

  public init(
    socketPath: String? = nil, storeFolder: String? = nil, serial: String? = nil,
    keys: PinnedKeys = PinnedKeys(), socketFolder: String = DeviceDirectory.defaultFolder
  ) {
    self.socketPath = socketPath
    self.storeFolder = storeFolder
    self.serial = serial
    self.keys = keys
    self.socketFolder = socketFolder
  }
}

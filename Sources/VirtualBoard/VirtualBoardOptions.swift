import BoardLink

/// How a virtual board is served.
public struct VirtualBoardOptions: Sendable, Equatable {
  /// nil: the serial with `.sock` in the default folder.
  public var socketPath: String?
  /// The folder of slots and metadata; nil: they are gone when the board stops.
  public var storeFolder: String?
  /// nil: the target's name and the first free number.
  public var serial: String?
  /// Where sockets go that have no path of their own.
  public var socketFolder: String

  public init(
    socketPath: String? = nil, storeFolder: String? = nil, serial: String? = nil,
    socketFolder: String = DeviceDirectory.defaultFolder
  ) {
    self.socketPath = socketPath
    self.storeFolder = storeFolder
    self.serial = serial
    self.socketFolder = socketFolder
  }
}

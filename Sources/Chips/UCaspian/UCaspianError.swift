/// Why the core cannot go on.
public enum UCaspianError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A byte that begins no packet: from here on the core and its host would not agree where packets begin.
  case unknownPacket(UInt8)

  public var description: String {
    switch self {
    case .unknownPacket(let byte):
      "\(byte) begins no packet of the uCaspian core; packets begin with 1, 2, 4, 5, 8, 16, 17 or 128–255"
    }
  }
}

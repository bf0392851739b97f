/// Why a core or its configuration cannot be used.
public enum UCaspianError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A byte that begins no packet: from here on the core and its host would not agree where packets begin.
  case unknownPacket(UInt8)
  /// A register that the core's sources do not name.
  case unknownMetric(UInt8)
  /// A configuration that this program does not write; the offset of the packet.
  case configuration(offset: Int, problem: String)
  /// A mapping or network that is not laid out for this core.
  case notThisFamilys

  public var description: String {
    switch self {
    case .unknownPacket(let byte):
      "\(byte) begins no packet of the uCaspian core; packets begin with 0, 1, 2, 4, 5, 8, 16, 17 or 128–255"
    case .unknownMetric(let register):
      "metric \(register) of the uCaspian core is not known; leave the request out"
    case .configuration(let offset, let problem):
      "the configuration at byte \(offset): \(problem)"
    case .notThisFamilys:
      "the network is not laid out for the uCaspian core; map it for a target of the family ucaspian"
    }
  }
}

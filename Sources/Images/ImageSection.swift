import ImageFormat

/// A section that is about to be written.
public struct ImageSection: Sendable, Equatable {
  public var kind: FourCharacterCode
  /// Whether devices skip it.
  public var isForHost: Bool
  public var bytes: [UInt8]

  public init(kind: FourCharacterCode, isForHost: Bool = false, bytes: [UInt8]) {
    self.kind = kind
    self.isForHost = isForHost
    self.bytes = bytes
  }
}

/// The end of INFO since protocol 1.2: what the board can, and whose images it takes.
public struct BoardSecurity: Equatable, Sendable {
  public static var byteCount: Int { 48 }
  public static var maximumKeys: Int { 4 }

  /// Keys that are pinned, 0–4; the board is locked where there is one.
  public var keyCount: UInt8 = 0
  public var flags: Flags = []
  /// The least rollback counter that a locked board takes.
  public var rollbackCounter: UInt64 = 0
  private var key0: UInt64 = 0
  private var key1: UInt64 = 0
  private var key2: UInt64 = 0
  private var key3: UInt64 = 0

  public init() {}

  public struct Flags: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    @inlinable
    public init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    /// The firmware can verify signatures; without it a board cannot be locked.
    public static var canVerifySignatures: Self { Self(rawValue: 1) }
    /// STREAM is offered.
    public static var canStream: Self { Self(rawValue: 2) }
  }

  /// The identifier of pinned key `index`, 0–3; 0 where there is none.
  public subscript(key index: Int) -> KeyIdentifier {
    get {
      switch index {
      case 0: KeyIdentifier(rawValue: key0)
      case 1: KeyIdentifier(rawValue: key1)
      case 2: KeyIdentifier(rawValue: key2)
      default: KeyIdentifier(rawValue: key3)
      }
    }
    set {
      switch index {
      case 0: key0 = newValue.rawValue
      case 1: key1 = newValue.rawValue
      case 2: key2 = newValue.rawValue
      default: key3 = newValue.rawValue
      }
    }
  }

  init(from reader: inout WireReader) throws(WireError) {
    keyCount = try reader.u8()
    flags = Flags(rawValue: try reader.u8())
    try reader.skip(6)
    for index in 0..<Self.maximumKeys { self[key: index] = KeyIdentifier(rawValue: try reader.u64()) }
    rollbackCounter = try reader.u64()
  }

  func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(keyCount)
    try writer.u8(flags.rawValue)
    try writer.zeros(6)
    for index in 0..<Self.maximumKeys { try writer.u64(self[key: index].rawValue) }
    try writer.u64(rollbackCounter)
  }
}

import FixedPoint

/// What a board says about itself: the answer to GET_INFO, and the larger part of HELLO's.
public struct BoardInfo: WireMessage, Equatable {
  public static var type: MessageType { .infoAnswer }
  public static var maximumSlots: Int { 4 }

  /// The protocol's major versions that the board speaks.
  public var minimumMajor: UInt8 = 1
  public var maximumMajor: UInt8 = 1
  /// The minor version of the greatest major.
  public var minor: UInt8 = ProtocolVersion.minor
  public var flags: Flags = []
  /// Four letters, the image's family.
  public var family: UInt32 = 0
  public var hardwareRevision: UInt32 = 0
  /// major · 65536 + minor · 256 + patch.
  public var firmwareVersion: UInt32 = 0
  /// The longest payload that the board takes and sends.
  public var maximumPayload: UInt32 = 0
  /// Requests that may be unanswered at a time.
  public var window: UInt16 = 1
  public var slotCount: UInt8 = 0
  /// 255: none.
  public var activeSlot: UInt8 = 255
  public var slotBytes: UInt64 = 0
  /// WRITE's offsets are multiples of it.
  public var chunkBytes: UInt32 = 0
  /// The longest time without progress while erasing, and while committing or activating.
  public var eraseMilliseconds: UInt32 = 0
  public var commitMilliseconds: UInt32 = 0
  /// Input spikes that fit between two ticks executed.
  public var inputSpikes: UInt32 = 0
  /// The most ticks in one RUN.
  public var maximumTicks: UInt32 = 0
  public var bootIdentifier: UInt64 = 0
  /// SHA-256 of the target's canonical description.
  public var targetDigest = Digest()
  public var targetName = WireText()
  public var serial = WireText()
  public var slot0 = SlotInfo()
  public var slot1 = SlotInfo()
  public var slot2 = SlotInfo()
  public var slot3 = SlotInfo()
  /// nil for boards of protocol 1.0 and 1.1, whose INFO ends before it.
  public var security: BoardSecurity?

  public init() {}

  public struct Flags: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    @inlinable
    public init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    /// Only signed images are taken, and no data are read back.
    public static var locked: Self { Self(rawValue: 1) }
    /// A host holds the session.
    public static var inSession: Self { Self(rawValue: 2) }
    /// The active slot is on trial.
    public static var unconfirmed: Self { Self(rawValue: 4) }
  }

  /// Slot `index`, 0–3; slots that the board doesn't have are empty.
  public subscript(slot index: Int) -> SlotInfo {
    get {
      switch index {
      case 0: slot0
      case 1: slot1
      case 2: slot2
      default: slot3
      }
    }
    set {
      switch index {
      case 0: slot0 = newValue
      case 1: slot1 = newValue
      case 2: slot2 = newValue
      default: slot3 = newValue
      }
    }
  }

  public init(from reader: inout WireReader) throws(WireError) {
    minimumMajor = try reader.u8()
    maximumMajor = try reader.u8()
    minor = try reader.u8()
    flags = Flags(rawValue: try reader.u8())
    family = try reader.u32()
    hardwareRevision = try reader.u32()
    firmwareVersion = try reader.u32()
    maximumPayload = try reader.u32()
    window = try reader.u16()
    slotCount = try reader.u8()
    activeSlot = try reader.u8()
    slotBytes = try reader.u64()
    chunkBytes = try reader.u32()
    eraseMilliseconds = try reader.u32()
    commitMilliseconds = try reader.u32()
    inputSpikes = try reader.u32()
    maximumTicks = try reader.u32()
    try reader.skip(4)
    bootIdentifier = try reader.u64()
    targetDigest = try reader.digest()
    targetName = try WireText(from: &reader)
    serial = try WireText(from: &reader)
    for index in 0..<Self.maximumSlots { self[slot: index] = try SlotInfo(from: &reader) }
    security = reader.remaining >= BoardSecurity.byteCount ? try BoardSecurity(from: &reader) : nil
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(minimumMajor)
    try writer.u8(maximumMajor)
    try writer.u8(minor)
    try writer.u8(flags.rawValue)
    try writer.u32(family)
    try writer.u32(hardwareRevision)
    try writer.u32(firmwareVersion)
    try writer.u32(maximumPayload)
    try writer.u16(window)
    try writer.u8(slotCount)
    try writer.u8(activeSlot)
    try writer.u64(slotBytes)
    try writer.u32(chunkBytes)
    try writer.u32(eraseMilliseconds)
    try writer.u32(commitMilliseconds)
    try writer.u32(inputSpikes)
    try writer.u32(maximumTicks)
    try writer.zeros(4)
    try writer.u64(bootIdentifier)
    try writer.digest(targetDigest)
    try targetName.write(to: &writer)
    try serial.write(to: &writer)
    for index in 0..<Self.maximumSlots { try self[slot: index].write(to: &writer) }
    if let security { try security.write(to: &writer) }
  }
}

/// What a slot holds.
public struct SlotInfo: Equatable, Sendable {
  public var state: SlotState = .empty
  /// The size of the image, whole or not.
  public var size: UInt64 = 0
  /// The image's SHA-256.
  public var digest = Digest()

  public init() {}

  public init(state: SlotState, size: UInt64, digest: Digest) {
    self.state = state
    self.size = size
    self.digest = digest
  }

  init(from reader: inout WireReader) throws(WireError) {
    let at = reader.offset
    let number = try reader.u8()
    guard let state = SlotState(rawValue: number) else {
      throw .invalidValue(offset: UInt32(truncatingIfNeeded: at), value: UInt64(number))
    }
    self.state = state
    try reader.skip(7)
    size = try reader.u64()
    digest = try reader.digest()
  }

  func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(state.rawValue)
    try writer.zeros(7)
    try writer.u64(size)
    try writer.digest(digest)
  }
}

/// How far a slot is.
public enum SlotState: UInt8, Sendable, CaseIterable {
  case empty = 0
  /// An image is being received.
  case receiving = 1
  /// The image's hash was read back from storage and is right.
  case verified = 2
}

import FixedPoint
import WireProtocol

/// What a board says about itself, in a host's types.
public struct BoardDescription: Sendable, Equatable {
  public let serial: String
  public let targetName: String
  /// SHA-256 of the target's canonical description.
  public let targetDigest: Digest
  /// Four letters, such as `MESH`.
  public let family: String
  /// Such as `1.0.0`.
  public let firmwareVersion: String
  /// Such as `1.0`; the greatest that the board speaks.
  public let protocolVersion: String
  public let hardwareRevision: UInt32
  /// Whether the board takes only signed images.
  public let isLocked: Bool
  /// Whether its firmware can verify signatures; without it a board cannot be locked.
  public let canVerifySignatures: Bool
  /// Whether it offers streams.
  public let canStream: Bool
  /// The keys that are pinned.
  public let keys: [KeyIdentifier]
  /// The least rollback counter that a locked board takes.
  public let rollbackCounter: UInt64
  /// Whether a host holds the session.
  public let isInSession: Bool
  /// Whether the active slot is confirmed.
  public let isConfirmed: Bool
  public let slotBytes: UInt64
  public let activeSlot: Int?
  public let slots: [SlotInfo]
  public let bootIdentifier: UInt64
  public let maximumPayload: Int
  public let window: Int

  public init(_ info: BoardInfo) {
    serial = info.serial.string
    targetName = info.targetName.string
    targetDigest = info.targetDigest
    family = String(
      decoding: (0..<4).map { UInt8(truncatingIfNeeded: info.family >> UInt32(8 * $0)) }, as: UTF8.self)
    let firmware = info.firmwareVersion
    firmwareVersion = "\(firmware >> 16).\(firmware >> 8 & 255).\(firmware & 255)"
    protocolVersion = "\(info.maximumMajor).\(info.minor)"
    hardwareRevision = info.hardwareRevision
    isLocked = info.flags.contains(.locked)
    // Boards of earlier protocols say nothing of it.
    let security = info.security ?? BoardSecurity()
    canVerifySignatures = security.flags.contains(.canVerifySignatures)
    canStream = security.flags.contains(.canStream)
    keys = (0..<min(Int(security.keyCount), BoardSecurity.maximumKeys)).map { security[key: $0] }
    rollbackCounter = security.rollbackCounter
    isInSession = info.flags.contains(.inSession)
    isConfirmed = !info.flags.contains(.unconfirmed)
    slotBytes = info.slotBytes
    activeSlot = info.activeSlot < info.slotCount ? Int(info.activeSlot) : nil
    slots = (0..<min(Int(info.slotCount), BoardInfo.maximumSlots)).map { info[slot: $0] }
    bootIdentifier = info.bootIdentifier
    maximumPayload = Int(info.maximumPayload)
    window = Int(info.window)
  }
}

extension WireText {
  /// The text; bytes that are no UTF-8 become replacement characters.
  public var string: String { String(decoding: (0..<Int(length)).map { self[$0] }, as: UTF8.self) }

  /// The first 31 bytes of a text.
  public init(_ string: String) {
    self = Array(string.utf8).withUnsafeBytes { WireText(utf8: $0) }
  }
}

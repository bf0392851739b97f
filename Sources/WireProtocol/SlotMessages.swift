/// ACTIVATE: a verified slot becomes the active one.
public struct Activate: WireMessage, Equatable {
  public static var type: MessageType { .activate }
  public var slot: UInt8
  public var mode: Mode

  public enum Mode: UInt8, Sendable, CaseIterable {
    /// On trial: without CONFIRM the board goes back to the slot before after a few starts.
    case test = 0
    /// For good.
    case permanent = 1
  }

  public init(slot: UInt8, mode: Mode) {
    self.slot = slot
    self.mode = mode
  }

  public init(from reader: inout WireReader) throws(WireError) {
    slot = try reader.u8()
    let number = try reader.u8()
    guard let mode = Mode(rawValue: number) else {
      throw .invalidValue(offset: 1, value: UInt64(number))
    }
    self.mode = mode
    try reader.skip(6)
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(slot)
    try writer.u8(mode.rawValue)
    try writer.zeros(6)
  }
}

/// The answer to ACTIVATE, CONFIRM and ROLLBACK: which slot is active now.
public protocol ActiveSlotAnswer: WireMessage {
  /// 255: none.
  var activeSlot: UInt8 { get set }
  var isConfirmed: Bool { get set }
  init(activeSlot: UInt8, isConfirmed: Bool)
}

extension ActiveSlotAnswer {
  public init(from reader: inout WireReader) throws(WireError) {
    self.init(activeSlot: try reader.u8(), isConfirmed: try reader.u8() != 0)
    try reader.skip(6)
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(activeSlot)
    try writer.u8(isConfirmed ? 1 : 0)
    try writer.zeros(6)
  }
}

public struct ActivateAnswer: ActiveSlotAnswer, Equatable {
  public static var type: MessageType { .activateAnswer }
  public var activeSlot: UInt8
  public var isConfirmed: Bool

  public init(activeSlot: UInt8, isConfirmed: Bool) {
    self.activeSlot = activeSlot
    self.isConfirmed = isConfirmed
  }
}

/// CONFIRM: the active slot stays. Refused when the board has started anew since the host looked.
public struct Confirm: WireMessage, Equatable {
  public static var type: MessageType { .confirm }
  public var bootIdentifier: UInt64

  public init(bootIdentifier: UInt64) {
    self.bootIdentifier = bootIdentifier
  }

  public init(from reader: inout WireReader) throws(WireError) {
    bootIdentifier = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u64(bootIdentifier)
  }
}

public struct ConfirmAnswer: ActiveSlotAnswer, Equatable {
  public static var type: MessageType { .confirmAnswer }
  public var activeSlot: UInt8
  public var isConfirmed: Bool

  public init(activeSlot: UInt8, isConfirmed: Bool) {
    self.activeSlot = activeSlot
    self.isConfirmed = isConfirmed
  }
}

/// ROLLBACK: the slot that was active before becomes active again.
public struct Rollback: EmptyWireMessage, Equatable {
  public static var type: MessageType { .rollback }
  public init() {}
}

public struct RollbackAnswer: ActiveSlotAnswer, Equatable {
  public static var type: MessageType { .rollbackAnswer }
  public var activeSlot: UInt8
  public var isConfirmed: Bool

  public init(activeSlot: UInt8, isConfirmed: Bool) {
    self.activeSlot = activeSlot
    self.isConfirmed = isConfirmed
  }
}

/// RESET: the board starts anew after its answer has left.
public struct Reset: EmptyWireMessage, Equatable {
  public static var type: MessageType { .reset }
  public init() {}
}

/// The answer to RESET, with the identifier of the start that ends here.
public struct ResetAnswer: WireMessage, Equatable {
  public static var type: MessageType { .resetAnswer }
  public var bootIdentifier: UInt64

  public init(bootIdentifier: UInt64) {
    self.bootIdentifier = bootIdentifier
  }

  public init(from reader: inout WireReader) throws(WireError) {
    bootIdentifier = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u64(bootIdentifier)
  }
}

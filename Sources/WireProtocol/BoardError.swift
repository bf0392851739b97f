/// ERROR: why a board does not do what it was asked.
public struct BoardError: WireMessage, Error, Equatable {
  public static var type: MessageType { .error }
  /// A `BoardErrorCode` number; unknown ones of later versions parse.
  public var code: UInt16
  /// Whether the same request may succeed later, and when.
  public var isRetryable: Bool
  public var retryAfterMilliseconds: UInt32
  /// What stood in the request or was expected; the codes say what.
  public var detail: UInt32
  public var offset: UInt64

  public init(
    _ code: BoardErrorCode, detail: UInt32 = 0, offset: UInt64 = 0, isRetryable: Bool = false,
    retryAfterMilliseconds: UInt32 = 0
  ) {
    self.code = code.rawValue
    self.detail = detail
    self.offset = offset
    self.isRetryable = isRetryable
    self.retryAfterMilliseconds = retryAfterMilliseconds
  }

  /// The code; nil where this version does not know it.
  public var knownCode: BoardErrorCode? { BoardErrorCode(rawValue: code) }

  public init(from reader: inout WireReader) throws(WireError) {
    code = try reader.u16()
    isRetryable = try reader.u8() & 1 != 0
    try reader.skip(1)
    retryAfterMilliseconds = try reader.u32()
    detail = try reader.u32()
    try reader.skip(4)
    offset = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u16(code)
    try writer.u8(isRetryable ? 1 : 0)
    try writer.zeros(1)
    try writer.u32(retryAfterMilliseconds)
    try writer.u32(detail)
    try writer.zeros(4)
    try writer.u64(offset)
  }
}

/// The numbers of BoardError; `detail` and `offset` are 0 where nothing is said.
public enum BoardErrorCode: UInt16, Sendable, CaseIterable {
  /// The payload is not the message its type says; offset: where.
  case malformed = 1
  /// detail: the type.
  case unknownType = 2
  /// Another session's frame, or none is open; detail: the session in progress.
  case noSession = 3
  /// No common protocol version; detail: minimum · 256 + maximum of the board.
  case version = 4
  /// Another host holds the session.
  case twoHosts = 5
  case headerChecksum = 6
  case payloadChecksum = 7
  /// detail: the board's maximum payload.
  case tooLong = 8
  /// Executing requests come one after the other; detail: the sequence expected.
  case outOfSequence = 9
  /// The board is at work on something that excludes it.
  case busy = 10

  /// The slot is in use; detail: the slot.
  case slotActive = 16
  /// detail: the slot.
  case noSuchSlot = 17
  /// detail: the slot's size in KiB; offset: the slot's size.
  case oversize = 18
  /// detail: the board's family.
  case wrongFamily = 19
  /// The image was made for another target. detail 1: its manifest excludes the board's hardware revision,
  /// which is the offset.
  case wrongTarget = 20
  /// detail: a `SignatureFault`.
  case badSignature = 21
  /// offset: the least counter that is taken; detail: the same, at most 2^32 − 1.
  case rollbackCounter = 22
  /// offset: the end of what may be named.
  case outOfRange = 23
  /// detail: the chunk.
  case misaligned = 24
  /// No BEGIN before it.
  case notReceiving = 25
  /// offset: the first byte that is missing.
  case missingRanges = 26
  /// What the storage holds is not what was announced.
  case hashMismatch = 27
  /// detail: the slot.
  case notVerified = 28
  /// The bytes are no image this board can execute; offset: where the fault is.
  case badImage = 29
  /// The board is locked. PROVISION, detail: 0 without a signature, 3 with one of no pinned key.
  case locked = 30
  /// The storage could not be written or read; detail: the platform's number.
  case storage = 31
  /// CONFIRM of another start of the board.
  case otherBoot = 32
  /// No verified slot to go back to.
  case nothingToRollBack = 33
  /// detail: KiB needed; the image needs more memory than the board has.
  case memory = 34
  /// More outputs than the board can send; detail: how many it can.
  case tooManyOutputs = 35
  /// This firmware cannot do it: it does not verify signatures.
  case notSupported = 36
  /// PROVISION: detail: how many keys can be pinned, and are.
  case tooManyKeys = 37

  /// No slot is active.
  case noActiveImage = 48
  /// The tick has been executed; detail: the tick; offset: the spike's place.
  case lateTick = 49
  /// Spikes ascend by tick, then index; offset: the spike's place.
  case unorderedSpikes = 50
  /// A second spike of a line in one tick; detail: the line; offset: the spike's place.
  case duplicateSpike = 51
  /// detail: the line; offset: the spike's place.
  case inputOutOfRange = 52
  /// A spike of count 0; detail: the line; offset: the spike's place.
  case emptySpike = 53
  /// detail: how many can wait.
  case inputOverflow = 54
  /// detail: the most ticks a RUN takes.
  case tooManyTicks = 55
  /// detail: the core.
  case noSuchCore = 56
  /// STREAM_IN without a stream.
  case notStreaming = 57
}

import FixedPoint

/// BEGIN: an image of this size and hash is going to be written.
///
/// With the size and hash of what the slot already receives or holds, nothing is erased and the
/// answer tells what need not be sent again.
public struct Begin: WireMessage, Equatable {
  public static var type: MessageType { .begin }
  /// 255: a slot that is not active, of the board's choice.
  public static var anySlot: UInt8 { 255 }

  public var slot: UInt8
  public var family: UInt32
  public var size: UInt64
  /// SHA-256 of the whole image.
  public var digest: Digest
  /// SHA-256 of the target's canonical description, as the image's header has it.
  public var targetDigest: Digest
  /// Bytes of an `ImageManifest` behind the fixed part: 144, or 0 for none.
  public var manifestBytes: UInt32

  public init(
    slot: UInt8, family: UInt32, size: UInt64, digest: Digest, targetDigest: Digest, manifestBytes: UInt32 = 0
  ) {
    self.slot = slot
    self.family = family
    self.size = size
    self.digest = digest
    self.targetDigest = targetDigest
    self.manifestBytes = manifestBytes
  }

  public init(from reader: inout WireReader) throws(WireError) {
    slot = try reader.u8()
    try reader.skip(3)
    family = try reader.u32()
    size = try reader.u64()
    digest = try reader.digest()
    targetDigest = try reader.digest()
    manifestBytes = try reader.u32()
    try reader.expectRemaining(UInt64(manifestBytes))
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(slot)
    try writer.zeros(3)
    try writer.u32(family)
    try writer.u64(size)
    try writer.digest(digest)
    try writer.digest(targetDigest)
    try writer.u32(manifestBytes)
  }
}

/// The answer to BEGIN; `rangeCount` ranges of (offset u64, length u64) that are held follow it.
public struct BeginAnswer: WireMessage, Equatable {
  public static var type: MessageType { .beginAnswer }
  public static var rangeBytes: Int { 16 }
  public static var maximumRanges: Int { 64 }

  public var slot: UInt8
  public var state: SlotState
  public var rangeCount: UInt16
  public var chunkBytes: UInt32

  public init(slot: UInt8, state: SlotState, rangeCount: UInt16, chunkBytes: UInt32) {
    self.slot = slot
    self.state = state
    self.rangeCount = rangeCount
    self.chunkBytes = chunkBytes
  }

  public init(from reader: inout WireReader) throws(WireError) {
    slot = try reader.u8()
    let number = try reader.u8()
    guard let state = SlotState(rawValue: number) else {
      throw .invalidValue(offset: 1, value: UInt64(number))
    }
    self.state = state
    rangeCount = try reader.u16()
    chunkBytes = try reader.u32()
    try reader.expectRemaining(UInt64(rangeCount) * UInt64(Self.rangeBytes))
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(slot)
    try writer.u8(state.rawValue)
    try writer.u16(rangeCount)
    try writer.u32(chunkBytes)
  }
}

/// WRITE: bytes of the image; the data follow the fixed part. Writing them twice does no harm.
public struct Write: WireMessage, Equatable {
  public static var type: MessageType { .write }
  public static var headerBytes: Int { 8 }
  /// A multiple of the board's chunk.
  public var offset: UInt64

  public init(offset: UInt64) {
    self.offset = offset
  }

  public init(from reader: inout WireReader) throws(WireError) {
    offset = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u64(offset)
  }
}

/// The answer to WRITE: what is held by now.
public struct WriteAnswer: WireMessage, Equatable {
  public static var type: MessageType { .writeAnswer }
  /// Every byte below it is held.
  public var cumulative: UInt64
  /// Bit i: the chunk at `cumulative` + i chunks is held. Bit 0 is therefore 0 before the end.
  public var bitmap: UInt64

  public init(cumulative: UInt64, bitmap: UInt64) {
    self.cumulative = cumulative
    self.bitmap = bitmap
  }

  public init(from reader: inout WireReader) throws(WireError) {
    cumulative = try reader.u64()
    bitmap = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u64(cumulative)
    try writer.u64(bitmap)
  }
}

/// COMMIT: reads the whole image back from storage and compares its hash with BEGIN's.
public struct Commit: WireMessage, Equatable {
  public static var type: MessageType { .commit }
  public var digest: Digest

  public init(digest: Digest) {
    self.digest = digest
  }

  public init(from reader: inout WireReader) throws(WireError) {
    digest = try reader.digest()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.digest(digest)
  }
}

/// The answer to COMMIT: the slot is verified.
public struct CommitAnswer: WireMessage, Equatable {
  public static var type: MessageType { .commitAnswer }
  public var slot: UInt8
  public var size: UInt64
  /// The hash that was computed over the storage.
  public var digest: Digest

  public init(slot: UInt8, size: UInt64, digest: Digest) {
    self.slot = slot
    self.size = size
    self.digest = digest
  }

  public init(from reader: inout WireReader) throws(WireError) {
    slot = try reader.u8()
    try reader.skip(7)
    size = try reader.u64()
    digest = try reader.digest()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(slot)
    try writer.zeros(7)
    try writer.u64(size)
    try writer.digest(digest)
  }
}

/// ABORT: the slot that is being received becomes empty.
public struct Abort: EmptyWireMessage, Equatable {
  public static var type: MessageType { .abort }
  public init() {}
}

public struct AbortAnswer: EmptyWireMessage, Equatable {
  public static var type: MessageType { .abortAnswer }
  public init() {}
}

/// READBACK: the hash or the data of a range of a slot.
public struct ReadBack: WireMessage, Equatable {
  public static var type: MessageType { .readBack }
  public var slot: UInt8
  public var content: Content
  public var offset: UInt64
  /// For data, at most the maximum payload less 16.
  public var length: UInt64

  public enum Content: UInt8, Sendable, CaseIterable {
    case hash = 0
    case data = 1
  }

  public init(slot: UInt8, content: Content, offset: UInt64, length: UInt64) {
    self.slot = slot
    self.content = content
    self.offset = offset
    self.length = length
  }

  public init(from reader: inout WireReader) throws(WireError) {
    slot = try reader.u8()
    let number = try reader.u8()
    guard let content = Content(rawValue: number) else {
      throw .invalidValue(offset: 1, value: UInt64(number))
    }
    self.content = content
    try reader.skip(6)
    offset = try reader.u64()
    length = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(slot)
    try writer.u8(content.rawValue)
    try writer.zeros(6)
    try writer.u64(offset)
    try writer.u64(length)
  }
}

/// The answer to READBACK: 32 bytes of hash, or the data, follow it.
public struct ReadBackAnswer: WireMessage, Equatable {
  public static var type: MessageType { .readBackAnswer }
  public static var headerBytes: Int { 16 }
  public var offset: UInt64
  public var length: UInt64

  public init(offset: UInt64, length: UInt64) {
    self.offset = offset
    self.length = length
  }

  public init(from reader: inout WireReader) throws(WireError) {
    offset = try reader.u64()
    length = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u64(offset)
    try writer.u64(length)
  }
}

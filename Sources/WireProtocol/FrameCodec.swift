import FixedPoint

/// What stands at the front of some bytes.
public enum FrameScan: Equatable, Sendable {
  /// A whole frame: its payload's place in the bytes, and the bytes it takes in all.
  case frame(FrameHeader, payload: Range<Int>, total: Int)
  /// Too few bytes to tell: at least `count` from the front are needed.
  case needMore(Int)
  /// No frame. The next one is sought after `skip` bytes, which may be more than there are.
  case damaged(WireError, skip: Int)
}

/// Frames to bytes and back: pure functions, without state and without allocation.
public enum FrameCodec {
  /// What stands at the front of `bytes`.
  ///
  /// The header's CRC is checked before `length` is believed, and `length` against `maximumPayload`
  /// before it is waited for.
  public static func scan(_ bytes: UnsafeRawBufferPointer, maximumPayload: UInt32) -> FrameScan {
    let size = FrameLayout.headerBytes
    let present = min(bytes.count, 4)
    for index in 0..<present where bytes[index] != magicByte(index) {
      return .damaged(.notAFrame, skip: distanceToMagic(bytes))
    }
    guard bytes.count >= size else { return .needMore(size) }
    let stored = u32(bytes, 28)
    let computed = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[0..<28]))
    guard stored == computed else {
      return .damaged(.headerChecksum(stored: stored, computed: computed), skip: distanceToMagic(bytes))
    }
    let header = FrameHeader(
      type: bytes[6], flags: FrameFlags(rawValue: bytes[7]), session: u32(bytes, 8), sequence: u32(bytes, 12),
      length: u32(bytes, 16), aux: u32(bytes, 20))
    guard bytes[4] == FrameLayout.major && bytes[5] == UInt8(size) else {
      return .damaged(
        .frameLayout(major: bytes[4], headerLength: bytes[5], sequence: header.sequence), skip: distanceToMagic(bytes))
    }
    let pad = header.flags.contains(.padded) ? FrameLayout.padBytes : 0
    // At most 2^32 + 36, which 32-bit machines cannot hold: they skip what they can count.
    let total = Int(clamping: UInt64(size) + UInt64(header.length) + UInt64(pad))
    guard header.length <= maximumPayload else {
      return .damaged(
        .tooLong(sequence: header.sequence, length: header.length, maximum: maximumPayload), skip: total)
    }
    guard bytes.count >= total else { return .needMore(total) }
    let payload = size..<size + Int(header.length)
    let payloadStored = u32(bytes, 24)
    let payloadComputed = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[payload]))
    guard payloadStored == payloadComputed else {
      return .damaged(
        .payloadChecksum(sequence: header.sequence, stored: payloadStored, computed: payloadComputed), skip: total)
    }
    return .frame(header, payload: payload, total: total)
  }

  /// Completes a frame whose payload already stands at `buffer[32...]`, and returns its bytes.
  ///
  /// - Parameters:
  ///   - header: `length` says how long the payload is; the pad flag is set here.
  ///   - packetBytes: the transport's packet size, 0 where it has none. A frame that would be a
  ///     multiple of it gets the pad: with 64, a payload of 32 bytes makes a frame of 68.
  ///   - payloadChecksum: the CRC32C of the payload where it is known; computed where it is not.
  public static func seal(
    _ header: FrameHeader, in buffer: UnsafeMutableRawBufferPointer, packetBytes: Int, payloadChecksum: UInt32? = nil
  ) throws(WireError) -> Int {
    let size = FrameLayout.headerBytes
    let plain = UInt64(size) + UInt64(header.length)
    let isPadded = packetBytes > 0 && plain % UInt64(packetBytes) == 0
    let total = plain + (isPadded ? UInt64(FrameLayout.padBytes) : 0)
    guard total <= UInt64(buffer.count) else {
      throw .noRoom(needed: UInt32(clamping: total), available: UInt32(clamping: buffer.count))
    }
    let end = Int(plain)
    var writer = WireWriter(buffer)
    try writer.u32(FrameLayout.magic)
    try writer.u8(FrameLayout.major)
    try writer.u8(UInt8(size))
    try writer.u8(header.type)
    try writer.u8(isPadded ? header.flags.union(.padded).rawValue : header.flags.subtracting(.padded).rawValue)
    try writer.u32(header.session)
    try writer.u32(header.sequence)
    try writer.u32(header.length)
    try writer.u32(header.aux)
    try writer.u32(payloadChecksum ?? CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: buffer[size..<end])))
    try writer.u32(CRC32C.checksum(of: writer.written))
    if isPadded { for index in end..<end + FrameLayout.padBytes { buffer[index] = 0 } }
    return Int(total)
  }

  /// Where the next magic begins, or could begin, after the first byte; all bytes where nowhere.
  static func distanceToMagic(_ bytes: UnsafeRawBufferPointer) -> Int {
    var start = 1
    while start < bytes.count {
      var index = 0
      while index < 4 && start + index < bytes.count && bytes[start + index] == magicByte(index) { index += 1 }
      if index == 4 || start + index == bytes.count { return start }
      start += 1
    }
    return max(bytes.count, 1)
  }

  private static func magicByte(_ index: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: FrameLayout.magic >> UInt32(8 * index))
  }

  private static func u32(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}

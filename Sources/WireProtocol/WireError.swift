/// Why bytes are not a frame, or a payload not a message.
public enum WireError: Error, Equatable, Sendable {
  /// The bytes do not begin with a frame's magic.
  case notAFrame
  /// Another frame layout than the one this code knows; `sequence` is the frame's.
  case frameLayout(major: UInt8, headerLength: UInt8, sequence: UInt32)
  /// The header's CRC does not match.
  case headerChecksum(stored: UInt32, computed: UInt32)
  /// The payload's CRC does not match; the header could be believed.
  case payloadChecksum(sequence: UInt32, stored: UInt32, computed: UInt32)
  /// The payload is longer than the receiver takes.
  case tooLong(sequence: UInt32, length: UInt32, maximum: UInt32)
  /// A payload ends before its message does: `needed` bytes from `offset`.
  case payloadEnds(offset: UInt32, needed: UInt32)
  /// A payload's size is not what its counts say.
  case payloadSize(actual: UInt32, expected: UInt32)
  /// A field holds a value that the protocol does not allow.
  case invalidValue(offset: UInt32, value: UInt64)
  /// The buffer to encode into is too small.
  case noRoom(needed: UInt32, available: UInt32)
}

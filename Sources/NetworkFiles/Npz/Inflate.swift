import CZlib

/// Decompression through zlib.
public enum Inflate {
  /// What surrounds the compressed data.
  public enum Container: Sendable {
    /// Nothing, as in zip archives.
    case raw
    /// A gzip header and its checksum.
    case gzip
  }

  /// How a decompression ended.
  public struct Outcome: Sendable, Equatable {
    /// Bytes of input that were used.
    public let consumed: Int
    /// Bytes of output that were written.
    public let produced: Int
    /// Whether the end of the stream was reached and its checksum, if it has one, was right.
    public let finished: Bool
    /// What zlib complained about, nil when the data are sound so far.
    public let damage: String?
  }

  /// Decompresses until the output is full, the stream ends, or the input ends.
  ///
  /// Never writes beyond `output`, whatever the input says.
  public static func run(
    _ input: UnsafeRawBufferPointer, _ container: Container, into output: UnsafeMutableRawBufferPointer
  ) -> Outcome {
    var stream = z_stream()
    let bits: Int32 = container == .gzip ? 31 : -15
    guard snnmap_inflate_init(&stream, bits) == Z_OK else {
      return Outcome(consumed: 0, produced: 0, finished: false, damage: "zlib cannot start")
    }
    defer { inflateEnd(&stream) }
    // zlib counts in 32 bits: feed it windows of at most 1 GiB.
    let window = 1 << 30
    var consumed = 0
    var produced = 0
    var status = Z_OK
    var byteBeyond: UInt8 = 0
    return withUnsafeMutablePointer(to: &byteBeyond) { beyond in
      while status == Z_OK {
        let take = min(window, input.count - consumed)
        let give = min(window, output.count - produced)
        stream.next_in = input.baseAddress.map {
          UnsafeMutablePointer(mutating: ($0 + consumed).assumingMemoryBound(to: UInt8.self))
        }
        stream.avail_in = UInt32(take)
        // zlib refuses a null output, and a full one still has to see the end of the stream.
        stream.next_out =
          give == 0 ? beyond : output.baseAddress.map { ($0 + produced).assumingMemoryBound(to: UInt8.self) }
        stream.avail_out = UInt32(give)
        status = inflate(&stream, Z_NO_FLUSH)
        let used = take - Int(stream.avail_in)
        let made = give - Int(stream.avail_out)
        consumed += used
        produced += made
        if status == Z_OK, used == 0, made == 0 { break }
      }
      let sound = status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR
      let message = stream.msg.map { String(cString: $0) } ?? "error \(status)"
      return Outcome(
        consumed: consumed, produced: produced, finished: status == Z_STREAM_END, damage: sound ? nil : message)
    }
  }
}

/// The checksum of zip and gzip.
struct CRC32 {
  private(set) var value: UInt32 = 0

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    value = UInt32(
      truncatingIfNeeded: crc32_z(UInt(value), bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
  }

  static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = CRC32()
    // A null pointer would ask zlib for the initial value.
    if bytes.count > 0 { checksum.update(bytes) }
    return checksum.value
  }
}

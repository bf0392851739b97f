/// Unpacks LZ4 frames, checksums verified.
///
/// Source: Collet, "LZ4 Frame Format Description" 1.6 and "LZ4 Block Format Description".
package enum LZ4Frame {
  /// The greatest content of a frame in bytes: 256 MiB.
  static let maximumBytes = 1 << 28

  /// The content of the one frame that some bytes are.
  package static func unpacked(_ bytes: [UInt8], path: String) throws(DatasetError) -> [UInt8] {
    try unpacked(EventReader(path: path, bytes: bytes), 0..<bytes.count)
  }

  /// The content of the one frame that a range of a file is.
  static func unpacked(_ reader: EventReader, _ range: Range<Int>) throws(DatasetError) -> [UInt8] {
    var at = range.lowerBound
    func require(_ count: Int, _ what: String) throws(DatasetError) {
      guard range.upperBound - at >= count else {
        throw reader.failure(at, "\(what) needs \(count) bytes, but the packet has \(range.upperBound - at) left")
      }
    }
    try require(7, "an LZ4 frame")
    guard reader.little(at, 4) == 0x184D_2204 else { throw reader.failure(at, "an LZ4 frame is expected here") }
    let flags = reader.bytes[at + 4]
    guard flags >> 6 == 1, flags & 2 == 0 else { throw reader.failure(at + 4, "the LZ4 frame is not of version 1") }
    guard flags & 1 == 0 else { throw reader.failure(at + 4, "the LZ4 frame needs a dictionary, which is not read") }
    let isLinked = flags & 0x20 == 0
    let blockMaximum = 1 << (8 + 2 * Int(reader.bytes[at + 5] >> 4 & 7))
    guard blockMaximum >= 1 << 16, reader.bytes[at + 5] & 0x8F == 0 else {
      throw reader.failure(at + 5, "the LZ4 frame's size of blocks is not known")
    }
    let descriptor = at + 4
    at += 6
    var contentSize: UInt64?
    if flags & 8 != 0 {
      try require(9, "an LZ4 frame")
      contentSize = reader.little(at, 8)
      at += 8
    }
    guard UInt8(truncatingIfNeeded: xxHash32(reader.bytes[descriptor..<at]) >> 8) == reader.bytes[at] else {
      throw reader.failure(at, "the checksum of the LZ4 frame's header is wrong")
    }
    at += 1
    var output: [UInt8] = []
    while true {
      try require(4, "an LZ4 block")
      let word = reader.little(at, 4)
      at += 4
      if word == 0 { break }
      let size = Int(word & 0x7FFF_FFFF)
      guard size <= blockMaximum else {
        throw reader.failure(at - 4, "an LZ4 block has \(size) bytes, above its limit")
      }
      try require(size, "an LZ4 block")
      let start = output.count
      if word >> 31 == 1 {
        output += reader.bytes[at..<at + size]
      } else {
        try unpackBlock(
          reader, at..<at + size, into: &output, window: isLinked ? 0 : start, limit: start + blockMaximum)
      }
      guard output.count <= maximumBytes else {
        throw reader.failure(at, "an LZ4 frame holds more than \(maximumBytes) bytes, which is above the limit")
      }
      if flags & 0x10 != 0 {
        let block = at..<at + size
        at += size
        try require(4, "an LZ4 block's checksum")
        guard xxHash32(reader.bytes[block]) == UInt32(reader.little(at, 4)) else {
          throw reader.failure(at, "the checksum of an LZ4 block is wrong")
        }
        at += 4
      } else {
        at += size
      }
    }
    if flags & 4 != 0 {
      try require(4, "an LZ4 frame's checksum")
      guard xxHash32(output[...]) == UInt32(reader.little(at, 4)) else {
        throw reader.failure(at, "the checksum of an LZ4 frame is wrong")
      }
      at += 4
    }
    guard at == range.upperBound else {
      throw reader.failure(at, "\(range.upperBound - at) bytes follow the end of the LZ4 frame")
    }
    guard contentSize ?? UInt64(output.count) == UInt64(output.count) else {
      throw reader.failure(descriptor, "an LZ4 frame holds \(output.count) bytes, not as many as it says")
    }
    return output
  }

  /// Unpacks one block behind what is there.
  ///
  /// - Parameters:
  ///   - window: the first byte of the output that a match may reach back to.
  ///   - limit: the greatest size of the output.
  private static func unpackBlock(
    _ reader: EventReader, _ range: Range<Int>, into output: inout [UInt8], window: Int, limit: Int
  ) throws(DatasetError) {
    var at = range.lowerBound
    /// Adds bytes to a length of 15 until one is below 255.
    func extended(_ length: Int) throws(DatasetError) -> Int {
      var length = length
      guard length == 15 else { return length }
      while true {
        guard at < range.upperBound else { throw reader.failure(at, "an LZ4 block ends within a length") }
        let byte = Int(reader.bytes[at])
        at += 1
        length += byte
        if byte < 255 { return length }
      }
    }
    while at < range.upperBound {
      let token = Int(reader.bytes[at])
      at += 1
      let literals = try extended(token >> 4)
      guard range.upperBound - at >= literals, limit - output.count >= literals else {
        throw reader.failure(at, "an LZ4 block has \(literals) literal bytes, more than there is room for")
      }
      output += reader.bytes[at..<at + literals]
      at += literals
      // The last sequence has no match.
      if at == range.upperBound { return }
      guard range.upperBound - at >= 2 else { throw reader.failure(at, "an LZ4 block ends within a match") }
      let distance = Int(reader.little(at, 2))
      let place = at
      at += 2
      let length = try extended(token & 15) + 4
      guard distance > 0, output.count - distance >= window, limit - output.count >= length else {
        throw reader.failure(place, "an LZ4 match of \(length) bytes reaches \(distance) bytes back, outside its block")
      }
      var source = output.count - distance
      for _ in 0..<length {
        output.append(output[source])
        source += 1
      }
    }
  }

  /// The checksum xxHash32 with the seed 0. Source: Collet, "xxHash fast digest algorithm".
  package static func xxHash32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    let (p1, p2, p3, p4, p5): (UInt32, UInt32, UInt32, UInt32, UInt32) = (
      0x9E37_79B1, 0x85EB_CA77, 0xC2B2_AE3D, 0x27D4_EB2F, 0x1656_67B1
    )
    func rotate(_ value: UInt32, _ by: UInt32) -> UInt32 { value &<< by | value &>> (32 &- by) }
    func word(_ at: Int) -> UInt32 {
      UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
    }
    var at = bytes.startIndex
    var hash: UInt32
    if bytes.count >= 16 {
      var lanes = SIMD4<UInt32>(p1 &+ p2, p2, 0, 0 &- p1)
      while bytes.endIndex - at >= 16 {
        for lane in 0..<4 { lanes[lane] = rotate(lanes[lane] &+ word(at + 4 * lane) &* p2, 13) &* p1 }
        at += 16
      }
      hash = rotate(lanes[0], 1) &+ rotate(lanes[1], 7) &+ rotate(lanes[2], 12) &+ rotate(lanes[3], 18)
    } else {
      hash = p5
    }
    hash = hash &+ UInt32(truncatingIfNeeded: bytes.count)
    while bytes.endIndex - at >= 4 {
      hash = rotate(hash &+ word(at) &* p3, 17) &* p4
      at += 4
    }
    while at < bytes.endIndex {
      hash = rotate(hash &+ UInt32(bytes[at]) &* p5, 11) &* p1
      at += 1
    }
    hash = (hash ^ hash >> 15) &* p2
    hash = (hash ^ hash >> 13) &* p3
    return hash ^ hash >> 16
  }
}

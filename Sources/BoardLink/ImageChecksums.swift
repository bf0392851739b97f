import FixedPoint

/// What of an image is computed before it is sent, in one pass over its bytes: its SHA-256, and the CRC32C of each block
/// that one WRITE carries.
///
/// A block's bytes are in the cache when the second of the two looks at them, and sending is then copying only.
struct ImageChecksums {
  let digest: Digest
  let blockBytes: Int
  private let image: UnsafeRawBufferPointer
  private let checksums: [UInt32]
  private let whole: CRC32CDistance
  private let last: CRC32CDistance

  /// - Parameter image: stays alive and unchanged.
  init(_ image: UnsafeRawBufferPointer, blockBytes: Int) {
    var digest = SHA256()
    var checksums: [UInt32] = []
    checksums.reserveCapacity(image.count / blockBytes + 1)
    var start = 0
    while start < image.count {
      let block = UnsafeRawBufferPointer(rebasing: image[start..<min(start + blockBytes, image.count)])
      digest.update(block)
      checksums.append(CRC32C.checksum(of: block))
      start += blockBytes
    }
    self.image = image
    self.digest = digest.finalize()
    self.blockBytes = blockBytes
    self.checksums = checksums
    whole = CRC32CDistance(byteCount: blockBytes)
    last = CRC32CDistance(byteCount: image.count % blockBytes)
  }

  /// A block's bytes with their checksum.
  func block(_ index: Int) -> CheckedBytes {
    let start = index * blockBytes
    let bytes = UnsafeRawBufferPointer(rebasing: image[start..<min(start + blockBytes, image.count)])
    return CheckedBytes(
      bytes: bytes, checksum: checksums[index], distance: bytes.count == blockBytes ? whole : last)
  }
}

/// Bytes whose CRC32C is known, and how it joins with that of bytes in front of them.
struct CheckedBytes {
  let bytes: UnsafeRawBufferPointer
  let checksum: UInt32
  /// That of as many bytes.
  let distance: CRC32CDistance
}

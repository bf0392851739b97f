import FixedPoint

/// What BEGIN tells a board of an image: two fields of the header, whose full check is the board's.
struct ImageSummary {
  let family: UInt32
  let targetDigest: Digest

  /// Nil where the bytes are too short or begin otherwise; firmware-protocol/image-format.md, "Header".
  init?(_ image: UnsafeRawBufferPointer) {
    let magic: [UInt8] = [0x53, 0x4E, 0x4E, 0x4D, 0x41, 0x50, 0x1A, 0x0A]
    guard image.count >= 128, image[0..<8].elementsEqual(magic) else { return nil }
    family = UInt32(littleEndian: image.loadUnaligned(fromByteOffset: 28, as: UInt32.self))
    targetDigest = Digest(bytes: UnsafeRawBufferPointer(rebasing: image[32..<64]))
  }
}

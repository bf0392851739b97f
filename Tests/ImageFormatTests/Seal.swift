import FixedPoint
import ImageFormat

extension [UInt8] {
  /// Makes the digests, the file size and the CRC of a changed image right again, so that deeper checks are reached.
  ///
  /// What leaves the file is left as it is.
  mutating func seal(fileSize: Bool = true) {
    guard count >= ImageLayout.headerBytes else { return }
    let sections = Swift.min(Int(number(at: 24, as: UInt32.self)), (count - ImageLayout.headerBytes) / 64)
    for index in 0..<sections {
      let at = ImageLayout.headerBytes + index * 64
      let offset = Int(clamping: number(at: at + 8, as: UInt64.self))
      let length = Int(clamping: number(at: at + 16, as: UInt64.self))
      guard offset <= count, length <= count - offset else { continue }
      seal(offset..<offset + length, at: at + 32)
    }
    seal(128..<128 + sections * 64, at: 64)
    if fileSize { patch(16, UInt64(count)) }
    let crc = withUnsafeBytes { CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: $0[..<124])) }
    patch(124, crc)
  }

  private mutating func seal(_ range: Range<Int>, at place: Int) {
    let digest = withUnsafeBytes { SHA256.digest(of: UnsafeRawBufferPointer(rebasing: $0[range])) }
    for byte in 0..<32 { self[place + byte] = digest[byte] }
  }

  /// Overwrites a little-endian number.
  mutating func patch<T: FixedWidthInteger>(_ offset: Int, _ value: T) {
    Swift.withUnsafeBytes(of: value.littleEndian) { bytes in
      for (index, byte) in bytes.enumerated() { self[offset + index] = byte }
    }
  }

  func number<T: FixedWidthInteger>(at offset: Int, as type: T.Type) -> T {
    withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
  }

  /// The error that reading and checking these bytes as an image ends with; nil for a sound image.
  func imageError() -> ImageError? {
    withUnsafeBytes { bytes in
      do throws(ImageError) {
        try MeshImage(try ImageView(bytes, verifyingDigests: true)).validate()
        return nil
      } catch {
        return error
      }
    }
  }

  /// Calls `body` with the image in these bytes, which must be sound.
  func withImage<R>(_ body: (MeshImage) throws -> R) throws -> R {
    try withUnsafeBytes { bytes in
      let image = try MeshImage(try ImageView(bytes, verifyingDigests: true))
      try image.validate()
      return try body(image)
    }
  }
}

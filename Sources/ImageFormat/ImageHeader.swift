import FixedPoint

/// The header of an image, checked.
public struct ImageHeader: Sendable, Equatable {
  public let major: UInt16
  public let minor: UInt16
  /// The size of the file in bytes.
  public let fileBytes: UInt64
  public let sectionCount: Int
  public let family: FourCharacterCode
  /// SHA-256 of the target's canonical description.
  public let targetDigest: Digest
  /// SHA-256 of the section table.
  public let tableDigest: Digest

  /// Reads and checks the first 128 bytes of an image of `bytes.count` bytes.
  public init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
    let size = ImageLayout.headerBytes
    let read = ByteReader(bytes)
    guard bytes.count >= 8 else { throw .truncated(offset: 0, needed: UInt64(size)) }
    guard read.u64(0) == ImageLayout.magic else { throw .notAnImage }
    guard bytes.count >= size else { throw .truncated(offset: 0, needed: UInt64(size)) }
    major = read.u16(8)
    minor = read.u16(10)
    // The version is looked at before the CRC, as a later version may place its CRC elsewhere.
    guard major == ImageLayout.majorVersion || major == ImageLayout.readoutMajorVersion else {
      throw .unsupportedVersion(major: major, minor: minor)
    }
    var crc = CRC32C()
    crc.update(UnsafeRawBufferPointer(rebasing: bytes[0..<124]))
    guard crc.value == read.u32(124) else {
      throw .headerChecksum(stored: read.u32(124), computed: crc.value)
    }
    guard read.u32(12) == UInt32(size) else {
      throw .invalidField(.headerSize, offset: 12, value: Int64(read.u32(12)))
    }
    fileBytes = read.u64(16)
    guard fileBytes == UInt64(bytes.count) else {
      throw .fileSize(stored: fileBytes, actual: UInt64(bytes.count))
    }
    let sections = read.u32(24)
    guard sections >= 1 && sections <= UInt32(ImageLayout.maximumSections) else {
      throw .invalidField(.sectionCount, offset: 24, value: Int64(sections))
    }
    sectionCount = Int(sections)
    family = FourCharacterCode(rawValue: read.u32(28))
    targetDigest = Digest(bytes: UnsafeRawBufferPointer(rebasing: bytes[32..<64]))
    tableDigest = Digest(bytes: UnsafeRawBufferPointer(rebasing: bytes[64..<96]))
    guard read.isZero(96..<124) else { throw .invalidField(.reserved, offset: 96, value: 1) }
  }
}

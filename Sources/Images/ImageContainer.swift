import FixedPoint
import ImageFormat

/// Puts sections behind a header and a table of digests.
public enum ImageContainer {
  /// The bytes of an image; the same arguments give the same bytes.
  ///
  /// - Parameters:
  ///   - targetDigest: SHA-256 of the target's canonical description.
  ///   - major: the version of the format that the sections are of.
  /// - Precondition: 1–64 sections of different kinds.
  public static func bytes(
    family: FourCharacterCode, targetDigest: Digest, sections: [ImageSection],
    major: UInt16 = ImageLayout.majorVersion
  ) -> [UInt8] {
    precondition(!sections.isEmpty && sections.count <= ImageLayout.maximumSections)
    let tableEnd = ImageLayout.headerBytes + sections.count * ImageLayout.sectionEntryBytes
    var offsets: [Int] = []
    var end = tableEnd
    for section in sections {
      let start = aligned(end)
      offsets.append(start)
      end = start + section.bytes.count
    }
    let table = tableBytes(sections, offsets: offsets)
    var image = headerBytes(
      family: family, targetDigest: targetDigest, fileBytes: end, sectionCount: sections.count, table: table,
      major: major)
    image.reserveCapacity(end)
    image += table
    for (section, offset) in zip(sections, offsets) {
      image.append(contentsOf: repeatElement(0, count: offset - image.count))
      image += section.bytes
    }
    return image
  }

  private static func aligned(_ offset: Int) -> Int {
    let alignment = ImageLayout.sectionAlignment
    return (offset + alignment - 1) / alignment * alignment
  }

  private static func tableBytes(_ sections: [ImageSection], offsets: [Int]) -> [UInt8] {
    var writer = ByteWriter(reserving: sections.count * ImageLayout.sectionEntryBytes)
    for (section, offset) in zip(sections, offsets) {
      writer.append(section.kind.rawValue)
      writer.append(UInt32(section.isForHost ? 1 : 0))
      writer.append(UInt64(offset))
      writer.append(UInt64(section.bytes.count))
      writer.append(UInt64(0))
      section.bytes.withUnsafeBytes { SHA256.digest(of: $0) }.withBytes { writer.append(contentsOf: $0) }
    }
    return writer.bytes
  }

  private static func headerBytes(
    family: FourCharacterCode, targetDigest: Digest, fileBytes: Int, sectionCount: Int, table: [UInt8],
    major: UInt16
  ) -> [UInt8] {
    var writer = ByteWriter(reserving: ImageLayout.headerBytes)
    writer.append(ImageLayout.magic)
    writer.append(major)
    writer.append(ImageLayout.minorVersion)
    writer.append(UInt32(ImageLayout.headerBytes))
    writer.append(UInt64(fileBytes))
    writer.append(UInt32(sectionCount))
    writer.append(family.rawValue)
    targetDigest.withBytes { writer.append(contentsOf: $0) }
    table.withUnsafeBytes { SHA256.digest(of: $0) }.withBytes { writer.append(contentsOf: $0) }
    writer.appendZeros(28)
    writer.append(writer.bytes.withUnsafeBytes { CRC32C.checksum(of: $0) })
    return writer.bytes
  }
}

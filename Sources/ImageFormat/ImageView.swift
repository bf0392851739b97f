import FixedPoint

/// One entry of the section table.
public struct ImageSectionEntry: Sendable, Equatable {
  public let kind: FourCharacterCode
  /// Whether devices skip the section.
  public let isForHost: Bool
  /// Where the section's bytes are in the file.
  public let range: Range<Int>
  public let digest: Digest
}

/// An image whose header, section table and, on request, digests are checked.
///
/// The view does not own the bytes: whoever made it keeps them alive and unchanged.
public struct ImageView {
  public let bytes: UnsafeRawBufferPointer
  public let header: ImageHeader

  /// Checks header and section table; with `verifyingDigests` also the bytes of every section.
  ///
  /// A board that has just compared the SHA-256 of the whole file needs no further digests.
  public init(_ bytes: UnsafeRawBufferPointer, verifyingDigests: Bool) throws(ImageError) {
    self.bytes = bytes
    header = try ImageHeader(bytes)
    try checkTable()
    if verifyingDigests { try checkDigests() }
  }

  /// Entry `index` of the section table.
  public func section(at index: Int) -> ImageSectionEntry {
    let at = ImageLayout.headerBytes + index * ImageLayout.sectionEntryBytes
    let read = ByteReader(bytes)
    let offset = Int(read.u64(at + 8))
    return ImageSectionEntry(
      kind: FourCharacterCode(rawValue: read.u32(at)), isForHost: read.u32(at + 4) & 1 == 1,
      range: offset..<offset + Int(read.u64(at + 16)),
      digest: Digest(bytes: UnsafeRawBufferPointer(rebasing: bytes[at + 32..<at + 64])))
  }

  /// The bytes of the section of this kind, nil where the image has none.
  public func contents(of kind: FourCharacterCode) -> UnsafeRawBufferPointer? {
    for index in 0..<header.sectionCount {
      let entry = section(at: index)
      if entry.kind == kind { return UnsafeRawBufferPointer(rebasing: bytes[entry.range]) }
    }
    return nil
  }

  /// The range in the file of the section of this kind.
  public func range(of kind: FourCharacterCode) throws(ImageError) -> Range<Int> {
    for index in 0..<header.sectionCount {
      let entry = section(at: index)
      if entry.kind == kind { return entry.range }
    }
    throw .missingSection(kind)
  }

  private func checkTable() throws(ImageError) {
    let read = ByteReader(bytes)
    let first = ImageLayout.headerBytes
    let tableEnd = first + header.sectionCount * ImageLayout.sectionEntryBytes
    guard bytes.count >= tableEnd else {
      throw .truncated(offset: UInt64(first), needed: UInt64(tableEnd - first))
    }
    let table = UnsafeRawBufferPointer(rebasing: bytes[first..<tableEnd])
    guard SHA256.digest(of: table) == header.tableDigest else {
      throw .digest(kind: FourCharacterCode(rawValue: 0), offset: UInt64(first))
    }
    var end = tableEnd
    for index in 0..<header.sectionCount {
      let at = first + index * ImageLayout.sectionEntryBytes
      let kind = FourCharacterCode(rawValue: read.u32(at))
      let flags = read.u32(at + 4)
      guard flags <= 1 else { throw .invalidField(.sectionFlags, offset: UInt64(at + 4), value: Int64(flags)) }
      guard read.u64(at + 24) == 0 else { throw .invalidField(.reserved, offset: UInt64(at + 24), value: 1) }
      let offset = read.u64(at + 8)
      let length = read.u64(at + 16)
      let alignment = ImageLayout.sectionAlignment
      let expected = (end + alignment - 1) / alignment * alignment
      guard offset == UInt64(expected) else {
        throw .invalidField(.sectionOrder, offset: UInt64(at + 8), value: Int64(truncatingIfNeeded: offset))
      }
      guard offset <= UInt64(bytes.count), length <= UInt64(bytes.count) - offset else {
        throw .truncated(offset: offset, needed: length)
      }
      guard read.isZero(end..<expected) else { throw .invalidField(.padding, offset: UInt64(end), value: 1) }
      for earlier in 0..<index where section(at: earlier).kind == kind {
        throw .invalidField(.duplicateSection, offset: UInt64(at), value: Int64(index))
      }
      end = expected + Int(length)
    }
    guard end == bytes.count else { throw .fileSize(stored: UInt64(end), actual: UInt64(bytes.count)) }
  }

  private func checkDigests() throws(ImageError) {
    for index in 0..<header.sectionCount {
      let entry = section(at: index)
      let contents = UnsafeRawBufferPointer(rebasing: bytes[entry.range])
      guard SHA256.digest(of: contents) == entry.digest else {
        throw .digest(kind: entry.kind, offset: UInt64(entry.range.lowerBound))
      }
    }
  }
}

/// Writes an npz file array by array, so that arrays larger than memory can be streamed.
///
/// Arrays are stored uncompressed, which lets readers map them; times are fixed, so equal arrays give
/// equal bytes. Arrays and archives beyond 4 GiB use the 64-bit fields of the format.
public struct NpzWriter {
  private let file: FileWriter
  private var directory: [Record] = []

  private struct Record {
    var name: [UInt8]
    var checksum: UInt32
    var bytes: Int
    var offset: Int
  }

  /// An archive that starts at the file's beginning.
  public init(_ file: FileWriter) { self.file = file }

  /// Adds an array whose elements `body` hands to `emit` in order, in as many pieces as it likes.
  ///
  /// - Parameters:
  ///   - name: without the `.npy` that the archive adds.
  ///   - body: emits exactly as many bytes as shape and type say.
  public mutating func add(
    _ name: String, shape: [Int], type: NpyType,
    _ body: (_ emit: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    let header = NpyHeader.bytes(type: type, shape: shape)
    guard let count = NpyArray.elementCount(of: shape) else { preconditionFailure("no array has the shape \(shape)") }
    let expected = header.count + count * type.width
    let wide = expected >= 0xFFFF_FFFF
    let nameBytes = Array((name + ".npy").utf8)
    let offset = file.position
    try file.write(localHeader(name: nameBytes, bytes: expected, wide: wide))
    let start = file.position
    var checksum = CRC32()
    header.withUnsafeBytes { checksum.update($0) }
    try file.write(header)
    try body { piece in
      guard piece.count > 0 else { return }
      checksum.update(piece)
      try file.write(piece)
    }
    precondition(file.position - start == expected, "array \(name): emitted bytes differ from its shape")
    try file.overwrite(at: offset + 14, with: little(checksum.value))
    directory.append(Record(name: nameBytes, checksum: checksum.value, bytes: expected, offset: offset))
  }

  /// Writes the directory; nothing can be added afterwards.
  public mutating func finish() throws {
    let start = file.position
    for record in directory { try file.write(centralHeader(record)) }
    let size = file.position - start
    let wide = start >= 0xFFFF_FFFF || size >= 0xFFFF_FFFF
    if wide {
      let count = little(UInt64(directory.count))
      var end = little(UInt32(0x0606_4B50)) + little(UInt64(44)) + little(UInt16(45)) + little(UInt16(45))
      end += little(UInt64(0)) + count + count + little(UInt64(size)) + little(UInt64(start))
      end += little(UInt32(0x0706_4B50)) + little(UInt32(0)) + little(UInt64(start + size)) + little(UInt32(1))
      try file.write(end)
    }
    let count = little(UInt16(directory.count))
    var end = little(UInt32(0x0605_4B50)) + little(UInt32(0)) + count + count
    end += little(narrowed(size)) + little(wide ? UInt32.max : narrowed(start)) + little(UInt16(0))
    try file.write(end)
  }

  private func narrowed(_ value: Int) -> UInt32 { UInt32(exactly: value) ?? .max }

  /// Version, flags (UTF-8 names), method, time and date (1 January 1980) of both headers.
  private func common(wide: Bool) -> [UInt8] {
    little(UInt16(wide ? 45 : 20)) + little(UInt16(0x0800)) + little(UInt16(0)) + little(UInt16(0))
      + little(UInt16(0x21))
  }

  private func localHeader(name: [UInt8], bytes: Int, wide: Bool) -> [UInt8] {
    let size = little(wide ? UInt32.max : UInt32(bytes))
    var header = little(UInt32(0x0403_4B50)) + common(wide: wide) + little(UInt32(0)) + size + size
    header += little(UInt16(name.count)) + little(UInt16(wide ? 20 : 0)) + name
    if wide { header += little(UInt16(1)) + little(UInt16(16)) + little(UInt64(bytes)) + little(UInt64(bytes)) }
    return header
  }

  private func centralHeader(_ record: Record) -> [UInt8] {
    let wideSize = record.bytes >= 0xFFFF_FFFF
    let wideOffset = record.offset >= 0xFFFF_FFFF
    var extra: [UInt8] = []
    if wideSize { extra += little(UInt64(record.bytes)) + little(UInt64(record.bytes)) }
    if wideOffset { extra += little(UInt64(record.offset)) }
    if !extra.isEmpty { extra = little(UInt16(1)) + little(UInt16(extra.count)) + extra }
    let size = little(wideSize ? UInt32.max : UInt32(record.bytes))
    var header = little(UInt32(0x0201_4B50)) + little(UInt16(45)) + common(wide: wideSize || wideOffset)
    header += little(record.checksum) + size + size + little(UInt16(record.name.count)) + little(UInt16(extra.count))
    // No comment, first part, no attributes but a readable file (0o644 of Unix).
    header += little(UInt16(0)) + little(UInt16(0)) + little(UInt16(0)) + little(UInt32(0o100644 << 16))
    header += little(wideOffset ? UInt32.max : UInt32(record.offset)) + record.name + extra
    return header
  }
}

/// The bytes of a number, lowest first.
func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

extension NpzWriter {
  /// Adds an array that is there as a whole.
  public mutating func add(_ name: String, _ array: NpyArray) throws {
    try add(name, shape: array.shape, type: array.type) { emit in try array.withBytes { try emit($0) } }
  }
}

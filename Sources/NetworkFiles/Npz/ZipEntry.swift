/// One file of a zip archive, as its directory describes it.
struct ZipEntry: Sendable, Equatable {
  enum Method: Sendable { case stored, deflated }

  var name: String
  var method: Method
  var checksum: UInt32
  var compressedBytes: Int
  var bytes: Int
  /// Where the local header starts.
  var offset: Int

  /// Deflate cannot expand by more than 1032; a directory that says more lies.
  private static let maximumExpansion = 1032

  /// Where the data lie in the archive.
  func dataRange(in archive: UnsafeRawBufferPointer, path: String) throws(NetworkFilesError) -> Range<Int> {
    guard offset <= archive.count - 30 else {
      throw .truncated(path: path, what: "the header of \(shown(name))", needed: offset + 30, available: archive.count)
    }
    guard archive.u32(offset) == 0x0403_4B50 else {
      throw .corrupt(path: path, problem: "the header of \(shown(name)) is not where the directory says")
    }
    try checkLocalHeader(in: archive, path: path)
    let start = offset + 30 + archive.u16(offset + 26) + archive.u16(offset + 28)
    guard start <= archive.count, compressedBytes <= archive.count - start else {
      throw .truncated(
        path: path, what: "the data of \(shown(name))", needed: start + compressedBytes, available: archive.count)
    }
    return start..<start + compressedBytes
  }

  /// Compares the header in front of the data with the directory: name, method, checksum and sizes.
  private func checkLocalHeader(in archive: UnsafeRawBufferPointer, path: String) throws(NetworkFilesError) {
    func differs(_ what: String) -> NetworkFilesError {
      .corrupt(
        path: path, problem: "the header of \(shown(name)) has another \(what) than the directory; the file is damaged")
    }
    let nameLength = archive.u16(offset + 26)
    guard nameLength <= archive.count - offset - 30,
      archive[offset + 30..<offset + 30 + nameLength].elementsEqual(name.utf8)
    else { throw differs("name") }
    guard archive.u16(offset + 8) == (method == .stored ? 0 : 8) else { throw differs("compression method") }
    // Bit 3: who wrote the header knew checksum and sizes only after the data.
    guard archive.u16(offset + 6) & 8 == 0 else { return }
    guard archive.u32(offset + 14) == Int(checksum) else { throw differs("checksum") }
    for (place, size) in [(18, compressedBytes), (22, bytes)] {
      let stated = archive.u32(offset + place)
      // The greatest number means that the size stands in an extra field.
      guard stated == size || stated == 0xFFFF_FFFF else { throw differs("size") }
    }
  }

  func data(in archive: UnsafeRawBufferPointer, path: String) throws(NetworkFilesError) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: archive[try dataRange(in: archive, path: path)])
  }

  /// The npy header of deflated data, from their first bytes.
  func deflatedHeader(_ data: UnsafeRawBufferPointer, label: String) throws(NetworkFilesError) -> NpyHeader {
    let size = min(bytes, NpyHeader.maximumBytes)
    guard bytes <= (compressedBytes + 16) * Self.maximumExpansion else {
      throw .corrupt(path: label, problem: "\(compressedBytes) compressed bytes cannot hold \(bytes)")
    }
    let start = HeapBytes(byteCount: size) { _ = Inflate.run(data, .raw, into: $0) }
    return try start.withBytesThrowing { (raw) throws(NetworkFilesError) in try NpyHeader.parse(raw, path: label) }
  }

  /// The decompressed data; their size is checked against the npy header before memory is taken.
  func inflated(_ data: UnsafeRawBufferPointer, label: String) throws(NetworkFilesError) -> HeapBytes {
    let header = try deflatedHeader(data, label: label)
    guard header.dataOffset + header.dataBytes == bytes else {
      throw .corrupt(
        path: label, problem: "the array needs \(header.dataOffset + header.dataBytes) bytes, the archive says \(bytes)"
      )
    }
    guard bytes <= NpyArray.maximumDecompressedBytes else {
      throw .tooLarge(
        path: label, what: "the decompressed array", bytes: bytes, limit: NpyArray.maximumDecompressedBytes)
    }
    let result = try HeapBytes(byteCount: bytes) { (target) throws(NetworkFilesError) in
      let outcome = Inflate.run(data, .raw, into: target)
      if let damage = outcome.damage {
        throw .corrupt(path: label, problem: "the compressed data are damaged: \(damage)")
      }
      guard outcome.produced == bytes else {
        throw .truncated(path: label, what: "the array", needed: bytes, available: outcome.produced)
      }
      guard outcome.finished else {
        throw .corrupt(path: label, problem: "the compressed data go on beyond their size")
      }
    }
    try result.withBytesThrowing { (raw) throws(NetworkFilesError) in try check(raw, label: label) }
    return result
  }

  /// Compares size and checksum with the directory.
  func check(_ data: UnsafeRawBufferPointer, label: String) throws(NetworkFilesError) {
    guard data.count == bytes else {
      throw .corrupt(path: label, problem: "has \(data.count) bytes where the archive's directory says \(bytes)")
    }
    let found = CRC32.checksum(of: data)
    guard found == checksum else {
      throw .corrupt(
        path: label,
        problem: "the checksum is \(String(found, radix: 16)), not \(String(checksum, radix: 16)): the data are damaged"
      )
    }
  }
}

extension UnsafeRawBufferPointer {
  /// A little-endian 16-bit number.
  func u16(_ offset: Int) -> Int { Int(UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))) }
  /// A little-endian 32-bit number.
  func u32(_ offset: Int) -> Int { Int(UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))) }
  /// A little-endian 64-bit number; nil beyond 2⁶² − 1, so that sums of two cannot overflow.
  func u64(_ offset: Int) -> Int? {
    let value = UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    return value < 1 << 62 ? Int(value) : nil
  }
}

/// Reads the central directory of a zip archive, with 64-bit sizes where they occur.
///
/// Source: PKWARE's APPNOTE.TXT, sections 4.3 and 4.4.
enum ZipDirectory {
  /// The most files in an archive.
  static let maximumEntries = 10_000

  static func entries(of archive: UnsafeRawBufferPointer, path: String) throws(NetworkFilesError) -> [ZipEntry] {
    let end = try endRecord(of: archive, path: path)
    guard end.count <= maximumEntries else {
      throw .tooLarge(path: path, what: "the archive's directory (files)", bytes: end.count, limit: maximumEntries)
    }
    guard end.offset <= archive.count, end.size <= archive.count - end.offset else {
      throw .truncated(
        path: path, what: "the archive's directory", needed: end.offset + end.size, available: archive.count)
    }
    let directory = UnsafeRawBufferPointer(rebasing: archive[end.offset..<end.offset + end.size])
    var entries: [ZipEntry] = []
    var names: Set<String> = []
    var position = 0
    for _ in 0..<end.count {
      let (entry, next) = try entry(of: directory, at: position, path: path)
      guard names.insert(entry.name).inserted else {
        throw .corrupt(path: path, problem: "the archive holds \(shown(entry.name)) twice")
      }
      // Folders of an archive hold nothing.
      if !entry.name.hasSuffix("/") { entries.append(entry) }
      position = next
    }
    return entries
  }

  private struct End {
    var count: Int
    var size: Int
    var offset: Int
  }

  private static func endRecord(of archive: UnsafeRawBufferPointer, path: String) throws(NetworkFilesError) -> End {
    // The record is the last thing but for a comment of at most 65535 bytes.
    var position = archive.count - 22
    let lowest = max(0, archive.count - 22 - 65535)
    var lastSignature: Int?
    while position >= lowest {
      if archive.u32(position) == 0x0605_4B50 {
        if position + 22 + archive.u16(position + 20) == archive.count { break }
        lastSignature = lastSignature ?? position
      }
      position -= 1
    }
    guard position >= lowest else {
      let problem =
        lastSignature.map { "the archive's end record at byte \($0) is damaged, or something follows it" }
        ?? "is not an npz file (a zip archive), or its end is missing"
      throw .corrupt(path: path, problem: problem)
    }
    guard archive.u16(position + 4) == 0, archive.u16(position + 6) == 0 else {
      throw .unsupported(path: path, problem: "is a zip archive in several parts")
    }
    let end = End(
      count: archive.u16(position + 10), size: archive.u32(position + 12), offset: archive.u32(position + 16))
    let wide = end.count == 0xFFFF || end.size == 0xFFFF_FFFF || end.offset == 0xFFFF_FFFF
    guard wide, position >= 20, archive.u32(position - 20) == 0x0706_4B50 else { return end }
    guard let start = archive.u64(position - 20 + 8), start <= archive.count - 56, archive.u32(start) == 0x0606_4B50,
      let count = archive.u64(start + 32), let size = archive.u64(start + 40), let offset = archive.u64(start + 48)
    else { throw .corrupt(path: path, problem: "the archive's 64-bit end record is damaged") }
    return End(count: count, size: size, offset: offset)
  }

  private static func entry(
    of directory: UnsafeRawBufferPointer, at position: Int, path: String
  ) throws(NetworkFilesError) -> (ZipEntry, Int) {
    guard position <= directory.count - 46, directory.u32(position) == 0x0201_4B50 else {
      throw .corrupt(path: path, problem: "the archive's directory is damaged at byte \(position)")
    }
    let nameLength = directory.u16(position + 28)
    let extraLength = directory.u16(position + 30)
    let next = position + 46 + nameLength + extraLength + directory.u16(position + 32)
    guard next <= directory.count else {
      throw .corrupt(path: path, problem: "the archive's directory is damaged at byte \(position)")
    }
    let nameBytes = directory[position + 46..<position + 46 + nameLength]
    guard let name = String(validating: nameBytes, as: UTF8.self) else {
      throw .corrupt(path: path, problem: "a name in the archive is not UTF-8")
    }
    guard directory.u16(position + 8) & 1 == 0 else {
      throw .unsupported(path: path, problem: "\(shown(name)) is encrypted")
    }
    let method: ZipEntry.Method
    switch directory.u16(position + 10) {
    case 0: method = .stored
    case 8: method = .deflated
    case let other:
      throw .unsupported(
        path: path, problem: "\(shown(name)) is compressed by method \(other); stored and deflated arrays are read")
    }
    var entry = ZipEntry(
      name: name, method: method, checksum: UInt32(directory.u32(position + 16)),
      compressedBytes: directory.u32(position + 20), bytes: directory.u32(position + 24),
      offset: directory.u32(position + 42))
    let extra = position + 46 + nameLength
    try widen(&entry, from: UnsafeRawBufferPointer(rebasing: directory[extra..<extra + extraLength]), path: path)
    return (entry, next)
  }

  /// Takes the sizes that do not fit 32 bits from the extra field 1.
  private static func widen(
    _ entry: inout ZipEntry, from extra: UnsafeRawBufferPointer, path: String
  ) throws(NetworkFilesError) {
    guard entry.bytes == 0xFFFF_FFFF || entry.compressedBytes == 0xFFFF_FFFF || entry.offset == 0xFFFF_FFFF
    else { return }
    let damaged = NetworkFilesError.corrupt(path: path, problem: "the 64-bit sizes of \(shown(entry.name)) are damaged")
    var position = 0
    while position + 4 <= extra.count {
      let length = extra.u16(position + 2)
      guard length <= extra.count - position - 4 else { throw damaged }
      if extra.u16(position) == 1 {
        var field = position + 4
        let end = field + length
        func take(_ value: inout Int) throws(NetworkFilesError) {
          guard value == 0xFFFF_FFFF else { return }
          guard field + 8 <= end, let wide = extra.u64(field) else { throw damaged }
          value = wide
          field += 8
        }
        try take(&entry.bytes)
        try take(&entry.compressedBytes)
        try take(&entry.offset)
        return
      }
      position += 4 + length
    }
  }
}

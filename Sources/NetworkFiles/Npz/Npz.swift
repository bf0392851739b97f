import Networks

/// An npz file: a zip archive of npy arrays, as numpy's `savez` and `savez_compressed` write it.
///
/// Stored arrays are windows of the mapped file; deflated ones are decompressed when they are asked for.
/// Checksums are verified with every access.
public struct Npz: Sendable {
  public let path: String
  /// The names of the arrays, in the order of the archive.
  public let names: [String]
  private let file: any WeightBytes
  private let entries: [ZipEntry]

  /// The greatest npz file that is opened, in bytes: 64 GiB.
  public static let maximumBytes = 1 << 36

  /// Opens an archive and reads its directory.
  public static func read(_ path: String) throws(NetworkFilesError) -> Npz {
    try Npz(try MappedFile(path, limit: maximumBytes), path: path)
  }

  /// Reads the directory of an archive that is there already.
  ///
  /// - Parameter path: what errors name.
  public init(_ file: any WeightBytes, path: String) throws(NetworkFilesError) {
    entries = try file.withBytesThrowing { (bytes) throws(NetworkFilesError) in
      try ZipDirectory.entries(of: bytes, path: path)
    }
    self.path = path
    self.file = file
    names = entries.map { $0.name.hasSuffix(".npy") ? String($0.name.dropLast(4)) : $0.name }
  }

  /// Whether there is an array of this name.
  public func contains(_ name: String) -> Bool { names.contains(name) }

  /// The header of an array, without decompressing or checking the rest.
  public func header(of name: String) throws(NetworkFilesError) -> NpyHeader {
    let (entry, label) = try entry(name)
    return try file.withBytesThrowing { (bytes) throws(NetworkFilesError) in
      let data = try entry.data(in: bytes, path: path)
      if entry.method == .stored { return try NpyHeader.parse(data, path: label) }
      return try entry.deflatedHeader(data, label: label)
    }
  }

  /// An array.
  public func array(_ name: String) throws(NetworkFilesError) -> NpyArray {
    let (entry, label) = try entry(name)
    if entry.method == .stored {
      let range = try file.withBytesThrowing { (bytes) throws(NetworkFilesError) in
        let range = try entry.dataRange(in: bytes, path: path)
        try entry.check(UnsafeRawBufferPointer(rebasing: bytes[range]), label: label)
        return range
      }
      return try NpyArray(file: file, range: range, path: label)
    }
    let inflated = try file.withBytesThrowing { (bytes) throws(NetworkFilesError) in
      try entry.inflated(try entry.data(in: bytes, path: path), label: label)
    }
    return try NpyArray(file: inflated, range: 0..<inflated.byteCount, path: label)
  }

  private func entry(_ name: String) throws(NetworkFilesError) -> (ZipEntry, String) {
    guard let index = names.firstIndex(of: name) else {
      throw .missingArray(path: path, name: name, present: names)
    }
    return (entries[index], "\(path)[\(shown(name))]")
  }

  /// Writes arrays into an archive, uncompressed, in the given order.
  public static func write(_ arrays: [(name: String, array: NpyArray)], to path: String) throws {
    try AtomicFile.write(path) { file in
      var archive = NpzWriter(file)
      for (name, array) in arrays { try archive.add(name, array) }
      try archive.finish()
    }
  }
}

import NetworkFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A recording in one file, of any format that is read.
package enum EventFile {
  /// What names of event files end in.
  static let extensions = ["bin", "aedat", "aedat4", "npz"]

  /// Reads a recording; the format follows from the end of the name and, for AEDAT, from the first line.
  package static func read(_ path: String) throws(DatasetError) -> Recording {
    if path.hasSuffix(".npz") {
      do {
        return try EventArrays(try Npz.read(path)).recording()
      } catch let error as DatasetError {
        throw error
      } catch let error as NetworkFilesError {
        throw .file(error)
      } catch {
        throw .malformed(path: path, problem: "\(error)")
      }
    }
    return try parse(try contents(path), path: path)
  }

  /// The recording in some bytes.
  package static func parse(_ bytes: [UInt8], path: String) throws(DatasetError) -> Recording {
    let reader = EventReader(path: path, bytes: bytes)
    if path.hasSuffix(".bin") { return try reader.nmnist() }
    let version = Array("#!AER-DAT".utf8)
    guard bytes.starts(with: version), bytes.count > version.count else {
      throw reader.failure(0, "an AEDAT file starts with #!AER-DAT and its version")
    }
    switch bytes[version.count] {
    case UInt8(ascii: "2"): return try reader.aedat2()
    case UInt8(ascii: "3"): return try reader.aedat3()
    case UInt8(ascii: "4"): return try reader.aedat4()
    default:
      throw reader.failure(version.count, "this version of AEDAT is not read; versions 2, 3.1 and 4 are")
    }
  }

  /// The bytes of a file, copied, so that a file that is cut short meanwhile does no harm.
  static func contents(_ path: String) throws(DatasetError) -> [UInt8] {
    func failed() -> DatasetError {
      .file(.unreadable(path: path, reason: strerror(errno).map { String(cString: $0) } ?? "error \(errno)"))
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failed() }
    defer { _ = close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failed() }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .file(.unreadable(path: path, reason: "it is not a regular file"))
    }
    let size = Int(status.st_size)
    guard size <= EventReader.maximumBytes else {
      throw .file(.tooLarge(path: path, what: "the recording", bytes: size, limit: EventReader.maximumBytes))
    }
    var bytes = [UInt8](repeating: 0, count: size)
    var done = 0
    while done < size {
      let count = bytes.withUnsafeMutableBytes { buffer in
        buffer.baseAddress.map { pread(descriptor, $0 + done, size - done, off_t(done)) } ?? 0
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failed() }
      guard count > 0 else {
        throw .file(.truncated(path: path, what: "the recording", needed: size, available: done))
      }
      done += count
    }
    return bytes
  }
}

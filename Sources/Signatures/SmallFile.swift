#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Reading files of a few hundred bytes.
enum SmallFile {
  /// The bytes of a regular file, at most `limit` and one of them, and its mode.
  ///
  /// - Throws: `unreadable`.
  static func read(_ path: String, atMost limit: Int) throws(SignatureError) -> (bytes: [UInt8], mode: UInt32) {
    // Opening a named pipe would otherwise wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "it is not a regular file")
    }
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var done = 0
    while done < bytes.count {
      let (start, room) = (done, bytes.count - done)
      let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress.map { $0 + start }, room) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
      if count == 0 { break }
      done += count
    }
    return (Array(bytes[..<done]), status.st_mode)
  }
}

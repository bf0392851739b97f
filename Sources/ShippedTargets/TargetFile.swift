import Glibc
import Targets

/// Reads the text of a target file from the file system.
enum TargetFile {
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The text of a regular file of at most `TargetReader.maximumBytes`.
  static func text(of path: String) throws(TargetError) -> String {
    // Not blocking: a named pipe would otherwise wait here for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable(path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unreadable(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "not a file") }

    var bytes = [UInt8](repeating: 0, count: TargetReader.maximumBytes + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw unreadable(path, errno) }
      if got == 0 { break }
      count += got
    }
    guard count <= TargetReader.maximumBytes else { throw .tooLarge(file: path, limit: TargetReader.maximumBytes) }
    guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
      throw .unreadable(path: path, reason: "not UTF-8 text")
    }
    return text
  }

  private static func unreadable(_ path: String, _ code: Int32) -> TargetError {
    .unreadable(path: path, reason: String(cString: strerror(code)))
  }
}

import Glibc

/// An open file, closed with its last reference.
package final class FileDescriptor {
  package let number: Int32

  package init(_ number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }

  static func open(_ path: String) throws(VirtualBoardError) -> FileDescriptor {
    let number = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw .failed("opening", path) }
    return FileDescriptor(number)
  }

  static func nameless() throws(VirtualBoardError) -> FileDescriptor {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/snnmap-XXXXXX".utf8CString)
    let number = mkstemp(&template)
    guard number >= 0 else { throw .failed("making a temporary file in", folder) }
    unlink(template)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    return FileDescriptor(number)
  }

  /// Writes all bytes; 0 or the system's error number.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = pwrite(number, rest.baseAddress, rest.count, offset + done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return count < 0 ? errno : ENOSPC }
      done += count
    }
    return 0
  }

  /// Returns when the bytes are on the disk.
  func flush() -> Int32 { fdatasync(number) == 0 ? 0 : errno }
}

extension VirtualBoardError {
  /// The system's last error.
  package static func failed(_ operation: String, _ path: String) -> Self {
    let code = errno
    return .system(operation: operation, path: path, code: code, reason: String(cString: strerror(code)))
  }
}

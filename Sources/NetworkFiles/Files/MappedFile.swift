import Networks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A whole file, mapped read-only for as long as the object lives.
///
/// Files that this project writes are replaced by renaming, so a mapping keeps seeing the old bytes.
/// A file that another program cuts short in place while it is mapped ends the process, as with any
/// mapping.
public final class MappedFile: WeightBytes {
  public let path: String
  public let byteCount: Int
  private nonisolated(unsafe) let base: UnsafeMutableRawPointer?

  /// Maps a regular file.
  ///
  /// - Parameter limit: the greatest size in bytes.
  public init(_ path: String, limit: Int = Int.max) throws(NetworkFilesError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemMessage()) }
    defer { _ = close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: systemMessage()) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let folder = status.st_mode & S_IFMT == S_IFDIR
      throw .unreadable(path: path, reason: folder ? "it is a folder" : "it is not a regular file")
    }
    let size = Int(status.st_size)
    guard size <= limit else { throw .tooLarge(path: path, what: "the file", bytes: size, limit: limit) }
    self.path = path
    byteCount = size
    if size == 0 {
      base = nil
      return
    }
    let mapping = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let mapping, mapping != MAP_FAILED else {
      throw .unreadable(path: path, reason: systemMessage())
    }
    base = mapping
  }

  deinit {
    if let base { munmap(base, byteCount) }
  }

  /// The bytes of the file, without a copy.
  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body(UnsafeRawBufferPointer(start: base, count: byteCount))
  }
}

/// The text of the last failed system call.
func systemMessage(_ code: Int32 = errno) -> String {
  guard let text = strerror(code) else { return "error \(code)" }
  return String(cString: text)
}

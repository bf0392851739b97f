import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files that appear whole or not at all.
///
/// A file is written beside its destination, synchronised and renamed. On an error the temporary is
/// removed; on a signal, `removeTemporaries()` removes it.
public enum AtomicFile {
  /// Writes a file through `body`; what stood at `path` before stays until the new file is complete.
  ///
  /// - Returns: what `body` returns.
  public static func write<R>(_ path: String, _ body: (FileWriter) throws -> R) throws -> R {
    let destination = try resolvedDestination(path)
    let temporary = try Temporary(beside: destination, for: path)
    do {
      let writer = FileWriter(descriptor: temporary.descriptor, path: path)
      let result = try body(writer)
      try writer.flush()
      try temporary.commit(to: destination, for: path)
      return result
    } catch {
      temporary.discard()
      throw error
    }
  }

  /// Writes a file of these bytes.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try write(path) { try $0.write(bytes) }
  }

  /// Removes the temporaries of all writes in progress; may be called in a signal handler.
  ///
  /// Call it once, while nothing is written, before installing the handler: the first call sets up
  /// the table that it reads.
  public static func removeTemporaries() {
    for index in 0..<TemporaryTable.capacity {
      let address = TemporaryTable.shared.slots[index].exchange(0, ordering: .acquiringAndReleasing)
      // The path is not freed: that is not allowed in a handler.
      if let path = UnsafePointer<CChar>(bitPattern: address) { _ = unlink(path) }
    }
  }

  /// The file that a write replaces: the end of a chain of links, and never a device or a folder.
  private static func resolvedDestination(_ path: String) throws(NetworkFilesError) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if path.isEmpty { throw .unwritable(path: "\"\"", reason: "the name is empty") }
      return path
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let folder = status.st_mode & S_IFMT == S_IFDIR
      throw .unwritable(path: path, reason: folder ? "it is a folder" : "it is not a regular file")
    }
    guard access(path, W_OK) == 0 else { throw .unwritable(path: path, reason: systemMessage()) }
    guard let resolved = realpath(path, nil) else { throw .unwritable(path: path, reason: systemMessage()) }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

/// One temporary file, open and registered for removal.
private struct Temporary {
  let descriptor: Int32
  let path: String
  let folder: String
  private let slot: Int?

  private static let counter = Atomic<UInt32>(0)

  init(beside destination: String, for path: String) throws(NetworkFilesError) {
    let slash = destination.utf8.lastIndex(of: UInt8(ascii: "/"))
    folder = slash.map { String(destination[...$0]) } ?? "./"
    for _ in 0..<1000 {
      let number = Self.counter.wrappingAdd(1, ordering: .relaxed).oldValue
      let name = "\(folder).snnmap-\(getpid())-\(number).tmp"
      let slot = TemporaryTable.register(name)
      let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        self.descriptor = descriptor
        self.path = name
        self.slot = slot
        return
      }
      let code = errno
      TemporaryTable.release(slot)
      // A file that a killed process of the same number left behind: take the next name.
      guard code == EEXIST else { throw .unwritable(path: path, reason: systemMessage(code)) }
    }
    throw .unwritable(path: path, reason: "the folder is full of old temporaries named .snnmap-*.tmp")
  }

  func commit(to destination: String, for path: String) throws(NetworkFilesError) {
    // Some file systems cannot synchronise and say EINVAL; a full disk says ENOSPC or EIO.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw .unwritable(path: path, reason: systemMessage())
    }
    guard rename(self.path, destination) == 0 else { throw .unwritable(path: path, reason: systemMessage()) }
    TemporaryTable.release(slot)
    _ = close(descriptor)
    let parent = open(folder, O_RDONLY | O_CLOEXEC)
    if parent >= 0 {
      _ = fsync(parent)
      _ = close(parent)
    }
  }

  func discard() {
    _ = unlink(path)
    TemporaryTable.release(slot)
    _ = close(descriptor)
  }
}

/// The paths of open temporaries, readable in a signal handler.
private struct TemporaryTable: ~Copyable {
  static let capacity = 32
  static let shared = TemporaryTable()
  /// Addresses of C strings, 0 where free.
  let slots = InlineArray<32, Atomic<UInt>> { _ in Atomic(0) }

  /// Registers a path; nil when the table is full, and then a signal leaves that file behind.
  static func register(_ path: String) -> Int? {
    guard let copy = strdup(path) else { return nil }
    let address = UInt(bitPattern: copy)
    for index in 0..<capacity
    where shared.slots[index].compareExchange(expected: 0, desired: address, ordering: .acquiringAndReleasing).exchanged
    {
      return index
    }
    free(copy)
    return nil
  }

  static func release(_ slot: Int?) {
    guard let slot else { return }
    let address = shared.slots[slot].exchange(0, ordering: .acquiringAndReleasing)
    free(UnsafeMutablePointer<CChar>(bitPattern: address))
  }
}

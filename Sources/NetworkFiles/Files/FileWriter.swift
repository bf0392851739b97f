#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A buffered, sequential writer into an open file; errors name the file that is being written.
public final class FileWriter {
  /// The path that errors name.
  public let path: String
  /// The bytes written so far.
  public private(set) var position = 0
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private static let bufferLimit = 1 << 18

  /// Writes into an open descriptor, which stays the caller's to close.
  package init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
    buffer.reserveCapacity(Self.bufferLimit)
  }

  /// Appends bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(NetworkFilesError) {
    position += bytes.count
    if buffer.count + bytes.count > Self.bufferLimit { try flush() }
    if bytes.count > Self.bufferLimit {
      try writeThrough(bytes)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// Appends bytes.
  public func write(_ bytes: [UInt8]) throws(NetworkFilesError) {
    try bytes.withRawBytes { (raw) throws(NetworkFilesError) in try write(raw) }
  }

  /// Replaces bytes that were written before.
  public func overwrite(at offset: Int, with bytes: [UInt8]) throws(NetworkFilesError) {
    precondition(offset >= 0 && offset + bytes.count <= position)
    try flush()
    try bytes.withRawBytes { (raw) throws(NetworkFilesError) in
      var done = 0
      while done < raw.count {
        let written = pwrite(descriptor, raw.baseAddress.map { $0 + done }, raw.count - done, off_t(offset + done))
        done += try progress(written)
      }
    }
  }

  /// Hands everything to the system.
  public func flush() throws(NetworkFilesError) {
    try buffer.withRawBytes { (raw) throws(NetworkFilesError) in try writeThrough(raw) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeThrough(_ bytes: UnsafeRawBufferPointer) throws(NetworkFilesError) {
    var done = 0
    while done < bytes.count {
      let written = systemWrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      done += try progress(written)
    }
  }

  /// The bytes that a write call took; 0 when it was interrupted.
  private func progress(_ written: Int) throws(NetworkFilesError) -> Int {
    if written >= 0 { return written }
    if errno == EINTR { return 0 }
    throw .unwritable(path: path, reason: systemMessage())
  }
}

// The method `write` hides the system call of that name.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

extension [UInt8] {
  /// `withUnsafeBytes` with a typed error.
  fileprivate func withRawBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    try withUnsafeBufferPointer { (buffer) throws(E) in try body(UnsafeRawBufferPointer(buffer)) }
  }
}

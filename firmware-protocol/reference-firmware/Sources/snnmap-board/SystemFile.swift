import Glibc

/// An open file of the system, closed with its last reference.
final class SystemFile: Sendable {
  let number: Int32

  init(_ number: Int32) {
    self.number = number
  }

  convenience init(opening path: String, _ flags: Int32) throws(FirmwareError) {
    let number = open(path, flags | O_CLOEXEC)
    guard number >= 0 else { throw .failed("opening", path) }
    self.init(number)
  }

  deinit {
    close(number)
  }

  /// Writes all bytes at once, as the kernel's interfaces in files want it.
  func write(_ bytes: [UInt8], _ place: String) throws(FirmwareError) {
    let count = bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
    guard count == bytes.count else { throw .failed("writing", place) }
  }

  /// The text of a small file, without the white space at its end.
  static func text(of path: String) throws(FirmwareError) -> String {
    let file = try SystemFile(opening: path, O_RDONLY)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = bytes.withUnsafeMutableBytes { read(file.number, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw .failed("reading", path) }
    var text = bytes[..<count]
    while let last = text.last, last <= UInt8(ascii: " ") { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }
}

extension FirmwareError {
  /// The system's last error.
  static func failed(_ operation: String, _ place: String) -> Self {
    .system(operation: operation, place: place, code: errno)
  }
}

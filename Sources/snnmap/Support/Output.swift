import FoundationEssentials
import Glibc

/// Standard output and standard error.
enum Output {
  /// Takes the places of closed standard files, so that no file that is opened later is mistaken for one of them.
  static func occupyStandardFiles() {
    for number: Int32 in 0...2 where fcntl(number, F_GETFD) < 0 && errno == EBADF {
      // Writing to it is an error, as it is on a closed file.
      _ = open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes a line to standard output.
  ///
  /// - Throws: `OutputError`, where the output is closed or full.
  static func print(_ line: String) throws {
    guard write(line + "\n", to: 1) else { throw OutputError(reason: String(cString: strerror(errno))) }
  }

  /// Writes a value as JSON, keys sorted.
  static func print(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// Writes text as it is to standard output.
  ///
  /// - Throws: `OutputError`, where the output is closed or full.
  static func write(_ text: String) throws {
    guard write(text, to: 1) else { throw OutputError(reason: String(cString: strerror(errno))) }
  }

  /// Writes a result to standard error, where standard output holds something else.
  static func note(_ line: String) {
    _ = write(line + "\n", to: 2)
  }

  /// Writes a message for people to standard error.
  static func error(_ text: String) {
    _ = write("snnmap: \(text)\n", to: 2)
  }

  /// Writes text as it is to standard error, for what is drawn on a terminal.
  static func draw(_ text: String) {
    _ = write(text, to: 2)
  }

  private static func write(_ text: String, to file: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var done = 0
      while done < bytes.count {
        let count = Glibc.write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { return false }
        done += count
      }
      return true
    }
  }
}

/// Standard output cannot be written.
struct OutputError: Error, CustomStringConvertible {
  let reason: String
  var description: String { "standard output cannot be written: \(reason)" }
}

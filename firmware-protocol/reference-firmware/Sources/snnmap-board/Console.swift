import Glibc

/// What the program says, line by line, also where nobody watches at a terminal.
enum Console {
  static func say(_ text: String) {
    write("snnmap-board: \(text)\n", to: STDOUT_FILENO)
  }

  static func complain(_ text: String) {
    write("snnmap-board: \(text)\n", to: STDERR_FILENO)
  }

  static func write(_ text: String, to file: Int32) {
    var text = text
    _ = text.withUTF8 { Glibc.write(file, $0.baseAddress, $0.count) }
  }
}

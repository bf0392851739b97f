import Glibc

/// The end of standard input, on which a program that started this one may rely.
enum InputEnd {
  /// Reads standard input on a thread of its own, and calls `action` when it ends.
  static func await(_ action: @escaping @Sendable () -> Void) -> Bool {
    BackgroundThread.start {
      var byte: UInt8 = 0
      while true {
        let count = read(0, &byte, 1)
        if count == 0 || count < 0 && errno != EINTR { break }
      }
      action()
    }
  }
}

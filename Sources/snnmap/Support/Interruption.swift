import Glibc
import NetworkFiles

/// What Ctrl-C and a termination do: no half-written file stays behind.
enum Interruption {
  static func install() {
    signal(SIGINT, interrupted)
    signal(SIGTERM, interrupted)
    // A reader that goes away, such as `head`, is reported as an error of the write.
    signal(SIGPIPE, SIG_IGN)
  }
}

/// Runs as a signal handler: only async-signal-safe calls.
private func interrupted(_ signal: Int32) {
  AtomicFile.removeTemporaries()
  let text: StaticString = "\nsnnmap: interrupted\n"
  _ = write(2, text.utf8Start, text.utf8CodeUnitCount)
  _exit(128 + signal)
}

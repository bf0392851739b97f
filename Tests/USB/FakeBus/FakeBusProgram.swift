import Glibc

/// A USB bus with fake boards, for programs that are started with its folder as `UMOCKDEV_DIR`.
///
/// Prints the folder, then obeys one command a line from standard input, each answered by `ok` or a reason, until the
/// input ends. `FakeBus.obey` has the commands.
@main
struct FakeBusProgram {
  static func main() {
    guard let bus = FakeBus() else { exit(3) }
    say(bus.folder)
    while let line = readLine() {
      do {
        try bus.obey(line)
        say("ok")
      } catch {
        say("\(error)")
      }
    }
    bus.remove()
    exit(0)
  }

  /// Writes a line at once.
  private static func say(_ line: String) {
    print(line)
    fflush(nil)
  }
}

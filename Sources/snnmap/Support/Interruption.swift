import Glibc
import NetworkFiles
import Synchronization
import Workflows

/// What Ctrl-C, a termination or a closed terminal do: no half-written file, temporary folder or started
/// program stays behind.
///
/// A thread of its own waits for the signals, so that it may do what a signal handler must not.
enum Interruption {
  private static let isUnderWay = Atomic(false)
  private static let folders = Mutex<[String]>([])
  /// Whether a command ends by itself when it is asked to.
  private static let finishes = Atomic(false)
  private static let asked = Atomic<Int32>(0)

  /// Takes signals even when the program that started this one has blocked them, as threads of Dispatch do.
  static func unblockSignals() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Begins to wait for the signals; call it before other threads start.
  static func install() {
    AtomicFile.removeTemporaries()
    var signals = awaitedSignals()
    // Threads that start later inherit this.
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    if !BackgroundThread.start({ awaitSignal() }) { pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
  }

  private static func awaitedSignals() -> sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    // Under `nohup` a closed terminal is to change nothing.
    if !isIgnored(SIGHUP) { sigaddset(&signals, SIGHUP) }
    return signals
  }

  /// Has a temporary folder removed when the program is interrupted.
  static func watch(folder: String) {
    folders.withLock { $0.append(folder) }
  }

  /// Ends the watch over a folder.
  static func forget(folder: String) {
    folders.withLock { list in list.removeAll { $0 == folder } }
  }

  /// Returns at once, or never while an interruption tidies up: what it takes away is no error to report.
  static func yieldToInterruption() {
    while isUnderWay.load(ordering: .acquiring) { sleep(1) }
  }

  /// Whether a command that may finish has been asked to end.
  static var isAsked: Bool { asked.load(ordering: .acquiring) != 0 }

  /// From now on the first signal is a wish, which `isAsked` tells; the second ends the program.
  static func letFinish() {
    finishes.store(true, ordering: .releasing)
  }

  /// From now on a signal ends the program; one that came before does so now.
  static func endAtOnce() {
    finishes.store(false, ordering: .releasing)
    let number = asked.load(ordering: .acquiring)
    if number != 0 { end(number, "interrupted") }
  }

  /// Ends a program that has finished what it was allowed to finish.
  static func endInterrupted(_ text: String) -> Never {
    end(max(asked.load(ordering: .acquiring), 1), text)
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Waits for one of the signals and ends the program.
  private static func awaitSignal() {
    var signals = awaitedSignals()
    var number: Int32 = 0
    while sigwait(&signals, &number) != 0 {}
    if finishes.load(ordering: .acquiring) {
      asked.store(number, ordering: .releasing)
      if isatty(2) == 1 { Output.draw("\n") }
      while sigwait(&signals, &number) != 0 {}
    }
    end(number, "interrupted")
  }

  /// Tidies up and ends the program.
  private static func end(_ number: Int32, _ text: String) -> Never {
    var signals = awaitedSignals()
    isUnderWay.store(true, ordering: .releasing)
    // A second signal ends the program at once.
    sigemptyset(&signals)
    for other in [SIGINT, SIGTERM, SIGHUP] {
      signal(other, SIG_DFL)
      sigaddset(&signals, other)
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    ChildProcess.endAll()
    for folder in folders.withLock({ $0 }) { WorkFolder.removeAll(at: folder) }
    // Last, as other threads go on until the program ends.
    AtomicFile.removeTemporaries()
    if isatty(2) == 1 { Output.draw("\n") }
    Output.error(text)
    _exit(128 + number)
  }
}

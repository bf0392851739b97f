import Glibc
import Synchronization

/// A program started beside this one, ended when it is no longer needed.
///
/// Its standard input is a pipe that ends when this program does, however that may be; a program such as
/// `snnmap serve --until-input-ends` then ends too.
public final class ChildProcess {
  private let identifier: pid_t
  /// The end of the pipe that is kept open as long as the program is to run.
  private let lifeline: Int32
  private var isRunning = true

  private static let running = Mutex<[pid_t]>([])

  /// Starts `arguments[0]` with standard output discarded.
  ///
  /// - Throws: `WorkflowError.failure` where the program cannot be started.
  public init(_ arguments: [String]) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw WorkflowError(.failure, "a pipe cannot be made: \(String(cString: strerror(errno)))")
    }
    defer { close(ends[0]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    do {
      identifier = try Self.spawn(arguments, input: ends[0])
    } catch {
      close(ends[1])
      throw error
    }
    lifeline = ends[1]
    Self.running.withLock { [identifier] in $0.append(identifier) }
  }

  private static func spawn(_ arguments: [String], input: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The child takes signals although this program may block them, and Ctrl-C is this program's affair.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let status = posix_spawn(&child, arguments[0], &actions, &attributes, &words, environ)
    guard status == 0 else {
      throw WorkflowError(.failure, "\(arguments[0]) cannot be started: \(String(cString: strerror(status)))")
    }
    return child
  }

  /// Whether the program has ended by itself.
  public var hasEnded: Bool {
    if isRunning && Self.isGone(identifier) { forget() }
    return !isRunning
  }

  /// Asks the program to end, and ends it by force where it has not after two seconds.
  public func end() {
    guard isRunning else { return }
    Self.end([identifier])
    forget()
  }

  /// Ends every program that was started, for a program that is interrupted.
  public static func endAll() {
    end(running.withLock { $0 })
  }

  deinit {
    end()
    close(lifeline)
  }

  private func forget() {
    isRunning = false
    Self.running.withLock { [identifier] list in list.removeAll { $0 == identifier } }
  }

  private static func end(_ identifiers: [pid_t]) {
    for identifier in identifiers { kill(identifier, SIGTERM) }
    for identifier in identifiers {
      for _ in 0..<400 where !isGone(identifier) { usleep(5_000) }
      guard !isGone(identifier) else { continue }
      kill(identifier, SIGKILL)
      var status: Int32 = 0
      while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
    }
  }

  /// Whether a program has ended; one that was waited for before has.
  private static func isGone(_ identifier: pid_t) -> Bool {
    var status: Int32 = 0
    let found = waitpid(identifier, &status, WNOHANG)
    return found == identifier || found < 0 && errno == ECHILD
  }
}

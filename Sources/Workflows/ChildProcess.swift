import Glibc

/// A program started beside this one, ended when it is no longer needed.
public final class ChildProcess {
  private var identifier: pid_t
  private var isRunning = true

  /// Starts `arguments[0]` with standard input closed and standard output sent to standard error.
  ///
  /// - Throws: `WorkflowError.failure` where the program cannot be started.
  public init(_ arguments: [String]) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let status = posix_spawn(&child, arguments[0], &actions, nil, &words, environ)
    guard status == 0 else {
      throw WorkflowError(.failure, "\(arguments[0]) cannot be started: \(String(cString: strerror(status)))")
    }
    identifier = child
  }

  /// Whether the program has ended by itself.
  public var hasEnded: Bool {
    guard isRunning else { return true }
    var status: Int32 = 0
    if waitpid(identifier, &status, WNOHANG) == identifier { isRunning = false }
    return !isRunning
  }

  /// Asks the program to end and waits until it has.
  public func end() {
    guard isRunning else { return }
    kill(identifier, SIGTERM)
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
    isRunning = false
  }

  deinit {
    end()
  }
}

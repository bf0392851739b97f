import Foundation
import Glibc
import Synchronization
import Testing

/// The built program, run as a user runs it.
enum Program {
  /// What a run of the program gave.
  struct Outcome {
    /// The exit code, or 128 and the number of the signal that ended it.
    var status: Int32
    var output: String
    var errors: String

    /// The JSON object on standard output.
    var object: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] ?? [:]
    }

    /// The lines of standard error.
    var errorLines: [Substring] { errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast() }
  }

  /// The program stands beside the tests, where the package is built.
  static let path: String = {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let program = tests.deletingLastPathComponent().appendingPathComponent("snnmap").path
    guard access(program, X_OK) == 0 else { fatalError("\(program) is not there; `swift build` makes it") }
    return program
  }()

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - folder: the working folder.
  ///   - output: where standard output goes instead of into the outcome.
  @discardableResult
  static func run(_ arguments: [String], in folder: Folder, output: String? = nil) throws -> Outcome {
    try RunningProgram(arguments, in: folder, output: output).wait()
  }
}

/// The program while it runs.
final class RunningProgram {
  private let identifier: pid_t
  private let outputPath: String
  private let errorPath: String
  private let keepsOutput: Bool
  private let keepsErrors: Bool
  /// The end of the program's standard input that is held here, −1 when it was closed.
  private var input: Int32
  private var outcome: Program.Outcome?

  /// One program starts at a time, so that none inherits the pipe of another.
  private static let starting = Mutex(())

  /// - Parameters:
  ///   - output: where standard output goes instead of into the outcome.
  ///   - errors: the same for standard error.
  init(_ arguments: [String], in folder: Folder, output: String? = nil, errors: String? = nil) throws {
    let stem = folder.path(".run-\(UUID().uuidString)")
    let paths = (output: output ?? stem + ".out", errors: errors ?? stem + ".err")
    (outputPath, errorPath) = (paths.output, paths.errors)
    (keepsOutput, keepsErrors) = (output == nil, errors == nil)
    (identifier, input) = try Self.starting.withLock { _ in
      // The shell changes the folder and becomes the program.
      try Self.spawn(
        ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder.path, Program.path] + arguments, in: folder,
        output: paths.output, errors: paths.errors)
    }
  }

  private static func spawn(
    _ arguments: [String], in folder: Folder, output: String, errors: String
  ) throws -> (pid_t, Int32) {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
    var environment = ProcessInfo.processInfo.environment
    // Boards of other tests, and of the user, are out of sight.
    environment["XDG_RUNTIME_DIR"] = folder.path
    environment["TMPDIR"] = folder.path
    environment["COLUMNS"] = "80"
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + settings { free(word) } }
    var child: pid_t = 0
    let status = posix_spawn(&child, arguments[0], &actions, nil, &words, &settings)
    try #require(status == 0, "\(arguments[0]): \(String(cString: strerror(status)))")
    return (child, ends[1])
  }

  deinit {
    if outcome == nil { send(SIGKILL) }
    _ = wait()
  }

  func send(_ signal: Int32) {
    if outcome == nil { kill(identifier, signal) }
  }

  /// Writes to the program's standard input.
  func write(_ text: String) {
    for byte in Array(text.utf8) { withUnsafeBytes(of: byte) { _ = Glibc.write(input, $0.baseAddress, 1) } }
  }

  /// Ends the program's standard input.
  func endInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// Whether the program has not ended yet.
  var isRunning: Bool {
    var information = siginfo_t()
    return outcome == nil && waitid(P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT) == 0
      && information.si_signo == 0
  }

  /// What the program has written to standard error so far.
  var errors: String { keepsErrors ? (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" : "" }

  /// What the program has written to standard output so far.
  var output: String { keepsOutput ? (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" : "" }

  /// Waits for the program's end.
  func wait() -> Program.Outcome {
    if let outcome { return outcome }
    var status: Int32 = 0
    // No program takes minutes: one that hangs is to fail its test, and not to keep all others waiting.
    let deadline = ContinuousClock.now + .seconds(150)
    while waitpid(identifier, &status, WNOHANG) == 0 {
      if ContinuousClock.now > deadline { kill(identifier, SIGKILL) }
      usleep(2_000)
    }
    let signal = status & 0x7F
    let result = Program.Outcome(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: output, errors: errors)
    outcome = result
    endInput()
    if keepsOutput { unlink(outputPath) }
    if keepsErrors { unlink(errorPath) }
    return result
  }
}

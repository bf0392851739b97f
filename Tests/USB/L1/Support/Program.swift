import Foundation
import Glibc
import Synchronization
import Testing

/// A folder of its own for a test, removed with the object.
final class Folder: Sendable {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "snnmap-usb-\(UUID().uuidString.prefix(8))"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { remove() }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { path + "/" + name }
}

/// A program while it runs: its outputs go to files, its input is a pipe.
final class Program {
  struct Outcome {
    /// The exit code, or 128 and the number of the signal that ended it.
    var status: Int32
    var output: String
    var errors: String

    /// The JSON object on standard output.
    var object: [String: Any] { json as? [String: Any] ?? [:] }
    /// The JSON objects of the list on standard output.
    var rows: [[String: Any]] { json as? [[String: Any]] ?? [] }

    private var json: Any? { try? JSONSerialization.jsonObject(with: Data(output.utf8)) }
  }

  /// Programs stand beside the tests, where the package is built.
  static func path(_ name: String) -> String {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent(name).path
  }

  let identifier: pid_t
  private let outputPath: String
  private let errorPath: String
  private var input: Int32
  private var outcome: Outcome?

  /// One program starts at a time, so that none inherits the pipe of another.
  private static let starting = Mutex(())

  /// Starts a program in a folder.
  init(_ arguments: [String], in folder: Folder, environment changes: [String: String] = [:]) throws {
    let stem = folder.path(".run-\(UUID().uuidString)")
    let (outputPath, errorPath) = (stem + ".out", stem + ".err")
    (self.outputPath, self.errorPath) = (outputPath, errorPath)
    var environment = ProcessInfo.processInfo.environment
    // Boards of other tests, and of the user, are out of sight.
    environment["XDG_RUNTIME_DIR"] = folder.path
    environment["TMPDIR"] = folder.path
    environment.merge(changes) { $1 }
    let settings = environment.map { "\($0.key)=\($0.value)" }
    (identifier, input) = try Self.starting.withLock { _ in
      try Self.spawn(
        ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder.path] + arguments, settings, outputPath, errorPath)
    }
  }

  private static func spawn(
    _ arguments: [String], _ settings: [String], _ output: String, _ errors: String
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
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] = settings.map { strdup($0) } + [nil]
    defer { for word in words + environment { free(word) } }
    var child: pid_t = 0
    let status = posix_spawn(&child, arguments[0], &actions, nil, &words, &environment)
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

  /// Whether the program has not ended yet.
  var isRunning: Bool {
    var information = siginfo_t()
    return outcome == nil && waitid(P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT) == 0
      && information.si_signo == 0
  }

  /// What the program has written so far.
  var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }
  var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

  /// Writes a line to the program's standard input.
  func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(input, bytes, bytes.count)
  }

  /// Ends the program's standard input.
  func endInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// Waits for the program's end.
  @discardableResult
  func wait() -> Outcome {
    if let outcome { return outcome }
    var status: Int32 = 0
    // No program takes minutes: one that hangs is to fail its test, and not to keep all others waiting.
    let deadline = ContinuousClock.now + .seconds(150)
    while waitpid(identifier, &status, WNOHANG) == 0 {
      if ContinuousClock.now > deadline { kill(identifier, SIGKILL) }
      usleep(2_000)
    }
    let signal = status & 0x7F
    let result = Outcome(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: output, errors: errors)
    outcome = result
    endInput()
    unlink(outputPath)
    unlink(errorPath)
    return result
  }
}

/// Waits until something holds, looking 200 times a second.
func eventually(_ seconds: Double = 30, _ condition: () throws -> Bool) rethrows -> Bool {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while ContinuousClock.now < deadline {
    if try condition() { return true }
    usleep(5_000)
  }
  return try condition()
}

import BoardLink
import Foundation
import Testing

/// `snnmap serve` in a process of its own, ended with the object.
final class VirtualBoard {
  let address: String
  let running: RunningProgram

  /// Starts a board and waits until it listens.
  ///
  /// - Parameter name: the socket is `name` in the folder; nil for the default folder, where `devices` looks.
  init(in folder: Folder, name: String? = "board.sock", target: String = "board", store: String? = nil) throws {
    var arguments = ["serve", "--target", target, "--until-input-ends"]
    if let name { arguments += ["--socket", folder.path(name)] }
    if let store { arguments += ["--store", folder.path(store)] }
    running = try RunningProgram(arguments, in: folder)
    let deadline = ContinuousClock.now + .seconds(20)
    while !running.output.contains("\n") {
      try #require(running.isRunning && ContinuousClock.now < deadline, "\(running.errors)")
      usleep(5_000)
    }
    // serving board, serial board-1, at unix:PATH; Ctrl-C ends it
    let rest = try #require(running.output.split(separator: " at ").last)
    address = String(rest.prefix { $0 != ";" })
  }

  deinit {
    running.send(SIGCONT)
    running.send(SIGTERM)
    _ = running.wait()
  }
}

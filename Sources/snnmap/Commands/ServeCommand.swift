import ArgumentParser
import ShippedTargets
import Targets
import VirtualBoard
import Workflows

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Be a virtual board: a board in a process of its own, reached over a Unix socket.",
    usage: "snnmap serve [<options>]",
    discussion: """
      Runs until Ctrl-C. Without --socket it appears in the default socket folder, where `snnmap devices` \
      and the other commands find it. With --store the board keeps its slots between runs, as flash memory \
      does; without, it forgets them.

      Examples:
        snnmap serve
        snnmap serve --target board --socket /tmp/board.sock --store board-flash
      """)

  @Option(
    name: .long,
    help: ArgumentHelp("The board to be: a shipped target or a YAML file.", valueName: "name|file.yaml"))
  var target = "board"

  @Option(name: .long, help: ArgumentHelp("The socket. Default: one in the default socket folder.", valueName: "path"))
  var socket: String?

  @Option(name: .long, help: ArgumentHelp("Keep the slots in this folder.", valueName: "folder"))
  var store: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The serial number. Default: the target's name and a number.", valueName: "text"))
  var serial: String?

  @Flag(name: .long, help: "Also end when standard input does, for programs that start a board.")
  var untilInputEnds = false

  func run() throws {
    let target = try Target.load(target)
    let server = try VirtualBoardServer(
      target: target, options: VirtualBoardOptions(socketPath: socket, storeFolder: store, serial: serial))
    server.stopOnSignals()
    if untilInputEnds, !InputEnd.await({ server.stop() }) {
      throw WorkflowError(.failure, "standard input cannot be watched: the system gives no thread")
    }
    try Output.print("serving \(target.name), serial \(server.serial), at \(server.address); Ctrl-C ends it")
    try server.run()
  }
}

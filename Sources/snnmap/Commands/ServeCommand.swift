import ArgumentParser
import ShippedTargets
import Targets
import VirtualBoard

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Be a virtual board: a board in a process of its own, reached over a Unix socket.",
    discussion: """
      Runs until Ctrl-C. `snnmap devices` lists boards in the default socket folder. With --store the board
      keeps its slots between runs, as flash memory does; without, it forgets them.

      Example: snnmap serve --target board --socket /tmp/board.sock --store board-flash
      """)

  @Option(name: .long, help: "The board to be: a shipped target or a YAML file.")
  var target = "board"

  @Option(name: .long, help: ArgumentHelp("The socket. Default: one in the default socket folder.", valueName: "path"))
  var socket: String?

  @Option(name: .long, help: ArgumentHelp("Keep the slots in this folder.", valueName: "folder"))
  var store: String?

  @Option(name: .long, help: "The serial number. Default: the target's name and a number.")
  var serial: String?

  func run() throws {
    let target = try Target.load(target)
    let server = try VirtualBoardServer(
      target: target, options: VirtualBoardOptions(socketPath: socket, storeFolder: store, serial: serial))
    server.stopOnSignals()
    try Output.print("serving \(target.name), serial \(server.serial), at \(server.address); Ctrl-C ends it")
    try server.run()
  }
}

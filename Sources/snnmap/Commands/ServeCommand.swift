import ArgumentParser
import BoardCore
import ShippedTargets
import Signatures
import Targets
import USBIPServer
import VirtualBoard
import Workflows

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Be a virtual board: a board in a process of its own, reached over a Unix socket or as a USB device.",
    usage: "snnmap serve [<options>]",
    discussion: """
      Runs until Ctrl-C. Without --socket it appears in the default socket folder, where `snnmap devices` \
      and the other commands find it. With --store the board keeps its slots between runs, as flash memory \
      does; without, it forgets them.

      With --usbip there is no socket: the board is served over USB/IP, and the command that is printed makes it a \
      USB device of any Linux machine. The default address is reached from this machine only; at any other, \
      whoever reaches it can use the board.

      Examples:
        snnmap serve
        snnmap serve --target board --socket /tmp/board.sock --store board-flash
        snnmap serve --usbip --count 4
        snnmap serve --usbip 192.168.1.10:3240 --usb-speed super
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

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A public key whose images the board takes, from its first start on; up to four.", valueName: "file"))
  var key: [String] = []

  @Option(
    name: .long, defaultAsFlag: ServerAddress.local.description,
    help: ArgumentHelp(
      "Serve over USB/IP. The default address is reached from this machine only.", valueName: "address:port"))
  var usbip: String?

  @Option(name: .long, help: ArgumentHelp("With --usbip: the number of boards, 1 to 127. Default: 1.", valueName: "n"))
  var count: Int?

  @Option(
    name: .long,
    help: ArgumentHelp("With --usbip: full, high or super. Default: high.", valueName: "speed"))
  var usbSpeed: USBSpeed?

  @Flag(name: .long, help: "Also end when standard input does, for programs that start a board.")
  var untilInputEnds = false

  func validate() throws {
    if usbip != nil {
      guard socket == nil else {
        throw ValidationError("--socket and --usbip exclude each other: leave one of them out")
      }
    } else {
      guard count == nil, usbSpeed == nil else { throw ValidationError("--count and --usb-speed need --usbip") }
    }
    guard key.count <= 4 else { throw ValidationError("a board pins at most four keys, and \(key.count) were given") }
  }

  func run() throws {
    let target = try Target.load(target)
    var keys = PinnedKeys()
    for path in key { _ = keys.append(try KeyFile.readPublic(path).key) }
    if let usbip {
      try serve(target, keys: keys, at: try ServerAddress(parsing: usbip))
      return
    }
    let server = try VirtualBoardServer(
      target: target,
      options: VirtualBoardOptions(socketPath: socket, storeFolder: store, serial: serial, keys: keys))
    server.stopOnSignals()
    try stopWhenInputEnds { server.stop() }
    try Output.print("serving \(target.name), serial \(server.serial), at \(server.address); Ctrl-C ends it")
    try server.run()
  }

  private func serve(_ target: Target, keys: PinnedKeys, at address: ServerAddress) throws {
    var options = USBIPOptions()
    options.address = address
    options.count = count ?? 1
    options.speed = usbSpeed ?? .high
    options.serial = serial
    options.storeFolder = store
    options.keys = keys
    let service = try USBIPService(target: target, options: options)
    service.stopOnSignals()
    service.onEvent = { event in
      switch event {
      case .attached(let serial): Output.draw("\(serial): attached\n")
      case .detached(let serial): Output.draw("\(serial): detached\n")
      case .restarted(let serial): Output.draw("\(serial): starts anew, attach it again\n")
      case .refused(let error): Output.error(error.description)
      }
    }
    try stopWhenInputEnds { service.stop() }
    let reach = service.address.isLocal ? "for this machine only" : "for whoever reaches it: USB/IP has no passwords"
    try Output.print("serving \(target.name) over USB/IP at \(service.address), \(reach); Ctrl-C ends it")
    try Output.print("as root, after 'modprobe vhci-hcd':")
    for (device, command) in zip(service.devices, service.attachCommands) {
      try Output.print("  \(command)    # serial \(device.serial)")
    }
    try service.run()
  }

  private func stopWhenInputEnds(_ stop: @escaping @Sendable () -> Void) throws {
    if untilInputEnds, !InputEnd.await(stop) {
      throw WorkflowError(.failure, "standard input cannot be watched: the system gives no thread")
    }
  }
}

extension USBSpeed: ExpressibleByArgument {}

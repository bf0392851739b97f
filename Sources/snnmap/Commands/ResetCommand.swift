import ArgumentParser
import BoardLink

struct ResetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Start a board anew and wait until it is back.",
    usage: "snnmap reset [<options>]",
    discussion: """
      An image on trial has one start less afterwards. Exit code 7 when the board is not back in time.

      Examples:
        snnmap reset
        snnmap reset --device usb@1-1.2 --wait 60
      """)

  @OptionGroup var device: DeviceOption

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("How long to wait for the board.", valueName: "seconds"))
  var wait = 30

  @OptionGroup var json: JSONOption

  func validate() throws {
    guard (1...3600).contains(wait) else { throw ValidationError("--wait \(wait) is not within 1–3600") }
  }

  func run() throws {
    let session = try device.session(options: LinkOptions(reconnectTime: .seconds(wait)))
    defer { session.close() }
    let state = BoardState(session.address, try session.restart())
    if json.json {
      try Output.print(json: state)
    } else {
      try Output.print("\(state.device) (serial \(state.serial)) has started anew: \(state.sentence)")
    }
  }
}

import ArgumentParser
import BoardLink

struct RollbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Make the image active again that was active before.",
    usage: "snnmap rollback [<options>]",
    discussion: """
      The board checks the earlier image before it takes it, and keeps the other one, so a second rollback is \
      back where the first began. Locked boards never go back below their rollback counter.

      Examples:
        snnmap rollback
        snnmap rollback --device usb:board-1
      """)

  @OptionGroup var device: DeviceOption
  @OptionGroup var json: JSONOption

  func run() throws {
    let session = try device.session()
    defer { session.close() }
    try session.rollback()
    let state = BoardState(session)
    if json.json {
      try Output.print(json: state)
    } else {
      try Output.print("\(state.device) (serial \(state.serial)): \(state.sentence)")
    }
  }
}

import ArgumentParser
import BoardLink

struct ConfirmCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confirm",
    abstract: "Make an image that is active on trial stay active.",
    usage: "snnmap confirm [<options>]",
    discussion: """
      After `snnmap flash --trial` the board goes back to the image before at its fourth start, unless the new \
      one is confirmed. Confirm what you have tested since the board's last start.

      Examples:
        snnmap confirm
        snnmap confirm --device usb:board-1
      """)

  @OptionGroup var device: DeviceOption
  @OptionGroup var json: JSONOption

  func run() throws {
    let session = try device.session()
    defer { session.close() }
    try session.confirm()
    let state = BoardState(session)
    if json.json {
      try Output.print(json: state)
    } else {
      try Output.print("\(state.device) (serial \(state.serial)): \(state.sentence)")
    }
  }
}

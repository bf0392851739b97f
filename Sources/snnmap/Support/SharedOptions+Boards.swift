import ArgumentParser
import BoardLink

/// `--device`.
struct DeviceOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The board: usb:SERIAL, usb@1-1.2 (its place), unix:PATH (a virtual board) or serial:PATH. Default: the only "
        + "board there is.", valueName: "address"))
  var device: String?

  /// Opens a session with the board.
  func session(options: LinkOptions = LinkOptions()) throws -> BoardSession {
    try BoardSession(try DeviceDirectory.select(device), options: options)
  }
}

/// `--slot`.
struct SlotOption: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("The slot.", valueName: "A|B|C|D"))
  var slot: SlotName?
}

/// A slot as users name it.
struct SlotName: ExpressibleByArgument {
  /// 0 for A.
  let number: Int

  init?(argument: String) {
    guard let number = ["A", "B", "C", "D"].firstIndex(of: argument.uppercased()) else { return nil }
    self.number = number
  }

  static var allValueStrings: [String] { ["A", "B", "C", "D"] }
}

/// What flags say about the slot that was flashed.
enum ActivationChoice: String, EnumerableFlag {
  case activate
  case trial
  case noActivate

  static func help(for value: ActivationChoice) -> ArgumentHelp? {
    switch value {
    case .activate: "Make the image active for good (the default)."
    case .trial: "Make it active on trial: without `snnmap confirm` the board goes back at its fourth start."
    case .noActivate: "Leave active what is; a later flash of the same image with another flag sends nothing again."
    }
  }

  var activation: FlashActivation {
    switch self {
    case .activate: .permanent
    case .trial: .test
    case .noActivate: .none
    }
  }
}

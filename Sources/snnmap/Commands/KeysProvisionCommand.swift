import ArgumentParser
import BoardLink
import Signatures
import WireProtocol

struct KeysProvisionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "provision",
    abstract: "Pin a public key on a board. The first one locks the board, and that cannot be undone.",
    usage: "snnmap keys provision <file.pub> [<options>]",
    discussion: """
      An image that is active without a signature ends: nothing unsigned runs on a locked board. Sign it, and \
      flash it again; its bytes are not sent twice. More keys, up to four, and other keys in place of those a \
      board has, need the secret key of one that it has (--signed-by).

      Examples:
        snnmap keys provision release.pub
        snnmap keys provision next.pub --signed-by release --replace
      """)

  @Argument(help: ArgumentHelp("The public key.", valueName: "file.pub"))
  var file: String

  @Option(
    name: .long, help: ArgumentHelp("The secret key of one that the board has already.", valueName: "file"))
  var signedBy: String?

  @Flag(name: .long, help: "Take away the keys that the board has.")
  var replace = false

  @OptionGroup var device: DeviceOption
  @OptionGroup var json: JSONOption

  /// What `--json` prints.
  struct Summary: Encodable {
    var device: String
    var serial: String
    var key: String
    var keys: [String]
    var activeSlot: Int?

    enum CodingKeys: String, CodingKey {
      case device, serial, key, keys
      case activeSlot = "active_slot"
    }
  }

  func run() throws {
    let key = try KeyFile.readPublic(file).key
    let signer = try signedBy.map { try KeyFile.readSecret($0).key }
    let session = try device.session()
    defer { session.close() }
    let before = session.description
    let request =
      try signer.map {
        try Provision.signed(key, replacesOthers: replace, with: $0, bootIdentifier: before.bootIdentifier)
      } ?? Provision(key: key, replacesOthers: replace)
    try session.provision(request)
    let board = session.description
    let summary = Summary(
      device: "\(session.address)", serial: board.serial, key: key.identifier.hex, keys: board.keys.map(\.hex),
      activeSlot: board.activeSlot)
    if json.json {
      try Output.print(json: summary)
      return
    }
    try Output.print(
      "\(summary.device) (serial \(summary.serial)) is locked; its keys: \(summary.keys.joined(separator: ", "))")
    if before.activeSlot != nil && board.activeSlot == nil {
      try Output.print(
        "nothing runs on it now, as its image was not signed: sign the image with 'snnmap sign' and flash it again")
    }
  }
}

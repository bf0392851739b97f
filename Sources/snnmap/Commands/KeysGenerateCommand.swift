import ArgumentParser
import Signatures
import WireProtocol

struct KeysGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Make a pair of keys: FILE, which is secret, and FILE.pub.",
    usage: "snnmap keys generate <file> [<options>]",
    discussion: """
      The secret file is yours alone (mode 0600), and is refused later if others may read it. No file is \
      replaced. Whoever has the secret file can sign for every board that has the key; keep a copy where nobody \
      else comes, as a board that is locked stays locked.

      Examples:
        snnmap keys generate release
        snnmap keys generate release --comment "release 2026"
      """)

  @Argument(help: ArgumentHelp("The secret key's file.", valueName: "file"))
  var file: String

  @Option(name: .long, help: ArgumentHelp("Words to know the key by.", valueName: "text"))
  var comment = ""

  @OptionGroup var json: JSONOption

  /// What `--json` prints.
  struct Summary: Encodable {
    var key: String
    var secretFile: String
    var publicFile: String

    enum CodingKeys: String, CodingKey {
      case key
      case secretFile = "secret_file"
      case publicFile = "public_file"
    }
  }

  func validate() throws {
    // Of a folder's name the public key would be a hidden file in it.
    guard let last = file.last, last != "/" else { throw ValidationError("\"\(file)\" names no file") }
  }

  func run() throws {
    let key = SigningKey()
    try KeyFile.write(key, comment: comment, to: file)
    let summary = Summary(key: key.publicKey.identifier.hex, secretFile: file, publicFile: file + ".pub")
    if json.json {
      try Output.print(json: summary)
    } else {
      try Output.print("key \(summary.key): \(file) is secret, \(file).pub is for boards")
    }
  }
}

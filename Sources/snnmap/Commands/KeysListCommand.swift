import ArgumentParser
import BoardLink
import Reports
import Signatures
import WireProtocol

struct KeysListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the keys that are pinned on a board, or those of public key files.",
    usage: "snnmap keys list [<file.pub> ...] [<options>]",
    discussion: """
      With files and --device both, each of the board's keys is shown with the file that holds it.

      Examples:
        snnmap keys list
        snnmap keys list release.pub test.pub
        snnmap keys list *.pub --device usb:board-1
      """)

  @Argument(help: ArgumentHelp("Public keys.", valueName: "file.pub"))
  var files: [String] = []

  @OptionGroup var device: DeviceOption
  @OptionGroup var json: JSONOption

  /// A row of `--json`.
  struct Row: Encodable {
    var key: String
    var file: String?
    var comment: String?
    /// Whether the board has it; absent where no board was asked.
    var pinned: Bool?
  }

  func run() throws {
    var rows: [Row] = []
    for file in files {
      let named = try KeyFile.readPublic(file)
      rows.append(Row(key: named.key.identifier.hex, file: file, comment: named.comment))
    }
    var board: BoardDescription?
    if files.isEmpty || device.device != nil {
      let session = try device.session()
      defer { session.close() }
      let description = session.description
      board = description
      let pinned = description.keys.map(\.hex)
      for index in rows.indices { rows[index].pinned = pinned.contains(rows[index].key) }
      rows = pinned.filter { key in !rows.contains { $0.key == key } }.map { Row(key: $0, pinned: true) } + rows
    }
    if json.json {
      try Output.print(json: rows)
      return
    }
    if let board {
      let state =
        board.isLocked
        ? "locked: takes only images signed with one of its keys, counter \(board.rollbackCounter) or more"
        : board.canVerifySignatures
          ? "unlocked: takes any image; 'snnmap keys provision' locks it"
          : "unlocked: takes any image, and cannot be locked, as its firmware cannot verify signatures"
      try Output.print("board \(board.serial) is \(state)")
    }
    guard !rows.isEmpty else { return }
    var table = TextTable(["key", "on the board", "file", "comment"])
    for row in rows {
      table.add([row.key, row.pinned.map { $0 ? "yes" : "no" } ?? "-", row.file ?? "-", row.comment ?? ""])
    }
    try Output.print(table.text)
  }
}

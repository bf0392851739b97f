import ArgumentParser
import BoardLink
import FixedPoint
import Networks
import Reports
import WireProtocol

struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "List the boards that can be reached.",
    usage: "snnmap devices [--json]",
    discussion: """
      Virtual boards are looked for in $XDG_RUNTIME_DIR/snnmap, or, where that is not set, in /tmp/snnmap- \
      UID, UID being your user number.

      Examples:
        snnmap devices
        snnmap devices --json
      """)

  @OptionGroup var json: JSONOption

  /// A row of `--json`.
  struct Row: Encodable {
    var device: String
    var serial: String?
    var target: String?
    var firmware: String?
    var locked: Bool?
    var inSession: Bool?
    var activeSlot: Int?
    var slotBytes: UInt64?
    var imageSHA256: String?
    var problem: String?

    enum CodingKeys: String, CodingKey {
      case device, serial, target, firmware, locked, problem
      case inSession = "in_session"
      case activeSlot = "active_slot"
      case slotBytes = "slot_bytes"
      case imageSHA256 = "image_sha256"
    }

    init(_ found: FoundDevice) {
      let board = found.description
      device = "\(found.address)"
      serial = board?.serial
      target = board?.targetName
      firmware = board?.firmwareVersion
      locked = board?.isLocked
      inSession = board?.isInSession
      activeSlot = board?.activeSlot
      slotBytes = board?.slotBytes
      imageSHA256 = board?.activeSlot.flatMap { slot in board.map { $0.slots[slot].digest.hex } }
      problem = found.problem.map { "\($0)" }
    }
  }

  func run() throws {
    let rows = DeviceDirectory.list().map(Row.init)
    if json.json {
      try Output.print(json: rows)
      return
    }
    if rows.isEmpty {
      try Output.print("no boards; `snnmap serve` starts a virtual one")
      return
    }
    var table = TextTable(["device", "serial", "target", "firmware", "image", "state"])
    for row in rows {
      let state =
        row.problem ?? ((row.inSession == true ? "in use" : "free") + (row.locked == true ? ", locked" : ", unlocked"))
      table.add([
        row.device, row.serial ?? "-", row.target ?? "-", row.firmware ?? "-",
        row.imageSHA256.map { $0.prefix(16) + "…" } ?? "none", state,
      ])
    }
    try Output.print(table.text)
  }
}

import BoardLink
import FoundationEssentials
import Glibc
import Reports

/// `snnmap devices --watch`: looks again and again, and tells what has changed.
struct DeviceWatch {
  let isJSON: Bool

  /// A line of `--json`.
  struct Event: Encodable {
    var event: String
    var board: DeviceRow
  }

  /// Goes on until the output is closed or the program is ended.
  func run() throws {
    var known: [DeviceRow] = []
    while true {
      let rows = DeviceDirectory.list().map(DeviceRow.init)
      for row in known where !rows.contains(where: { $0.device == row.device }) { try tell("removed", row) }
      for row in rows {
        let before = known.first { $0.device == row.device }
        if let before {
          if before != row { try tell("changed", row) }
        } else {
          try tell("added", row)
        }
      }
      known = rows
      usleep(300_000)
    }
  }

  private func tell(_ event: String, _ row: DeviceRow) throws {
    if isJSON {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try Output.print(String(decoding: try encoder.encode(Event(event: event, board: row)), as: UTF8.self))
      return
    }
    let mark = event == "added" ? "+" : event == "removed" ? "-" : "="
    var table = TextTable([])
    table.add([mark] + (event == "removed" ? Array(row.cells.prefix(3)) : row.cells))
    try Output.print(table.text)
  }
}

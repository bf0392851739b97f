import BoardLink
import FoundationEssentials
import Reports

/// What `snnmap devices --watch` prints: a line for each board that comes, changes or goes.
struct WatchDisplay {
  let isJSON: Bool

  /// A line of `--json`.
  struct Event: Encodable {
    var event: String
    var board: DeviceRow
  }

  /// Goes on until the output is closed or the program is ended.
  func run() throws {
    let watch = DeviceWatch()
    while let changes = watch.next(isCancelled: { false }) {
      for change in changes {
        switch change {
        case .appeared(let device): try tell("added", DeviceRow(device))
        case .changed(let device): try tell("changed", DeviceRow(device))
        case .disappeared(let device): try tell("removed", DeviceRow(device))
        }
      }
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

import ArgumentParser
import BoardLink
import ChipCatalog
import Reports

struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "List the boards that can be reached.",
    usage: "snnmap devices [--json] [--watch]",
    discussion: """
      Boards are looked for on USB and, virtual ones, in $XDG_RUNTIME_DIR/snnmap, or, where that is not set, in \
      /tmp/snnmap-UID, UID being your user number. A slot that is active is marked with *, one on trial with ?. \
      Chips with a link of their own are listed by what the system knows of them: nothing is sent to them.

      --watch goes on until Ctrl-C and tells a line for each board that comes (+), goes (-) or changes (=); with \
      --json an object a line.

      Examples:
        snnmap devices
        snnmap devices --watch
        snnmap devices --json
      """)

  @OptionGroup var json: JSONOption

  @Flag(name: .long, help: "Go on, and tell of each board that comes, goes or changes.")
  var watch = false

  func run() throws {
    let problem = DeviceDirectory.problem()
    if watch {
      if let problem { Output.note("\(problem)") }
      try WatchDisplay(isJSON: json.json).run()
      return
    }
    let rows = DeviceDirectory.list().map { DeviceRow($0) } + ChipCatalog.candidates().map { DeviceRow($0) }
    // What can be seen is shown; without anything there may be boards all the same.
    if let problem {
      if rows.isEmpty { throw problem }
      Output.note("\(problem)")
    }
    if json.json {
      try Output.print(json: rows)
      return
    }
    if rows.isEmpty {
      try Output.print("no boards; plug one in, or start a virtual one with `snnmap serve`")
      return
    }
    var table = TextTable(DeviceRow.columns)
    for row in rows { table.add(row.cells) }
    try Output.print(table.text)
  }
}

import ArgumentParser
import BoardConformance
import BoardLink
import Images
import Reports
import Signatures
import WireProtocol
import Workflows

struct ConformanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Put a board, of whatever maker, to the rules of the board protocol.",
    usage: "snnmap conformance [<options>]",
    discussion: """
      Each check is a rule of firmware-protocol/protocol.md. Exit code 8 when one fails.

      Without --destructive the board keeps all it holds: only an empty slot is written, and emptied again, and \
      requests that a faulty board might carry out on its active slot are not sent. With it, slots that are not \
      active lose their images, the board is started anew several times, and with --image another image becomes \
      active and is given up again. No check pins a key. The machine is cleared in either case.

      Examples:
        snnmap conformance
        snnmap conformance --destructive --image net.snnimg --device usb:board-1
      """)

  @OptionGroup var device: DeviceOption

  @Flag(name: .long, help: "Allow checks by which the board may lose images and change its active slot.")
  var destructive = false

  @Option(
    name: .long,
    help: ArgumentHelp("An image that the board can execute, other than its active one.", valueName: "net.snnimg"))
  var image: String?

  @OptionGroup var json: JSONOption

  func validate() throws {
    guard image == nil || destructive else {
      throw ValidationError("--image becomes active for a while: allow that with --destructive")
    }
  }

  /// A row of `--json`.
  struct Row: Encodable {
    var section: String
    var rule: String
    var verdict: String
    var reason: String?

    init(_ result: ConformanceResult) {
      section = result.section.rawValue
      rule = result.rule
      switch result.verdict {
      case .passed: verdict = "passed"
      case .failed(let what): (verdict, reason) = ("failed", what)
      case .skipped(let why): (verdict, reason) = ("skipped", why)
      }
    }
  }

  /// What `--json` prints.
  struct Summary: Encodable {
    var device: String
    var serial: String
    var passed: Int
    var failed: Int
    var skipped: Int
    var checks: [Row]
  }

  func run() throws {
    let image = try image.map { try LoadedImage(path: $0) }
    let manifest = try image.flatMap { try SignatureFile.manifest(for: $0, path: nil, key: nil) }
    let address = try DeviceDirectory.select(device.device)
    let run = try ConformanceRun(
      address,
      options: ConformanceOptions(
        mayLoseImages: destructive, image: image.map { $0.withBytes { Array($0) } }, manifest: manifest?.bytes))
    let bar = ProgressBar("conformance")
    var done = 0
    let rows = run.results { result in
      done += 1
      bar.update(done, of: ConformanceCheck.all.count, detail: result.section.rawValue)
    }.map(Row.init)
    bar.finish()
    func count(_ verdict: String) -> Int { rows.filter { $0.verdict == verdict }.count }
    let summary = Summary(
      device: "\(address)", serial: run.board.serial, passed: count("passed"), failed: count("failed"),
      skipped: count("skipped"), checks: rows)
    if json.json {
      try Output.print(json: summary)
    } else {
      try Output.print(Self.text(summary))
    }
    if summary.failed > 0 {
      throw WorkflowError(
        .comparison,
        "\(summary.device) breaks \(summary.failed) of \(rows.count) rules of the protocol: correct its firmware, "
          + "rule by rule, after firmware-protocol/protocol.md")
    }
  }

  /// A table for each section, and the sums.
  private static func text(_ summary: Summary) -> String {
    var lines: [String] = []
    for section in ConformanceCheck.Section.allCases {
      let rows = summary.checks.filter { $0.section == section.rawValue }
      guard !rows.isEmpty else { continue }
      lines.append(section.rawValue)
      var table = TextTable([])
      for row in rows {
        table.add(["  " + row.verdict, row.rule + (row.reason.map { " — \($0)" } ?? "")])
      }
      lines.append(table.text)
    }
    lines.append(
      "\(summary.device) (serial \(summary.serial)): \(summary.passed) passed, \(summary.failed) failed, "
        + "\(summary.skipped) skipped")
    return lines.joined(separator: "\n")
  }
}

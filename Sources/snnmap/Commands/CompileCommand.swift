import ArgumentParser
import Mapper
import NetworkFiles
import Reports
import ShippedTargets
import Workflows

struct CompileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Map a network onto a board and write its image.",
    usage: "snnmap compile <net.json> -o <net.snnimg> [<options>]",
    discussion: """
      Prints what went where: cores, axons, synapse bytes and routes, each against its budget. The same \
      network and target give the same bytes. A network that does not fit ends with exit code 11, the \
      resource that is short, and what would help.

      Examples:
        snnmap compile net.json -o net.snnimg
        snnmap compile net.json --target my-board.yaml -o net.snnimg
      """)

  @Argument(help: ArgumentHelp("The network file.", valueName: "net.json"))
  var network: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A shipped target (see `snnmap targets`) or a YAML file. Default: the recorded one.",
      valueName: "name|file.yaml"))
  var target: String?

  @Option(name: [.short, .long], help: ArgumentHelp("The image to write.", valueName: "net.snnimg"))
  var output: String

  @OptionGroup var json: JSONOption

  func run() throws {
    try OutputFile.check(output, isNoneOf: OutputFile.files(ofNetwork: network))
    let document = try NetworkFile.read(network, checking: .contents)
    let target = try Compilation.target(named: target, of: document, file: network)
    let compilation = try Compilation(document, for: target)
    try AtomicFile.write(compilation.imageBytes, to: output)
    if json.json {
      try Output.print(json: CompilationSummary(compilation, image: output))
    } else {
      try Output.print(compilation.report.text())
      try Output.print(
        "image: \(output), \(NumberText.grouped(compilation.imageBytes.count)) bytes, sha256 \(compilation.sha256)")
    }
  }
}

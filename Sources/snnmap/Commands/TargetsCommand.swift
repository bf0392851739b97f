import ArgumentParser
import Networks
import ShippedTargets
import Targets

struct TargetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "targets",
    abstract: "List the shipped targets, or show one: what it computes and how much of everything it has.",
    usage: "snnmap targets [<name>] [<options>]",
    discussion: """
      NAME may also be the path of a YAML file, which is then checked; docs/targets.md is its reference.

      Examples:
        snnmap targets
        snnmap targets board
        snnmap targets board --yaml > my-board.yaml
      """)

  @Argument(help: "A shipped target or the path of a YAML file.")
  var name: String?

  @Flag(name: .long, help: "Print the target as YAML, to begin a file of your own with.")
  var yaml = false

  @OptionGroup var json: JSONOption

  func validate() throws {
    if yaml && name == nil { throw ValidationError("--yaml needs the name of a target") }
    if yaml && json.json { throw ValidationError("choose one of --yaml and --json") }
  }

  func run() throws {
    if let name {
      let target = try Target.load(name)
      if yaml {
        try Output.print(ShippedTarget.yamlText(name) ?? target.yamlText)
      } else if json.json {
        try Output.print(json: target)
      } else {
        try Output.print(target.report)
      }
    } else {
      let targets = try ShippedTarget.all()
      if json.json { try Output.print(json: targets) } else { try Output.print(Target.overview(of: targets)) }
    }
  }
}

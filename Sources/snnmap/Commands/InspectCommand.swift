import ArgumentParser
import ChipCatalog
import ImageFormat
import Images
import Reports
import Workflows

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show an image: header, sections and cores, or the tables of one core.",
    usage: "snnmap inspect <net.snnimg> [<options>]",
    discussion: """
      Examples:
        snnmap inspect net.snnimg
        snnmap inspect net.snnimg --core 0
      """)

  @Argument(help: ArgumentHelp("The image.", valueName: "net.snnimg"))
  var image: String

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Show the tables of this core.", valueName: "number"))
  var core: Int?

  @OptionGroup var json: JSONOption

  func run() throws {
    let image = try LoadedImage(path: image)
    let inspector = try ChipCatalog.inspector(for: image)
    if let core {
      if inspector != nil {
        throw ValidationError("the family \(image.family.text) has no cores to show; leave --core out")
      }
      guard let tables = try CoreInspection(image, core: core) else {
        let used = try ImageInspection(image).cores.map { String($0.number) }
        throw ValidationError(
          "core \(core) is not in use; the image uses the cores \(ListText.shortened(used, limit: 12))")
      }
      if json.json { try Output.print(json: tables) } else { try Output.print(InspectionText.text(tables)) }
    } else {
      var inspection = try ImageInspection(image, inspector: inspector)
      inspection.marking = try image.marking()
      if json.json { try Output.print(json: inspection) } else { try Output.print(InspectionText.text(inspection)) }
    }
  }
}

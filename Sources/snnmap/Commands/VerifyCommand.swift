import ArgumentParser
import BoardLink
import ChipCatalog
import Datasets
import Emulator
import FixedPoint
import ImageFormat
import Images
import Networks
import Reports
import Workflows

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read a board's image back and compare it; with data, compare its spikes with the emulator's.",
    usage: "snnmap verify <net.snnimg> [<options>]",
    discussion: """
      The board hashes what its storage holds, in the active slot or in that of --slot. A locked board lets no \
      data out, so that only hashes are compared. With --data, every output spike of every test sample and the \
      checksum over all inner spikes are \
      compared. Exit code 8 where anything differs.

      Examples:
        snnmap verify net.snnimg
        snnmap verify net.snnimg --device unix:/tmp/board.sock --data digits
      """)

  @Argument(help: ArgumentHelp("The image that the board should run.", valueName: "net.snnimg"))
  var image: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Also compare spikes on the test samples of these data.", valueName: "digits|mnist:DIR|file.npz"))
  var data: String?

  @OptionGroup var events: EventOptions

  @OptionGroup var device: DeviceOption
  @OptionGroup var slot: SlotOption
  @OptionGroup var threads: ThreadOption
  @OptionGroup var json: JSONOption

  func validate() throws {
    guard data == nil || slot.slot == nil else {
      throw ValidationError("--data runs the active image: leave out --slot")
    }
  }

  /// What `--json` prints.
  struct Summary: Encodable {
    var device: String
    var serial: String
    var bytes: Int
    var sha256: String
    var samples: Int
    var mismatches: Int
    var firstDifference: String?

    enum CodingKeys: String, CodingKey {
      case device, serial, bytes, sha256, samples, mismatches
      case firstDifference = "first_difference"
    }
  }

  func run() throws {
    let image = try LoadedImage(path: image)
    let session = try device.session()
    defer { session.close() }
    try image.withBytes { try session.verify($0, slot: slot.slot?.number) }
    var comparison: RunComparison?
    if let data {
      let samples = try events.load(data, ticks: image.host.ticks).testSamples(
        for: image.host, lines: image.withMeshImage { $0.inputCount })
      let bar = ProgressBar("verify")
      comparison = try RunComparison.run(
        samples, expected: EmulatorRunner(try ChipCatalog.emulator(for: image), threads: threads.count),
        actual: try DeviceRunner(session, image: image), outputs: image.host.outputCount,
        readouts: image.host.readoutCount
      ) { index, _ in bar.update(index + 1, of: samples.count) }
      bar.finish()
    }
    let summary = Summary(
      device: "\(session.address)", serial: session.description.serial, bytes: image.byteCount,
      sha256: image.digest.hex, samples: comparison?.samples ?? 0, mismatches: comparison?.mismatches ?? 0,
      firstDifference: comparison?.firstDifference)
    if json.json {
      try Output.print(json: summary)
    } else {
      try Output.print(
        "\(summary.device) (serial \(summary.serial)) holds \(image.name): "
          + "\(NumberText.grouped(summary.bytes)) bytes read back, equal")
      if comparison != nil {
        try Output.print("\(summary.samples) samples, \(summary.mismatches) mismatches against the emulator")
      }
    }
    if let difference = summary.firstDifference {
      throw WorkflowError(.comparison, "the board's spikes differ from the emulator's: \(difference)")
    }
  }
}

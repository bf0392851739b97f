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
    try image.requireDevice()
    if try verifyOverLink(image) { return }
    let session = try device.session()
    defer { session.close() }
    try image.withBytes { try session.verify($0, slot: slot.slot?.number) }
    var comparison: RunComparison?
    if let data {
      let samples = try events.load(data, ticks: image.host.ticks).testSamples(
        for: image.host, lines: image.inputCount)
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
        try Output.print(
          "\(NumberText.count(summary.samples, "sample")), "
            + "\(NumberText.count(summary.mismatches, "mismatch", plural: "mismatches")) against the emulator")
      }
    }
    if let difference = summary.firstDifference {
      throw WorkflowError(.comparison, "the board's spikes differ from the emulator's: \(difference)")
    }
  }

  /// What `--json` prints of a device with a link of its own, which gives out nothing of what it holds.
  struct LinkSummary: Encodable {
    var device: String
    var serial: String
    var samples: Int
    var mismatches: Int
    var firstDifference: String?

    enum CodingKeys: String, CodingKey {
      case device, serial, samples, mismatches
      case firstDifference = "first_difference"
    }
  }

  /// Compares the spikes of a device with a link of its own; false where the image's family has none.
  private func verifyOverLink(_ image: LoadedImage) throws -> Bool {
    guard ChipCatalog.linkMaker(for: image) != nil else { return false }
    let reason = "what its devices hold cannot be read back"
    try LinkRefusal.check([("--slot", slot.slot != nil)], reason)
    guard let data else {
      throw WorkflowError(.usage, "\(reason): give --data, and the spikes of its test samples are compared")
    }
    let samples = try events.load(data, ticks: image.host.ticks).testSamples(for: image.host, lines: image.inputCount)
    guard let linked = try LinkedDevice(image, argument: device.device) else { return false }
    defer { linked.close() }
    let bar = ProgressBar("verify")
    let comparison: RunComparison
    do {
      comparison = try RunComparison.run(
        samples, expected: EmulatorRunner(try ChipCatalog.emulator(for: image), threads: threads.count),
        actual: LinkRunner(linked), outputs: image.host.outputCount, readouts: 0
      ) { index, _ in bar.update(index + 1, of: samples.count) }
    } catch let error as BoardLinkError {
      // Spikes of neurons that are no outputs: the device holds another configuration.
      guard case .strayAnswer = error else { throw error }
      throw WorkflowError(.comparison, "\(error)")
    }
    bar.finish()
    let summary = LinkSummary(
      device: "\(linked.address)", serial: linked.serial, samples: comparison.samples,
      mismatches: comparison.mismatches, firstDifference: comparison.firstDifference)
    if json.json {
      try Output.print(json: summary)
    } else {
      try Output.print(
        "\(summary.device): \(NumberText.count(summary.samples, "sample")), "
          + "\(NumberText.count(summary.mismatches, "mismatch", plural: "mismatches")) against the emulator; \(reason)")
    }
    if let difference = summary.firstDifference {
      throw WorkflowError(
        .comparison, "the device's spikes differ from the emulator's: \(difference); flash the image again")
    }
    return true
  }
}

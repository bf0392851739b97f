import ArgumentParser
import BoardLink
import ChipCatalog
import FixedPoint
import Images
import Workflows

struct FlashCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flash",
    abstract: "Write an image to a board, have it read back and compared, and make it active.",
    usage: "snnmap flash <net.snnimg> [<options>]",
    discussion: """
      Until the last step the board runs what it ran before, and an interrupted flash of the same image goes on \
      where it stopped. IMAGE.sig, which `snnmap sign` writes, goes along where it is there; locked boards ask \
      for it.

      With --trial an image has to prove itself: flash it, test it (`snnmap test --on device`, `snnmap verify \
      --data`), and `snnmap confirm` it. If nobody does, because the test failed or the board does not come back, \
      the board goes back to the image before by itself, at its fourth start; `snnmap rollback` goes back at once.

      --dry-run does everything short of writing: it asks the board what it holds, checks image, target, size, \
      slot and signature, has an image that is there already read back, and says what would be sent.

      --all flashes every board that `snnmap devices` lists, all at once, and ends with the greatest exit code \
      of all boards.

      Examples:
        snnmap flash net.snnimg
        snnmap flash net.snnimg --device usb:board-1 --slot B --trial
        snnmap flash net.snnimg --all --dry-run
      """)

  @Argument(help: ArgumentHelp("The image.", valueName: "net.snnimg"))
  var image: String

  @OptionGroup var device: DeviceOption

  @Flag(name: .long, help: "Flash all boards that can be reached, at once.")
  var all = false

  @OptionGroup var slot: SlotOption

  @Flag(exclusivity: .exclusive)
  var activation: ActivationChoice = .activate

  @Flag(name: .long, help: "Do everything short of writing, and say what would be done.")
  var dryRun = false

  @Option(
    name: .long,
    help: ArgumentHelp("The signature. Default: the image's name and .sig, where it is there.", valueName: "file.sig"))
  var signature: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Check the signature with this key before anything is sent.", valueName: "file.pub"))
  var publicKey: String?

  @OptionGroup var json: JSONOption

  func validate() throws {
    guard !all || device.device == nil else { throw ValidationError("--all and --device contradict each other") }
  }

  func run() throws {
    let image = try LoadedImage(path: image)
    try image.requireDevice()
    if try flashOverLink(image) { return }
    let manifest = try SignatureFile.manifest(for: image, path: signature, key: publicKey)
    let job = FlashJob(
      image, slot: slot.slot?.number, activation: activation.activation, manifest: manifest)
    if all {
      try FlashAll(job: job, isRehearsal: dryRun, activation: activation).run(json: json.json)
      return
    }
    let address = try DeviceDirectory.select(device.device)
    let bar = ProgressBar(dryRun ? "check" : "flash")
    let report = { (progress: FlashProgress) in
      bar.update(Int(clamping: progress.done), of: Int(clamping: progress.total), detail: progress.phase.rawValue)
    }
    let outcome =
      dryRun
      ? try job.rehearse(address, options: FlashAll.options, progress: report)
      : try job.flash(address, options: FlashAll.options, progress: report)
    bar.finish()
    let summary = FlashSummary(job, outcome, isRehearsal: dryRun)
    if json.json {
      try Output.print(json: summary)
    } else {
      try Output.print(summary.sentence(activation))
    }
  }

  /// Flashes a device of a family with a link of its own; false where the image's family has none.
  private func flashOverLink(_ image: LoadedImage) throws -> Bool {
    guard ChipCatalog.linkMaker(for: image) != nil else { return false }
    try LinkRefusal.check(
      [
        ("--all", all), ("--slot", slot.slot != nil),
        ("--\(activation == .trial ? "trial" : "no-activate")", activation != .activate),
        ("--signature", signature != nil), ("--public-key", publicKey != nil),
      ], "its devices hold one configuration, and check no signatures")
    guard let linked = try LinkedDevice(image, argument: device.device) else { return false }
    defer { linked.close() }
    let bar = ProgressBar("flash")
    let sent = dryRun ? nil : try linked.configure { bar.update($0, of: $1, detail: "configuring") }
    bar.finish()
    let summary = LinkFlashSummary(linked, image, sent: sent)
    if json.json { try Output.print(json: summary) } else { try Output.print(summary.sentence(image.name)) }
    return true
  }
}

import ArgumentParser
import Glibc
import NetworkFiles
import Reports
import Training
import Workflows

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Do the main job once: train on the 8×8 digits, compile, flash a virtual board, compare every spike.",
    usage: "snnmap demo [<options>]",
    discussion: """
      The virtual board is a process of its own. Where the kernel has a virtual USB host controller (root, and \
      `modprobe vhci-hcd`) it is plugged in and flashed over USB, else over a Unix socket; the result says \
      which. `bit-exact: yes` is printed only where every spike of \
      every neuron and test sample is the same in training, interpreter and emulator, and on the board \
      every output spike and the checksum over all spikes.

      Examples:
        snnmap demo
        snnmap demo --bits 4 --keep demo-files
      """)

  @Option(
    name: .long,
    help: ArgumentHelp("The data to do it on.", valueName: "digits|mnist:DIR|file.npz"))
  var data = "digits"

  @OptionGroup var network: NetworkOptions

  @Option(
    name: .long, help: ArgumentHelp("Keep the network, the image and the board's storage here.", valueName: "folder"))
  var keep: String?

  @OptionGroup var threads: ThreadOption
  @OptionGroup var json: JSONOption

  func run() throws {
    let folder = try keep.map(WorkFolder.existing) ?? WorkFolder.temporary()
    defer { folder.remove() }
    var job = MainJob(folder: folder.path, program: try ThisProgram.path(), threads: threads.count)
    job.data = data
    job.target = network.target
    job.hidden = network.layers.sizes
    job.seed = network.seed
    job.epochs = network.epochs
    job.weightBits = network.bits
    var bar = ProgressBar("")
    let result = try job.run(
      announce: { name in
        bar.finish()
        bar = ProgressBar(name)
      },
      progress: { bar.update($0, of: $1) })
    bar.finish()
    if json.json {
      try Output.print(json: DemoSummary(result))
    } else {
      try Output.print(DemoText.text(result))
    }
    guard result.isBitExact else {
      throw WorkflowError(
        .comparison, "spikes differ between \(result.firstDifference ?? "the runs: not every sample was compared")")
    }
  }
}

/// The program that is running.
enum ThisProgram {
  static func path() throws -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { throw WorkflowError(.failure, "the program's own path is not known: /proc is not there") }
    return String(decoding: buffer[0..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

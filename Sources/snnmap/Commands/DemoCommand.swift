import ArgumentParser
import FoundationEssentials
import Glibc
import NetworkFiles
import Reports
import Training
import Workflows

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Do the main job once: train on the 8×8 digits, compile, flash a virtual board, compare every spike.",
    discussion: """
      The virtual board is a process of its own. The files stay in the folder given with --keep.

      Example: snnmap demo --keep demo-files
      """)

  @Option(name: .long, help: "Other data to do it on: mnist:DIR or an npz file.")
  var data = "digits"

  @Option(name: .long, help: ArgumentHelp("Neurons of each hidden layer.", valueName: "n,n,…"))
  var layers = LayerSizes(sizes: [128])

  @Option(name: .long, help: "A shipped target or a YAML file.")
  var target = "board"

  @Option(name: .long, help: "Bits of a weight, 2 to 8.")
  var bits = 8

  @Option(name: .long, help: "Passes over the training samples. Default: 40, or 5 from 10,000 samples on.")
  var epochs: Int?

  @Option(name: .long, help: "Everything random follows from this.")
  var seed: UInt64 = 1

  @Option(name: .long, help: ArgumentHelp("Keep net.json, image and the board's storage here.", valueName: "folder"))
  var keep: String?

  @OptionGroup var threads: ThreadOption
  @OptionGroup var json: JSONOption

  func run() throws {
    let folder = try keep.map(WorkFolder.existing) ?? WorkFolder.temporary()
    defer { folder.remove() }
    var job = MainJob(folder: folder.path, program: try ThisProgram.path(), threads: try threads.count())
    job.data = data
    job.target = target
    job.hidden = layers.sizes
    job.seed = seed
    job.epochs = epochs
    job.weightBits = bits
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
    if let difference = result.firstDifference {
      throw WorkflowError(.comparison, "spikes differ between \(difference)")
    }
  }
}

/// A folder for the files of one job.
struct WorkFolder {
  let path: String
  private let isTemporary: Bool

  /// A folder that the user named, made where it is not there.
  static func existing(_ path: String) throws -> WorkFolder {
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw WorkflowError(.failure, "the folder \(path) cannot be made: \(String(cString: strerror(errno)))")
    }
    return WorkFolder(path: path, isTemporary: false)
  }

  /// A new folder among the system's temporary ones.
  static func temporary() throws -> WorkFolder {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/snnmap-demo-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw WorkflowError(.failure, "no temporary folder can be made in \(base): \(String(cString: strerror(errno)))")
    }
    let name = template.dropLast().map { UInt8(bitPattern: $0) }
    return WorkFolder(path: String(decoding: name, as: UTF8.self), isTemporary: true)
  }

  /// Removes a temporary folder and what is in it.
  func remove() {
    guard isTemporary else { return }
    try? FileManager.default.removeItem(atPath: path)
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

import FoundationEssentials
import Glibc
import NetworkFiles
import Training

/// The folder of a training run: what was asked for, what came of each epoch, and checkpoints.
///
/// | file | |
/// |---|---|
/// | `model.yaml` | the layers and every option |
/// | `run.json` | data, coding, target, program version |
/// | `metrics.csv`, `metrics.jsonl` | a line an epoch |
/// | `checkpoints/latest.safetensors`, `checkpoints/best.safetensors` | states to resume from |
///
/// Results are put beside them by whoever trains.
public struct RunFolder: Sendable {
  public let path: String

  /// The files of a folder.
  public var modelPath: String { path + "/model.yaml" }
  public var configurationPath: String { path + "/run.json" }
  public var metricsTablePath: String { path + "/metrics.csv" }
  public var metricsLinesPath: String { path + "/metrics.jsonl" }
  public var latestPath: String { path + "/checkpoints/latest.safetensors" }
  public var bestPath: String { path + "/checkpoints/best.safetensors" }
  public var networkPath: String { path + "/net.json" }
  public var floatModelPath: String { path + "/model.safetensors" }
  public var summaryPath: String { path + "/result.json" }

  /// Makes the folder of a new run, with the folders above it.
  ///
  /// - Throws: `TrainingRunsError.runExists` where one is there, `NetworkFilesError` where nothing can be written.
  public static func create(
    _ path: String, configuration: RunConfiguration, model: ModelFile
  ) throws -> RunFolder {
    let folder = RunFolder(path: trimmed(path))
    if access(folder.configurationPath, F_OK) == 0 { throw TrainingRunsError.runExists(path: folder.path) }
    try makeFolder(folder.path + "/checkpoints")
    try AtomicFile.write(Array(model.text.utf8), to: folder.modelPath)
    // Last: a folder with this file is a run's.
    try AtomicFile.write(
      Array((try RunJSON.text(configuration, isPretty: true) + "\n").utf8), to: folder.configurationPath)
    return folder
  }

  /// Takes up the folder of an earlier run.
  ///
  /// - Throws: `TrainingRunsError` for a folder that is none of a run, or is damaged.
  public static func open(_ path: String) throws -> (
    folder: RunFolder, configuration: RunConfiguration, model: ModelFile
  ) {
    let folder = RunFolder(path: trimmed(path))
    guard access(folder.path, F_OK) == 0 else {
      throw TrainingRunsError.notARun(path: folder.path, problem: "there is no such folder")
    }
    guard access(folder.configurationPath, F_OK) == 0 else {
      throw TrainingRunsError.notARun(path: folder.path, problem: "is not the folder of a run: it has no run.json")
    }
    let bytes = try MappedFile(folder.configurationPath, limit: 1 << 20).withBytes { Array($0) }
    let text = String(decoding: bytes, as: UTF8.self)
    let head: FormatOnly = try RunJSON.value(text, what: "the file", path: folder.configurationPath)
    guard head.format == RunConfiguration.currentFormat else {
      throw TrainingRunsError.version(
        path: folder.configurationPath, found: head.format, known: RunConfiguration.currentFormat)
    }
    let configuration: RunConfiguration = try RunJSON.value(text, what: "the file", path: folder.configurationPath)
    return (folder, configuration, try ModelFile.read(folder.modelPath, options: TrainingOptions()))
  }

  private struct FormatOnly: Decodable {
    var format: Int
  }

  /// The first of `runs/NAME-1`, `runs/NAME-2`, … that is not there.
  public static func unusedPath(name: String) -> String {
    let plain = String(
      name.unicodeScalars.prefix(64).map { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": Character(scalar)
        default: "-"
        }
      })
    for number in 1..<1_000_000 where access("runs/\(plain)-\(number)", F_OK) != 0 { return "runs/\(plain)-\(number)" }
    return "runs/\(plain)-\(getpid())"
  }

  /// Keeps a state: as the latest, and as the best where it ended the best epoch so far.
  ///
  /// The file before it stays until this one is whole: however the program ends, one whole checkpoint is there.
  public func keep(_ state: TrainingState, isBest: Bool) throws {
    // Someone may have removed the folder to begin again.
    try Self.makeFolder(path + "/checkpoints")
    try Checkpoint.write(state, to: latestPath)
    if isBest { try Checkpoint.write(state, to: bestPath) }
  }

  /// Whether a checkpoint is there.
  public var hasState: Bool { access(latestPath, F_OK) == 0 }

  /// Whether the run has ended and left its values.
  public var hasFloatModel: Bool { access(floatModelPath, F_OK) == 0 }

  /// The latest state; nil of a run that was ended before its first checkpoint.
  public func latestState() throws -> TrainingState? { hasState ? try Checkpoint.read(latestPath) : nil }

  /// Takes the folder for this process, as long as it runs.
  ///
  /// - Throws: `TrainingRunsError.runInUse` where another process trains in it.
  public func lock() throws {
    let descriptor = Glibc.open(configurationPath, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw NetworkFilesError.unreadable(path: configurationPath, reason: String(cString: strerror(errno)))
    }
    // The descriptor stays open: the lock ends with the process.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
      close(descriptor)
      throw TrainingRunsError.runInUse(path: path)
    }
  }

  /// Removes what killed programs left half-written; only for the process that has the lock.
  public func removeLeftovers() {
    for folder in [path, path + "/checkpoints"] {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      where name.hasPrefix(".snnmap-") && name.hasSuffix(".tmp") {
        unlink(folder + "/" + name)
      }
    }
  }

  private static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    return path
  }

  /// Makes a folder and those above it.
  private static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      let code = errno
      var entry = stat()
      if stat(path, &entry) == 0 && entry.st_mode & S_IFMT == S_IFDIR { return }
      throw NetworkFilesError.unwritable(
        path: path, reason: "the folder cannot be made: \(String(cString: strerror(code)))")
    }
  }
}

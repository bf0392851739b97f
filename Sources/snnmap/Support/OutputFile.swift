import Glibc
import NetworkFiles
import TrainingRuns
import Workflows

/// A file that a command writes after long work.
enum OutputFile {
  /// Makes sure, before the work, that the sidecar of a network file takes the place of no values that were trained.
  ///
  /// - Throws: `WorkflowError` for a float model or a checkpoint in that place, `NetworkFilesError` for a path that no
  ///   network file can have.
  static func checkSidecar(of path: String) throws {
    let sidecar = try NetworkFile.sidecarLocation(of: path).path
    let isFloatModel = FloatModelFile.isOne(sidecar)
    guard isFloatModel || Checkpoint.isOne(sidecar) else { return }
    throw WorkflowError(
      .usage,
      "\(path): its weights may go to \(sidecar) beside it, which is a \(isFloatModel ? "float model" : "checkpoint") "
        + "and would be lost; name the network file otherwise")
  }

  /// A network file, and where the weights beside it are.
  static func files(ofNetwork path: String) -> [String] {
    [path] + [try? NetworkFile.sidecarLocation(of: path).path].compactMap { $0 }
  }

  /// Makes sure, before the work, that a file does not take the place of one that the command reads.
  ///
  /// - Throws: `WorkflowError` where it would.
  static func check(_ path: String, isNoneOf inputs: [String?]) throws {
    var output = stat()
    guard stat(path, &output) == 0, output.st_mode & S_IFMT == S_IFREG else { return }
    for case let input? in inputs {
      var entry = stat()
      guard stat(input, &entry) == 0, entry.st_dev == output.st_dev, entry.st_ino == output.st_ino else { continue }
      throw WorkflowError(.usage, "\(path): this file is read, and would be lost; name another one to write")
    }
  }

  /// Makes sure, before the work, that a file can be written at `path`.
  ///
  /// - Throws: `NetworkFilesError.unwritable`, as the write itself would.
  static func check(_ path: String) throws(NetworkFilesError) {
    guard !path.isEmpty else { throw .unwritable(path: "\"\"", reason: "the name is empty") }
    var entry = stat()
    if stat(path, &entry) == 0 {
      let kind = entry.st_mode & S_IFMT
      guard kind == S_IFREG else {
        throw .unwritable(path: path, reason: kind == S_IFDIR ? "it is a folder" : "it is not a regular file")
      }
      guard access(path, W_OK) == 0 else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
    }
    let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? "./"
    // Only an attempt tells of read-only file systems and of folders that take no files.
    let probe = "\(folder).snnmap-\(getpid())-probe.tmp"
    let descriptor = open(probe, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
    unlink(probe)
    close(descriptor)
  }
}

import FoundationEssentials
import Glibc
import Workflows

/// A folder for the files of one job.
struct WorkFolder {
  let path: String
  private let isTemporary: Bool

  /// A folder that the user named, made where it is not there.
  static func existing(_ path: String) throws -> WorkFolder {
    guard !path.isEmpty else { throw WorkflowError(.usage, "the folder's name is empty") }
    if mkdir(path, 0o777) != 0 {
      let code = errno
      var entry = stat()
      guard code == EEXIST, stat(path, &entry) == 0, entry.st_mode & S_IFMT == S_IFDIR else {
        let reason = code == EEXIST ? "a file of this name is there" : String(cString: strerror(code))
        throw WorkflowError(.failure, "\(path): the folder cannot be made: \(reason)")
      }
    }
    return WorkFolder(path: path, isTemporary: false)
  }

  /// A new folder among the system's temporary ones, which an interruption removes.
  static func temporary() throws -> WorkFolder {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/snnmap-demo-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw WorkflowError(
        .failure, "\(base): no temporary folder can be made: \(String(cString: strerror(errno))); set TMPDIR to another"
      )
    }
    let name = template.dropLast().map { UInt8(bitPattern: $0) }
    let path = String(decoding: name, as: UTF8.self)
    Interruption.watch(folder: path)
    return WorkFolder(path: path, isTemporary: true)
  }

  /// Removes a temporary folder and what is in it.
  func remove() {
    guard isTemporary else { return }
    Self.removeAll(at: path)
    Interruption.forget(folder: path)
  }

  /// Removes a folder; what another thread still puts there is removed by the next of a few attempts.
  static func removeAll(at path: String) {
    for _ in 0..<5 {
      try? FileManager.default.removeItem(atPath: path)
      if access(path, F_OK) != 0 { return }
    }
  }
}

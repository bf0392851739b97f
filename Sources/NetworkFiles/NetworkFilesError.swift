/// What can go wrong with a file of a network or of arrays. Every case names the file.
public enum NetworkFilesError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be opened, examined or mapped.
  case unreadable(path: String, reason: String)
  /// The file cannot be created, written, synchronised or put in place.
  case unwritable(path: String, reason: String)
  /// The file, or one thing in it, is larger than the stated cap.
  case tooLarge(path: String, what: String, bytes: Int, limit: Int)
  /// The file ends before something that it announces.
  case truncated(path: String, what: String, needed: Int, available: Int)
  /// The file breaks its format.
  case corrupt(path: String, problem: String)
  /// The file is well formed, but uses something that is not read here.
  case unsupported(path: String, problem: String)
  /// The text is not JSON.
  case jsonSyntax(path: String, line: Int, column: Int, problem: String)
  /// A value of a JSON document is missing or wrong; `field` is like `populations[1].threshold`.
  case invalidField(path: String, line: Int, field: String, problem: String)
  /// An archive has no array of this name.
  case missingArray(path: String, name: String, present: [String])
  /// A sidecar is not the one that the network file was written with.
  case sidecarMismatch(path: String, sidecar: String, problem: String)
  /// The document is well formed, but the network in it cannot be.
  case invalidNetwork(path: String, problem: String)

  /// One line: control characters of paths and names come out escaped.
  public var description: String { oneLine(message.unicodeScalars) }

  private var message: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .tooLarge(let path, let what, let bytes, let limit):
      "\(path): \(what) has \(bytes) bytes; the limit is \(limit)"
    case .truncated(let path, let what, let needed, let available):
      "\(path): \(what) needs \(needed) bytes, but \(available) are there; the file is cut off or damaged"
    case .corrupt(let path, let problem): "\(path): \(problem)"
    case .unsupported(let path, let problem): "\(path): \(problem)"
    case .jsonSyntax(let path, let line, let column, let problem):
      "\(path):\(line):\(column): not JSON: \(problem)"
    case .invalidField(let path, let line, let field, let problem):
      "\(path):\(line): \(field.isEmpty ? "the document" : field) \(problem)"
    case .missingArray(let path, let name, let present):
      "\(path): has no array \"\(shown(name))\"; it holds \(present.isEmpty ? "none" : shown(present))"
    case .sidecarMismatch(let path, let sidecar, let problem):
      "\(path): its sidecar \(sidecar) \(problem); write both files again, or restore the one that belongs to it"
    case .invalidNetwork(let path, let problem): "\(path): \(problem)"
    }
  }
}

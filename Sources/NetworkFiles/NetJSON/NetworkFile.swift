import FixedPoint
import Networks

/// Network files: net.json and, for larger networks, a safetensors sidecar beside it.
///
/// Specified in docs/net-json.md.
public enum NetworkFile {
  /// The `format` of a network file.
  public static let format = "snnmap-network"
  /// The version that is written, and the only one that is read.
  public static let version = 1
  /// The greatest net.json that is read, in bytes: 64 MiB. Larger weights belong into a sidecar.
  public static let maximumBytes = 64 << 20
  /// How many numbers (weights, synapse indices and values of single neurons) stay in net.json.
  public static let standardInlineLimit = 4096

  /// How thoroughly a sidecar is compared with what net.json says of it.
  public enum SidecarCheck: Sendable {
    /// Size and recorded digest; the contents as well up to 4 MiB. Takes the same time for every size.
    case identity
    /// The contents against the recorded digest.
    case contents
  }

  /// What a write left on disk.
  public struct Written: Sendable, Equatable {
    public let network: String
    /// The sidecar's path; nil when everything stands in the network file.
    public let sidecar: String?
  }

  /// Reads and validates a network file; weights of a sidecar stay mapped.
  ///
  /// - Throws: `NetworkFilesError`.
  public static func read(_ path: String, checking check: SidecarCheck = .identity) throws -> NetworkDocument {
    let bytes = try MappedFile(path, limit: maximumBytes)
    let text = DocumentText(path: path, bytes: bytes)
    let value = try bytes.withBytesThrowing { (raw) throws(NetworkFilesError) in
      do throws(JSONParser.Failure) {
        return try JSONParser.parse(raw)
      } catch {
        let place = JSONParser.place(of: error.offset, in: raw)
        throw NetworkFilesError.jsonSyntax(path: path, line: place.line, column: place.column, problem: error.problem)
      }
    }
    let document = try NetworkReader(text: text, root: value, check: check).document()
    try validate(document, path: path)
    return document
  }

  /// Writes a network file, and its sidecar when there are more numbers than `inlineLimit`.
  ///
  /// Equal documents give equal bytes. Each file appears whole or not at all, the sidecar first; a
  /// reader that meets the old one with the new other sees that they do not belong together.
  /// - Parameter path: of the network file; the sidecar is beside it, `net.json` → `net.safetensors`.
  @discardableResult
  public static func write(
    _ document: NetworkDocument, to path: String, inlineLimit: Int = standardInlineLimit
  ) throws -> Written {
    try validate(document, path: path)
    var writer = try NetworkWriter(document, path: path, inlineLimit: inlineLimit)
    var root = writer.root()
    var sidecarPath: String?
    if !writer.sidecar.isEmpty {
      let sidecar = try sidecarLocation(of: path)
      let summary = try writer.sidecar.write(to: sidecar.path)
      root["sidecar"] = .object([
        "file": .string(sidecar.name), "bytes": .integer(Int64(summary.bytes)), "sha256": .string(summary.dataDigest),
      ])
      sidecarPath = sidecar.path
    }
    try AtomicFile.write(Array(JSONOutput.object(root).text.utf8), to: path)
    return Written(network: path, sidecar: sidecarPath)
  }

  /// Where the sidecar of a network file goes.
  public static func sidecarLocation(of path: String) throws(NetworkFilesError) -> (path: String, name: String) {
    let stem = path.hasSuffix(".json") ? String(path.dropLast(5)) : path
    guard !path.hasSuffix(".safetensors") else {
      throw .unwritable(path: path, reason: "the network file cannot be named .safetensors; name it .json")
    }
    let sidecar = stem + ".safetensors"
    let name = sidecar.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? sidecar
    return (sidecar, name)
  }

  /// Everything that a document must fulfil.
  static func validate(_ document: NetworkDocument, path: String) throws(NetworkFilesError) {
    do throws(NetworkError) {
      try document.network.validate()
    } catch {
      throw .invalidNetwork(path: path, problem: oneLine("\(error)".unicodeScalars))
    }
    do throws(DocumentError) {
      try document.validateFields()
    } catch {
      throw .invalidNetwork(path: path, problem: oneLine("\(error)".unicodeScalars))
    }
  }
}

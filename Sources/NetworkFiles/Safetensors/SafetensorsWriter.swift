import FixedPoint
import Networks

/// Tensors to be written into a safetensors file.
///
/// Tensors are laid out by falling width of their elements and then by name, so that each is aligned
/// and equal tensors give equal bytes.
public struct SafetensorsWriter: Sendable {
  private struct Entry: Sendable {
    var name: String
    var shape: [Int]
    var weights: Weights
  }

  private var entries: [Entry] = []

  public init() {}

  /// Whether nothing was added.
  public var isEmpty: Bool { entries.isEmpty }

  /// Adds a tensor of integers.
  ///
  /// - Precondition: the name is new, and the shape's product is the number of weights.
  public mutating func add(_ name: String, shape: [Int], _ weights: Weights) {
    precondition(NpyArray.elementCount(of: shape) == weights.count)
    entries.append(Entry(name: name, shape: shape, weights: weights))
  }

  /// The key of the digest in the file's metadata.
  static let digestKey = "data_sha256"

  /// What identifies a written file.
  public struct Summary: Sendable, Equatable {
    /// The size of the file.
    public let bytes: Int
    /// SHA-256 over all tensors' bytes, in hexadecimal digits; it stands in the file's metadata too.
    public let dataDigest: String
  }

  /// Writes the file at once or not at all.
  public func write(to path: String) throws -> Summary {
    let ordered = entries.sorted {
      ($1.weights.element.rawValue, $0.name) < ($0.weights.element.rawValue, $1.name)
    }
    var hash = SHA256()
    for entry in ordered { entry.weights.withBytes { hash.update($0) } }
    let digest = hash.finalize().hex
    var fields: [String: JSONOutput] = ["__metadata__": .object([Self.digestKey: .string(digest)])]
    var position = 0
    for entry in ordered {
      let end = position + entry.weights.count * entry.weights.element.rawValue
      let type: TensorType =
        switch entry.weights.element {
        case .int8: .int8
        case .int16: .int16
        case .int32: .int32
        }
      fields[entry.name] = .object([
        "dtype": .string(type.rawValue), "shape": .array(entry.shape.map { .integer(Int64($0)) }),
        "data_offsets": .array([.integer(Int64(position)), .integer(Int64(end))]),
      ])
      position = end
    }
    var header = Array(JSONOutput.object(fields).compactText.utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    try AtomicFile.write(path) { file in
      try file.write(little(UInt64(header.count)) + header)
      for entry in ordered { try entry.weights.withBytes { try file.write($0) } }
    }
    return Summary(bytes: 8 + header.count + position, dataDigest: digest)
  }
}

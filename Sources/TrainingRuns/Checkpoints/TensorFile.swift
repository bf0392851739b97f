import FixedPoint
import NetworkFiles
import Networks
import Training

/// Named tensors and texts in one safetensors file, with a SHA-256 over both in the file's metadata.
struct TensorFile: Sendable, Equatable {
  /// What the file is, for example `snnmap training state`.
  var kind: String
  /// Texts by name, in the file's metadata.
  var texts: [String: String]
  var tensors: [Tensor]

  /// The version of what is written.
  static let version = 1
  private static let kindKey = "kind"
  private static let versionKey = "format"
  private static let digestKey = "sha256"

  /// Writes the file at once or not at all.
  func write(to path: String) throws {
    var position = 0
    var fields: [String: JSONOutput] = [:]
    for tensor in tensors {
      let end = position + tensor.values.count * tensor.values.type.width
      fields[tensor.name] = .object([
        "dtype": .string(tensor.values.type.rawValue), "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
        "data_offsets": .array([.integer(Int64(position)), .integer(Int64(end))]),
      ])
      position = end
    }
    var metadata = texts.mapValues { JSONOutput.string($0) }
    metadata[Self.kindKey] = .string(kind)
    metadata[Self.versionKey] = .string("\(Self.version)")
    metadata[Self.digestKey] = .string(digest)
    fields["__metadata__"] = .object(metadata)
    var header = Array(JSONOutput.object(fields).compactText.utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    try AtomicFile.write(path) { file in
      try file.write(length + header)
      for tensor in tensors { try tensor.values.withBytes { try file.write($0) } }
    }
  }

  /// What a file says that it is; nil for one that says nothing, or cannot be read.
  static func kind(of path: String) -> String? { (try? Safetensors.read(path))?.metadata[kindKey] }

  /// Reads a file and checks its digest.
  ///
  /// - Parameter kind: what the file has to be.
  static func read(_ path: String, kind: String) throws -> TensorFile {
    let file = try Safetensors.read(path)
    var texts = file.metadata
    guard let found = texts.removeValue(forKey: kindKey), let version = texts.removeValue(forKey: versionKey),
      let digest = texts.removeValue(forKey: digestKey), found == kind
    else {
      let origin = file.metadata[kindKey].map { "it is a \(TrainingRunsError.shown($0))" } ?? "another program wrote it"
      throw TrainingRunsError.damaged(path: path, problem: "is no \(kind): \(origin)")
    }
    guard version == "\(Self.version)" else {
      throw TrainingRunsError.version(path: path, found: Int(version) ?? 0, known: Self.version)
    }
    var tensors: [Tensor] = []
    for entry in file.tensors {
      guard let values = file.values(entry) else {
        throw TrainingRunsError.damaged(
          path: path,
          problem: "the tensor \(TrainingRunsError.shown(entry.name)) is of type \(entry.type.rawValue), not F32 or F64"
        )
      }
      tensors.append(Tensor(name: entry.name, shape: entry.shape, values: values))
    }
    let result = TensorFile(kind: kind, texts: texts, tensors: tensors)
    guard result.digest == digest else {
      throw TrainingRunsError.damaged(
        path: path, problem: "its contents do not match the digest in it: the file is damaged; use another checkpoint")
    }
    return result
  }

  /// SHA-256 over kind, version, texts by name, and tensors in the order of the file, in hexadecimal digits.
  private var digest: String {
    var hash = SHA256()
    func add(_ text: String) {
      var length = UInt64(text.utf8.count).littleEndian
      withUnsafeBytes(of: &length) { hash.update($0) }
      var text = text
      text.withUTF8 { hash.update(UnsafeRawBufferPointer($0)) }
    }
    add(kind)
    add("\(Self.version)")
    for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
      add(name)
      add(text)
    }
    for tensor in tensors {
      add(tensor.name)
      add("\(tensor.values.type.rawValue) \(tensor.shape)")
      tensor.values.withBytes { hash.update($0) }
    }
    return hash.finalize().hex
  }
}

extension Tensor.Values {
  var type: TensorType {
    switch self {
    case .float32: .float32
    case .float64: .float64
    }
  }

  /// The elements as they lie in a file, little-endian as every machine that runs this.
  func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    switch self {
    case .float32(let values): try values.withUnsafeBytes(body)
    case .float64(let values): try values.withUnsafeBytes(body)
    }
  }
}

extension Safetensors {
  /// The elements of a tensor of floats; nil for other types.
  fileprivate func values(_ tensor: Tensor) -> Training.Tensor.Values? {
    withData { data in
      let bytes = UnsafeRawBufferPointer(
        rebasing: data[tensor.range.lowerBound - dataRange.lowerBound..<tensor.range.upperBound - dataRange.lowerBound])
      switch tensor.type {
      case .float32:
        return .float32(
          stride(from: 0, to: bytes.count, by: 4).map {
            Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
          })
      case .float64:
        return .float64(
          stride(from: 0, to: bytes.count, by: 8).map {
            Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)))
          })
      default: return nil
      }
    }
  }
}

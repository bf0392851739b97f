import Networks

/// A safetensors file: eight bytes of header length, a JSON header, and the tensors' bytes.
///
/// The file is mapped, and tensors are windows of it. Source: the format's own description,
/// <https://github.com/huggingface/safetensors>.
public struct Safetensors: Sendable {
  /// One tensor: type, shape and where its elements lie in the file.
  public struct Tensor: Sendable, Equatable {
    public let name: String
    public let type: TensorType
    public let shape: [Int]
    /// The bytes of the elements, counted from the start of the file.
    public let range: Range<Int>
  }

  public let path: String
  /// The tensors in the order of their bytes.
  public let tensors: [Tensor]
  /// The header's `__metadata__`.
  public let metadata: [String: String]
  /// The bytes of all tensors, counted from the start of the file.
  public let dataRange: Range<Int>
  private let file: any WeightBytes
  private let positions: [String: Int]

  /// The greatest header that is read, in bytes: 100 MB.
  public static let maximumHeaderBytes = 100_000_000

  /// Maps a file and reads its header.
  public static func read(_ path: String) throws(NetworkFilesError) -> Safetensors {
    try Safetensors(file: try MappedFile(path), path: path)
  }

  /// Reads the header of bytes that are there already.
  public init(file: any WeightBytes, path: String) throws(NetworkFilesError) {
    let header = try file.withBytesThrowing { (bytes) throws(NetworkFilesError) in
      try SafetensorsHeader.parse(bytes, path: path)
    }
    self.path = path
    self.file = file
    tensors = header.tensors
    metadata = header.metadata
    dataRange = header.dataOffset..<file.byteCount
    positions = Dictionary(uniqueKeysWithValues: header.tensors.enumerated().map { ($0.element.name, $0.offset) })
  }

  /// The tensor of this name.
  public subscript(name: String) -> Tensor? { positions[name].map { tensors[$0] } }

  /// The tensors' bytes, without a copy.
  public func withData<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try file.withBytes { try body(UnsafeRawBufferPointer(rebasing: $0[dataRange])) }
  }

  /// Integer weights as a window of the file; nil when the tensor is not I8, I16 or I32.
  public func weights(_ tensor: Tensor) -> Weights? {
    let element: Weights.Element
    switch tensor.type {
    case .int8: element = .int8
    case .int16: element = .int16
    case .int32: element = .int32
    default: return nil
    }
    return Weights(
      element: element, count: tensor.range.count / element.rawValue, bytes: file, offset: tensor.range.lowerBound)
  }

  /// The elements of an F32 tensor; nil when it is of another type.
  public func floats(_ tensor: Tensor) -> [Float]? {
    guard tensor.type == .float32 else { return nil }
    return file.withBytes { bytes in
      stride(from: tensor.range.lowerBound, to: tensor.range.upperBound, by: 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
      }
    }
  }
}

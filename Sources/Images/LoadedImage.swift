import FixedPoint
import ImageFormat
import Mapper
import NetworkFiles
import Networks

/// An image that has been read and wholly checked, with its bytes kept in place.
///
/// A file stays mapped for as long as the value lives; its bytes are executed where they are.
public final class LoadedImage: Sendable {
  /// What messages call the image: its path.
  public let name: String
  public let host: HostSection
  public let provenance: Provenance
  public let neuronMap: NeuronMap
  /// SHA-256 of the whole file: what a board compares when it is flashed.
  public let digest: Digest
  /// The family in the header.
  public let family: FourCharacterCode
  /// The input lines of a sample.
  public let inputCount: Int
  /// Where inputs and outputs are on a chip with a format of its own; nil for the mesh.
  public let ports: ChipPorts?
  private let storage: any WeightBytes

  /// Images larger than this are refused.
  public static let maximumBytes = 1 << 36

  /// Maps and checks the file at `path`.
  ///
  /// - Throws: `ImagesError`, or the reason why the file cannot be read.
  public convenience init(path: String) throws {
    try self.init(name: path, storage: try MappedFile(path))
  }

  /// Checks an image that is in memory.
  public convenience init(name: String, bytes: [UInt8]) throws {
    try self.init(name: name, storage: HeapBytes(bytes))
  }

  /// Checks an image.
  public init(name: String, storage: any WeightBytes) throws(ImagesError) {
    self.name = name
    self.storage = storage
    guard storage.byteCount <= Self.maximumBytes else {
      throw .tooLarge(path: name, bytes: storage.byteCount, limit: Self.maximumBytes)
    }
    let parts = try storage.withBytes { bytes in Result { () throws(ImagesError) in try Parts(bytes, name: name) } }
      .get()
    host = parts.host
    provenance = parts.provenance
    neuronMap = parts.neuronMap
    digest = parts.digest
    family = parts.family
    inputCount = parts.inputCount
    ports = parts.ports
  }

  public var byteCount: Int { storage.byteCount }

  /// The image's bytes, in place.
  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try storage.withBytes(body)
  }

  /// The mesh sections, in place; the view must not leave `body`.
  public func withMeshImage<R>(_ body: (MeshImage) throws -> R) throws -> R {
    try storage.withBytes { bytes in
      // Digests were checked when the image was loaded.
      try body(try MeshImage(try ImageView(bytes, verifyingDigests: false)))
    }
  }

  /// The bytes of a section, in place; the view must not leave `body`.
  ///
  /// - Throws: `ImagesError` where the image has no such section.
  public func withSection<R>(_ kind: FourCharacterCode, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
    try storage.withBytes { bytes in
      guard let contents = try ImageView(bytes, verifyingDigests: false).contents(of: kind) else {
        throw ImagesError.format(path: name, .missingSection(kind))
      }
      return try body(contents)
    }
  }

  private struct Parts {
    let host: HostSection
    let provenance: Provenance
    let neuronMap: NeuronMap
    let digest: Digest
    let family: FourCharacterCode
    let inputCount: Int
    let ports: ChipPorts?

    init(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImagesError) {
      let view: ImageView
      var mesh: MeshImage?
      do throws(ImageError) {
        view = try ImageView(bytes, verifyingDigests: true)
        if view.header.family == .mesh {
          let image = try MeshImage(view)
          try image.validate()
          mesh = image
        }
      } catch {
        throw .format(path: name, error)
      }
      family = view.header.family
      digest = SHA256.digest(of: bytes)
      let empty = UnsafeRawBufferPointer(start: nil, count: 0)
      do throws(ImagesError) {
        host = try HostSection(bytes: view.contents(of: .host) ?? empty)
        provenance = try CanonicalJSON.decode(
          Provenance.self, from: view.contents(of: .provenance) ?? empty, section: "PROV")
        let cores = mesh.map { mesh in (0..<mesh.coreCount).map { mesh.core(at: $0).neuronCount } }
        neuronMap = try NeuronMap(
          bytes: view.contents(of: .neuronMap) ?? empty, coreSizes: cores ?? [host.neuronCount], host: host)
        ports = mesh == nil ? try ChipPorts(bytes: view.contents(of: .ports) ?? empty, host: host) : nil
      } catch {
        throw error.inFile(name)
      }
      inputCount = mesh?.inputCount ?? ports?.inputs.count ?? 0
      guard let mesh else { return }
      guard host.outputCount == mesh.outputCount else {
        throw .outputCount(path: name, device: mesh.outputCount, host: host.outputCount)
      }
      try Self.checkReadings(mesh, host, name: name)
    }

    /// Compares what each output tells according to the board's and to the host's sections.
    private static func checkReadings(_ image: MeshImage, _ host: HostSection, name: String) throws(ImagesError) {
      if image.readoutCount == 0 && host.readoutCount == 0 { return }
      let places = host.readoutPlaces
      for index in 0..<image.coreCount {
        let core = image.core(at: index)
        for neuron in 0..<core.neuronCount {
          let record = core.neuron(at: neuron)
          guard record.output != ImageLayout.noOutput else { continue }
          let output = Int(record.output)
          if record.isReadout != (places[output] != nil) { throw .outputReading(path: name, output: output) }
        }
      }
    }
  }
}

import FixedPoint
import ImageFormat
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

  private struct Parts {
    let host: HostSection
    let provenance: Provenance
    let neuronMap: NeuronMap
    let digest: Digest
    let family: FourCharacterCode

    init(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImagesError) {
      let image: MeshImage
      do throws(ImageError) {
        let view = try ImageView(bytes, verifyingDigests: true)
        image = try MeshImage(view)
        try image.validate()
      } catch {
        throw .format(path: name, error)
      }
      family = image.view.header.family
      digest = SHA256.digest(of: bytes)
      let empty = UnsafeRawBufferPointer(start: nil, count: 0)
      do throws(ImagesError) {
        host = try HostSection(bytes: image.view.contents(of: .host) ?? empty)
        provenance = try CanonicalJSON.decode(
          Provenance.self, from: image.view.contents(of: .provenance) ?? empty, section: "PROV")
        neuronMap = try NeuronMap(bytes: image.view.contents(of: .neuronMap) ?? empty, image: image, host: host)
      } catch {
        throw error.inFile(name)
      }
      guard host.outputCount == image.outputCount else {
        throw .outputCount(path: name, device: image.outputCount, host: host.outputCount)
      }
      try Self.checkReadings(image, host, name: name)
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

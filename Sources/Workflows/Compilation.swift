import ChipCatalog
import FixedPoint
import Images
import Mapper
import NetworkFiles
import Networks
import ShippedTargets
import Targets

/// A network turned into the image of a target.
public struct Compilation: Sendable {
  public let document: NetworkDocument
  public let target: Target
  public let mapping: Mapping
  /// What went where, each against its budget.
  public let report: MappingReport
  public let imageBytes: [UInt8]
  /// SHA-256 of the image in hexadecimal.
  public let sha256: String

  /// Maps and writes; the same document and target give the same bytes.
  ///
  /// - Throws: `Misfit` where the network does not fit, with remedies and the nearest shipped target.
  public init(_ document: NetworkDocument, for target: Target) throws {
    self.document = document
    self.target = target
    let family = try ChipCatalog.family(of: target)
    let others = try ShippedTarget.all().filter { $0.name != target.name }
    mapping = try family.map(document.network, to: target, alternatives: others)
    report = MappingReport(mapping)
    imageBytes = try ImageBuilder.image(
      of: document, networkDigest: NetworkFile.hash(document).hex, mapping: mapping, targetDigest: target.digest,
      encoder: family)
    // The mapper has counted everything but the host's texts.
    guard imageBytes.count <= target.budgets.slotBytes else {
      throw Misfit(
        .slotBytes, needed: .count(imageBytes.count), available: .count(target.budgets.slotBytes), target: target.name)
    }
    sha256 = imageBytes.withUnsafeBytes { SHA256.digest(of: $0) }.hex
  }

  /// The target that a user names, or the one that the network file records.
  ///
  /// - Parameters:
  ///   - name: a shipped name or the path of a YAML file; nil for the recorded one.
  ///   - file: what messages call the network.
  /// - Throws: `TargetError`, and `WorkflowError` where nothing is recorded or the recorded target has changed.
  public static func target(named name: String?, of document: NetworkDocument, file: String) throws -> Target {
    if let name { return try Target.load(name) }
    guard let recorded = document.target else {
      throw WorkflowError(.usage, "\(file) records no target; name one with --target (see `snnmap targets`)")
    }
    guard ShippedTarget.names.contains(recorded.name) else {
      throw WorkflowError(
        .usage,
        "\(file) was made for the target \(recorded.name), which is not a shipped one; name its file with --target")
    }
    let target = try Target.load(recorded.name)
    if recorded.sha256 != target.hash {
      throw WorkflowError(
        .refused,
        "\(file) was made for another version of the target \(recorded.name) (\(recorded.sha256.prefix(16))…, here "
          + "\(target.hash.prefix(16))…); --target \(recorded.name) compiles for the one here")
    }
    return target
  }
}

/// What `snnmap compile --json` prints.
public struct CompilationSummary: Encodable, Sendable {
  public var image: String
  public var imageBytes: Int
  public var sha256: String
  public var network: String
  public var networkSHA256: String
  public var target: String
  public var targetSHA256: String
  public var report: MappingReport

  enum CodingKeys: String, CodingKey {
    case image, sha256, network, target, report
    case imageBytes = "image_bytes"
    case networkSHA256 = "network_sha256"
    case targetSHA256 = "target_sha256"
  }

  public init(_ compilation: Compilation, image: String) {
    self.image = image
    imageBytes = compilation.imageBytes.count
    sha256 = compilation.sha256
    network = compilation.document.network.name
    networkSHA256 = NetworkFile.hash(compilation.document).hex
    target = compilation.target.name
    targetSHA256 = compilation.target.hash
    report = compilation.report
  }
}

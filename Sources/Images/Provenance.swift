/// Where an image comes from.
public struct Provenance: Codable, Equatable, Sendable {
  /// SHA-256 of the network's content, in hexadecimal.
  public var networkSHA256: String
  /// The target's name and the SHA-256 of its canonical description.
  public var target: String
  public var targetSHA256: String
  /// The program that wrote the image.
  public var tool: String
  public var toolVersion: String
  /// The version of the format, as text.
  public var imageFormat: String

  enum CodingKeys: String, CodingKey {
    case networkSHA256 = "network_sha256"
    case target
    case targetSHA256 = "target_sha256"
    case tool
    case toolVersion = "tool_version"
    case imageFormat = "image_format"
  }

  public init(
    networkSHA256: String, target: String, targetSHA256: String, toolVersion: String = ToolVersion.current,
    imageFormat: String = "1.0"
  ) {
    self.networkSHA256 = networkSHA256
    self.target = target
    self.targetSHA256 = targetSHA256
    self.tool = "snnmap"
    self.toolVersion = toolVersion
    self.imageFormat = imageFormat
  }
}

/// The version of this software, which images record.
public enum ToolVersion {
  public static let current = "0.1.0"
}

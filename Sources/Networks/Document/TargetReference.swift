/// The target that a network was trained for.
public struct TargetReference: Sendable, Hashable {
  /// The target's name, for example `board`.
  public var name: String
  /// SHA-256 of the target's canonical content, 64 lower-case hexadecimal digits.
  public var sha256: String

  public init(name: String, sha256: String) {
    self.name = name
    self.sha256 = sha256
  }

  /// Throws when the name is empty or the digest is not 64 lower-case hexadecimal digits.
  public func validate() throws(DocumentError) {
    guard !name.isEmpty else { throw .emptyTargetName }
    let digits = sha256.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    guard digits, sha256.utf8.count == 64 else { throw .malformedDigest(sha256) }
  }
}

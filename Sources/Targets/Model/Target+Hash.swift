import FixedPoint

extension Target {
  /// The values as text that two equal targets share byte for byte, whatever their files looked like.
  ///
  /// Source: docs/targets.md, "Canonical description".
  public var canonicalDescription: String {
    var text = "snnmap target \(TargetSchema.version)\n"
    for field in TargetSchema.fields where field.path != "summary" {
      guard let value = field.value(self) else { continue }
      text += "\(field.path)=\(value)\n"
    }
    return text
  }

  /// SHA-256 of `canonicalDescription`, which images carry in their header.
  public var digest: Digest {
    var text = canonicalDescription
    return text.withUTF8 { SHA256.digest(of: UnsafeRawBufferPointer($0)) }
  }

  /// `digest` as 64 lower-case hexadecimal digits.
  public var hash: String {
    let digest = digest
    let digits = Array("0123456789abcdef")
    return String((0..<Digest.byteCount).flatMap { [digits[Int(digest[$0] >> 4)], digits[Int(digest[$0] & 15)]] })
  }
}

import ImageFormat

/// A change of an image that breaks one rule of the format, with the error that must come of it.
struct Rule: Sendable {
  enum Image: Sendable {
    case compact, wide
  }

  let name: String
  let image: Image
  let edits: [Edit]
  let error: ImageError

  struct Edit: Sendable {
    let offset: Int
    let bytes: [UInt8]

    init(_ offset: Int, _ value: some FixedWidthInteger) {
      self.offset = offset
      bytes = Swift.withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
  }

  init(_ name: String, in image: Image = .compact, _ edits: [Edit], _ error: ImageError) {
    self.name = name
    self.image = image
    self.edits = edits
    self.error = error
  }

  /// A rule whose breach is a bad field at `offset`.
  init(
    _ name: String, in image: Image = .compact, _ edits: [Edit], _ field: ImageField, at offset: UInt64, _ value: Int64
  ) {
    self.init(name, in: image, edits, .invalidField(field, offset: offset, value: value))
  }

  /// The image with the rule broken and everything else right.
  func brokenImage() -> [UInt8] {
    var bytes = image == .compact ? HandImage.compact : HandImage.wide
    for edit in edits {
      for (index, byte) in edit.bytes.enumerated() { bytes[edit.offset + index] = byte }
    }
    // A file size that was changed on purpose stays wrong.
    bytes.seal(fileSize: !edits.contains { $0.offset == 16 })
    return bytes
  }
}

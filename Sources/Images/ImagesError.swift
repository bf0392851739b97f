import ImageFormat

/// Why an image cannot be read or written.
public enum ImagesError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The bytes of `path` break the format.
  case format(path: String, ImageError)
  /// A host section says what cannot be.
  case hostSection(section: String, problem: String)
  /// A host section of the file at `path` says what cannot be.
  case hostSectionOf(path: String, section: String, problem: String)
  /// The file is larger than an image can be.
  case tooLarge(path: String, bytes: Int, limit: Int)
  /// The number of outputs that the device's and the host's sections give differ.
  case outputCount(path: String, device: Int, host: Int)
  /// The device's and the host's sections differ in what an output tells: its membrane or its spikes.
  case outputReading(path: String, output: Int)

  public var description: String {
    switch self {
    case .format(let path, let error):
      "\(path): \(error.text)"
    case .hostSection(let section, let problem):
      "section \(section): \(problem); compile the image again"
    case .hostSectionOf(let path, let section, let problem):
      "\(path): section \(section): \(problem); compile the image again"
    case .tooLarge(let path, let bytes, let limit):
      "\(path): \(bytes) bytes are more than the \(limit) that an image may have"
    case .outputCount(let path, let device, let host):
      "\(path): the board's sections have \(device) outputs, the host's \(host); compile the image again"
    case .outputReading(let path, let output):
      "\(path): the board's and the host's sections differ in whether output \(output) tells spikes or membranes; "
        + "compile the image again"
    }
  }

  /// The same error with the file that it was found in.
  package func inFile(_ path: String) -> ImagesError {
    if case .hostSection(let section, let problem) = self {
      return .hostSectionOf(path: path, section: section, problem: problem)
    }
    return self
  }
}

extension ImageError {
  /// One line that says what is wrong, where, and what to do.
  public var text: String {
    switch self {
    case .truncated(let offset, let needed):
      "the file ends early: \(needed) bytes are needed at offset \(offset); copy or compile it again"
    case .notAnImage:
      "not a snnmap image: it does not begin with \"SNNMAP\"; `snnmap compile` makes one"
    case .unsupportedVersion(let major, let minor):
      "image format \(major).\(minor) is not known to this version, which reads 1.x and 2.x; compile it again"
    case .headerChecksum(let stored, let computed):
      "the header is damaged (CRC \(hex(stored)) stored, \(hex(computed)) computed); copy or compile it again"
    case .digest(let kind, let offset):
      kind.rawValue == 0
        ? "the section table at offset \(offset) is damaged (SHA-256 differs); copy or compile it again"
        : "section \(kind.text) at offset \(offset) is damaged (SHA-256 differs); copy or compile it again"
    case .fileSize(let stored, let actual):
      "the file has \(actual) bytes where its header says \(stored); copy or compile it again"
    case .invalidField(let field, let offset, let value):
      "\(field.text) at offset \(offset) is \(value), which the format does not allow"
    case .missingSection(let kind):
      "section \(kind.text) is missing"
    case .unknownSection(let kind, let offset):
      "section \(kind.text) at offset \(offset) is unknown to this version; a newer snnmap reads it"
    case .family(let family):
      "the image is for the family \(family.text), not for this one"
    case .memory(let needed, let available):
      "running the image takes \(needed) bytes of memory; there are \(available)"
    }
  }

  private func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension FourCharacterCode {
  /// The four letters, with a dot for what is no printable ASCII.
  public var text: String {
    String(
      decoding: (0..<4).map { (index: UInt32) -> UInt8 in
        let letter = UInt8(truncatingIfNeeded: rawValue >> (8 * index))
        return (0x20..<0x7F).contains(letter) ? letter : UInt8(ascii: ".")
      }, as: UTF8.self)
  }
}

extension ImageField {
  /// The field's name in words: `weightBits` is "weight bits".
  public var text: String {
    "\(self)".reduce(into: "") { result, letter in
      if letter.isUppercase { result += " " + letter.lowercased() } else { result.append(letter) }
    }
  }
}

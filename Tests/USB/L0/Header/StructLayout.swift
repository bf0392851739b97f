import FixedPoint
import WireProtocol

/// Where the fields of a message lie in its bytes, found out from the message itself.
///
/// A sample whose fields all have different values is written by the message's own code, and each field's value is
/// sought in the bytes. What no field claims is reserved.
struct StructLayout {
  struct Field: Equatable {
    let name: String
    let kind: Kind
    let offset: Int
    var byteCount: Int { kind.byteCount }
  }

  indirect enum Kind: Equatable {
    /// An unsigned or signed number of 1, 2, 4 or 8 bytes.
    case number(bytes: Int, isSigned: Bool)
    /// Bytes that are no number.
    case bytes(Int)
    case nested(String, bytes: Int)

    var byteCount: Int {
      switch self {
      case .number(let count, _), .bytes(let count), .nested(_, let count): count
      }
    }
  }

  let name: String
  let summary: String
  let byteCount: Int
  /// Ascending by offset.
  let fields: [Field]

  init(name: String, summary: String, byteCount: Int, fields: [Field]) {
    self.name = name
    self.summary = summary
    self.byteCount = byteCount
    self.fields = fields.sorted { $0.offset < $1.offset }
  }

  /// The layout of `sample`, whose bytes are `bytes`.
  ///
  /// - Parameters:
  ///   - constants: fields that the type has no property for, such as a magic.
  ///   - nested: C names of the structs that properties of some types become, with their sizes.
  init(
    name: String, summary: String, sample: Any, bytes: [UInt8], constants: [Leaf] = [], nested: [String: Nested] = [:]
  ) {
    var claimed = [Bool](repeating: false, count: bytes.count)
    let leaves = constants + Leaf.leaves(of: sample, nested: nested)
    var offsets = [Int](repeating: -1, count: leaves.count)
    // Long values are unmistakable; single bytes come last, in the order of their declaration.
    for index in leaves.indices.sorted(by: { (-leaves[$0].bytes.count, $0) < (-leaves[$1].bytes.count, $1) }) {
      let value = leaves[index].bytes
      let place = (0...bytes.count - value.count).first { start in
        !claimed[start..<start + value.count].contains(true) && bytes[start..<start + value.count].elementsEqual(value)
      }
      guard let place else { fatalError("\(name).\(leaves[index].name) does not occur in its message") }
      offsets[index] = place
      for byte in place..<place + value.count { claimed[byte] = true }
    }
    self.init(
      name: name, summary: summary, byteCount: bytes.count,
      fields: leaves.indices.map { Field(name: leaves[$0].name, kind: leaves[$0].kind, offset: offsets[$0]) })
  }

  /// The struct as C99, with its size and the offset of every field asserted.
  var text: String {
    var lines = ["/* \(summary) */", "typedef struct {"]
    var end = 0
    var gaps = 0
    func reserve(_ count: Int) {
      guard count > 0 else { return }
      lines.append("  uint8_t reserved\(gaps)[\(count)];")
      gaps += 1
    }
    for field in fields {
      reserve(field.offset - end)
      lines.append("  \(field.declaration);")
      end = field.offset + field.byteCount
    }
    reserve(byteCount - end)
    lines.append("} snnmap_\(name);")
    lines.append("SNNMAP_ASSERT(\(name)_size, sizeof(snnmap_\(name)) == \(byteCount));")
    for field in fields {
      lines.append(
        "SNNMAP_ASSERT(\(name)_at_\(field.name), offsetof(snnmap_\(name), \(field.name)) == \(field.offset));")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension StructLayout.Field {
  var declaration: String {
    switch kind {
    case .number(let bytes, let isSigned): "\(isSigned ? "" : "u")int\(bytes * 8)_t \(name)"
    case .bytes(let count): "uint8_t \(name)[\(count)]"
    case .nested(let type, _): "snnmap_\(type) \(name)"
    }
  }
}

/// A struct within another one.
struct Nested {
  let name: String
  /// The bytes of a value of the type.
  let bytes: (Any) -> [UInt8]
}

/// One field of a sample, with the bytes that its value is written as.
struct Leaf {
  let name: String
  let kind: StructLayout.Kind
  let bytes: [UInt8]

  init(_ name: String, _ kind: StructLayout.Kind, _ bytes: [UInt8]) {
    self.name = name
    self.kind = kind
    self.bytes = bytes
  }

  init(_ name: String, _ value: some FixedWidthInteger) {
    self.init(
      name, .number(bytes: value.bitWidth / 8, isSigned: type(of: value).isSigned), Self.littleEndian(value))
  }

  /// The properties of a value, in the order of their declaration.
  static func leaves(of value: Any, nested: [String: Nested]) -> [Leaf] {
    Mirror(reflecting: value).children.flatMap { child -> [Leaf] in
      guard let label = child.label else { return [] }
      let name = snakeCase(label)
      if let nested = nested["\(type(of: child.value))"] {
        let bytes = nested.bytes(child.value)
        return [Leaf(name, .nested(nested.name, bytes: bytes.count), bytes)]
      }
      return leaf(name, child.value).map { [$0] } ?? []
    }
  }

  /// Nil for what has no place of its own in the fixed part, such as an optional tail.
  private static func leaf(_ name: String, _ value: Any) -> Leaf? {
    switch value {
    case let value as any FixedWidthInteger: return Leaf(name, value)
    case let value as Bool: return Leaf(name, UInt8(value ? 1 : 0))
    case let value as Digest: return Leaf(name, .bytes(32), (0..<32).map { value[$0] })
    case let value as PublicKey: return Leaf(name, .bytes(32), (0..<32).map { value[$0] })
    case let value as Signature: return Leaf(name, .bytes(64), (0..<64).map { value[$0] })
    case let value as KeyIdentifier: return Leaf(name, .bytes(8), (0..<8).map { value[$0] })
    case let value as WireText: return Leaf(name, .bytes(32), [value.length] + (0..<31).map { value[$0] })
    case let value as any RawRepresentable:
      guard let number = value.rawValue as? any FixedWidthInteger else { return nil }
      return Leaf(name, number)
    default: return nil
    }
  }

  private static func littleEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> T(8 * $0)) }
  }

  static func snakeCase(_ name: String) -> String {
    name.reduce(into: "") { result, letter in
      if letter.isUppercase { result += "_" + letter.lowercased() } else { result.append(letter) }
    }
  }
}

/// A JSON value to be written; objects come out with their keys sorted by code points.
public indirect enum JSONOutput: Sendable {
  case boolean(Bool)
  case integer(Int64)
  case string(String)
  case array([JSONOutput])
  case object([String: JSONOutput])

  /// The text: two spaces of indentation, arrays of numbers or strings on one line, a final newline.
  public var text: String {
    var out = ""
    write(to: &out, indentation: 0)
    out += "\n"
    return out
  }

  /// The text on one line without spaces or a final newline.
  public var compactText: String {
    var out = ""
    writeCompact(to: &out)
    return out
  }

  private var isScalar: Bool {
    switch self {
    case .boolean, .integer, .string: true
    case .array, .object: false
    }
  }

  private func write(to out: inout String, indentation: Int) {
    let inner = String(repeating: " ", count: indentation + 2)
    let outer = String(repeating: " ", count: indentation)
    switch self {
    case .array(let elements) where elements.allSatisfy(\.isScalar):
      out += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { out += ", " }
        element.writeCompact(to: &out)
      }
      out += "]"
    case .array(let elements):
      out += "[\n"
      for (index, element) in elements.enumerated() {
        out += inner
        element.write(to: &out, indentation: indentation + 2)
        out += index + 1 < elements.count ? ",\n" : "\n"
      }
      out += outer + "]"
    case .object(let members) where members.count <= 3 && members.values.allSatisfy(\.isScalar):
      out += "{"
      for (index, key) in Self.sorted(members).enumerated() {
        if index > 0 { out += ", " }
        Self.quote(key.0, to: &out)
        out += ": "
        key.1.writeCompact(to: &out)
      }
      out += "}"
    case .object(let members):
      out += "{\n"
      for (index, member) in Self.sorted(members).enumerated() {
        out += inner
        Self.quote(member.0, to: &out)
        out += ": "
        member.1.write(to: &out, indentation: indentation + 2)
        out += index + 1 < members.count ? ",\n" : "\n"
      }
      out += outer + "}"
    default: writeCompact(to: &out)
    }
  }

  private func writeCompact(to out: inout String) {
    switch self {
    case .boolean(let value): out += value ? "true" : "false"
    case .integer(let value): out += String(value)
    case .string(let value): Self.quote(value, to: &out)
    case .array(let elements):
      out += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { out += "," }
        element.writeCompact(to: &out)
      }
      out += "]"
    case .object(let members):
      out += "{"
      for (index, member) in Self.sorted(members).enumerated() {
        if index > 0 { out += "," }
        Self.quote(member.0, to: &out)
        out += ":"
        member.1.writeCompact(to: &out)
      }
      out += "}"
    }
  }

  private static func sorted(_ members: [String: JSONOutput]) -> [(String, JSONOutput)] {
    members.map { ($0.key, $0.value) }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
  }

  private static func quote(_ string: String, to out: inout String) {
    out += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }
}

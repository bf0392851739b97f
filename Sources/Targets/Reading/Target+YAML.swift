extension Target {
  /// The target as the text of a target file: reading it gives an equal target.
  public var yamlText: String {
    var text = "\(TargetSchema.formatKey): \(TargetSchema.version)\n"
    for section in TargetSection.allCases {
      if TargetSchema.fields(of: section).allSatisfy({ $0.value(self) == nil }) { continue }
      if section != .top { text += "\n\(section.rawValue):\n" }
      for field in TargetSchema.fields(of: section) {
        guard let value = field.value(self) else { continue }
        text += "\(section == .top ? "" : "  ")\(field.key): \(Self.yaml(value, of: field.kind))\n"
      }
    }
    return text
  }

  private static func yaml(_ value: FieldValue, of kind: FieldKind) -> String {
    switch (kind, value) {
    // Names like `no` or `1` are words only in quotes, and free text may hold any sign.
    case (.name, .text(let text)), (.text, .text(let text)): quoted(text)
    default: value.description
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text {
      if character == "\"" || character == "\\" { result.append("\\") }
      result.append(character)
    }
    return result + "\""
  }
}

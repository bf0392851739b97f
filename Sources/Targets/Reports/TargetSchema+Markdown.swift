extension Target {
  /// The tables of docs/targets.md, so that a test can hold the page against the schema.
  package static func schemaTable(of section: String) -> [String] {
    TargetSchema.fields.filter { $0.section.rawValue == section }.map { field in
      let unit = field.unit.isEmpty ? "" : field.unit
      return "| `\(field.key)` | \(field.kind.allowed) | \(unit) | \(field.meaning) |"
    }
  }

  /// The names of the sections, `""` for the top level.
  package static var schemaSections: [String] { TargetSection.allCases.map(\.rawValue) }
}

extension Target {
  /// The whole target as a plain table: key, value, unit and meaning, section by section.
  public var report: String {
    var text = "\(name): \(summary)\n\n"
    let facts = [
      ["family", family + (marking.map { ", " + $0 } ?? "")],
      chip != nil
        ? ["cores", "1"]
        : [
          "cores",
          "\(topology.coreCount) (\(topology.chipsX) × \(topology.chipsY) chips of \(topology.coresX) × \(topology.coresY))",
        ],
      ["sha256", hash],
    ]
    text += Self.table(facts)
    for section in TargetSection.allCases where section != .top {
      let rows = TargetSchema.fields(of: section).compactMap { field in
        field.value(self).map {
          ["  " + field.key, $0.text(in: field.unit), $0.hasUnit ? field.unit : "", field.meaning]
        }
      }
      guard !rows.isEmpty else { continue }
      text += "\n\(section.rawValue)\n" + Self.table(rows)
    }
    return text
  }

  /// A table with a line for each target: what `snnmap targets` prints.
  public static func overview(of targets: [Target]) -> String {
    let head = ["name", "cores", "neurons", "axons", "synapses", "weight bits", "what"]
    let rows = targets.map { target in
      let isChip = target.chip != nil
      return [
        target.name, String(target.topology.coreCount), shown(target.budgets.neuronsPerCore),
        isChip ? "" : shown(target.budgets.axonsPerCore),
        target.chip.map { shown($0.synapses) } ?? bytes(target.budgets.synapseBytesPerCore),
        target.arithmetic.weightBits.map(String.init).joined(separator: "/"),
        target.summary + (target.marking.map { " (\($0))" } ?? ""),
      ]
    }
    return table([head] + rows) + "neurons, axons and synapses are those of one core; grids store synapses in bytes\n"
  }

  private static func bytes(_ budget: Int) -> String {
    budget == Budgets.unlimited ? shown(budget) : shown(budget) + " B"
  }

  private static func shown(_ budget: Int) -> String { FieldValue.integer(budget).description }

  /// Rows with their columns aligned to the left, two spaces apart, each line with its end.
  private static func table(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

extension FieldValue {
  /// The value as people write it: ids in hexadecimal.
  fileprivate func text(in unit: String) -> String {
    guard unit == "id", case .integer(let value) = self else { return description }
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// Whether a unit behind the value makes sense.
  fileprivate var hasUnit: Bool {
    switch self {
    case .integer(let value): value != Budgets.unlimited
    case .integers: true
    case .flag, .text, .words: false
    }
  }
}

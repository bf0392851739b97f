extension MappingReport {
  /// A table for people: each core against its budgets, then the board, then the populations.
  ///
  /// Of more than `coreLimit` cores the fullest are shown, in the order of their numbers.
  public func text(coreLimit: Int = 32) -> String {
    let remarks = (marking.map { ["\(target): \($0)"] } ?? []) + (notes ?? [])
    return (chip.map(chipLines) ?? gridLines(coreLimit)).joined(separator: "\n")
      + (remarks.isEmpty ? "" : "\n\n" + remarks.map(\.printable).joined(separator: "\n"))
  }

  /// The chip's budgets and the populations.
  private func chipLines(_ uses: [ChipUse]) -> [String] {
    let used = uses.map { use in
      [use.name, use.budget.map { "\(grouped(use.used)) / \(grouped($0))" } ?? grouped(use.used)]
    }
    return aligned(used) + [""]
      + aligned(
        [["population", "neurons"]] + populations.map { [$0.name.printable, grouped($0.neurons)] })
  }

  private func gridLines(_ coreLimit: Int) -> [String] {
    var rows = [["core", "neurons", "axons", "synapse bytes", "routes", "classes", "populations"]]
    for core in shown(coreLimit) {
      rows.append([
        String(core.number), core.neurons.text, core.axons.text, core.synapseBytes.text, core.routes.text,
        core.classes.text, core.populations.map(\.printable).joined(separator: ", "),
      ])
    }
    var lines = aligned(rows)
    if cores.count > coreLimit { lines.append("… the fullest \(coreLimit) of \(grouped(cores.count)) cores") }
    lines.append("")
    lines += aligned([
      ["cores", totals.cores.text], ["neurons", grouped(totals.neurons)], ["axons", grouped(totals.axons)],
      ["synapse bytes", grouped(totals.synapseBytes)], ["routes", grouped(totals.routes)],
      ["input table", totals.inputTableEntries.text], ["outputs", totals.outputs.text],
      ["hops of all routes", grouped(totals.hops)],
      ["bytes for the device", grouped(sections.board + sections.cores + sections.inputs)],
    ])
    lines.append("")
    lines += aligned(
      [["population", "neurons", "cores"]]
        + populations.map { population in
          [population.name.printable, grouped(population.neurons), Self.ranges(population.cores)]
        })
    return lines
  }

  private func shown(_ limit: Int) -> [Core] {
    if cores.count <= limit { return cores }
    let fullest = cores.sorted {
      ($1.synapseBytes.used, $1.neurons.used, $0.number) < ($0.synapseBytes.used, $0.neurons.used, $1.number)
    }
    return fullest.prefix(limit).sorted { $0.number < $1.number }
  }

  private func aligned(_ rows: [[String]]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        // Text stands left, numbers right.
        let gap = String(repeating: " ", count: widths[column] - cell.count)
        let isText = column == columns - 1 || column == 0 && columns != 7
        return isText ? (column == columns - 1 ? cell : cell + gap) : gap + cell
      }.joined(separator: "  ")
    }
  }

  /// Ascending numbers with runs shortened: 1, 2, 3, 7 is "1–3, 7".
  static func ranges(_ numbers: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = runs.last, last.upperBound + 1 == number {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }.joined(separator: ", ")
  }
}

extension MappingReport.Use {
  /// "83 / 256", or "83" without a budget.
  public var text: String {
    budget.map { "\(grouped(used)) / \(grouped($0))" } ?? grouped(used)
  }
}

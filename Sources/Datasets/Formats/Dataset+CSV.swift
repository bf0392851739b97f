import NetworkFiles
import Networks

extension Dataset {
  /// Reads a table of text: one row a sample, a column with the label, numbers in the others.
  ///
  /// Where all values are whole numbers of 0–255 they are kept; otherwise each column is scaled to 0–255
  /// by its least and greatest value over the training rows.
  static func csv(_ path: String) throws -> Dataset {
    let table = try CSVTable.read(path)
    let columns = table.rows[0].count
    let label = try column(of: table, named: CSVTable.labelNames, what: "labels") ?? columns - 1
    let mask = try column(of: table, named: CSVTable.maskNames, what: "masks")
    guard mask != label else {
      throw DatasetError.malformed(
        path: path, problem: "the last column is \(table.header[label]); name the label's column label, class or target"
      )
    }
    let inputs = (0..<columns).filter { $0 != label && $0 != mask }
    guard (1...NetworkLimits.neurons).contains(inputs.count) else {
      throw DatasetError.malformed(path: path, problem: "has \(inputs.count) columns of values; 1 to 2²⁴ are possible")
    }
    let isTest = try testRows(of: table, mask: mask)
    let testing = isTest.indices.filter { isTest[$0] }
    guard !testing.isEmpty else { throw DatasetError.noTestSamples(path: path) }
    let training = isTest.indices.filter { !isTest[$0] }
    let (labels, names) = try classes(of: table, column: label)
    let bytes = try values(of: table, columns: inputs, isTest: isTest, hasTraining: !training.isEmpty)
    let array = NpyArray(shape: [labels.count, inputs.count], bytes)
    let all = SampleSet(form: .values, inputCount: inputs.count, labels: labels, array: array)
    return Dataset(
      name: path, inputShape: [inputs.count], inputCount: inputs.count, classNames: names,
      train: all.selecting(training), test: all.selecting(testing), fullScale: scale(of: all))
  }

  private static func column(of table: CSVTable, named names: [String], what: String) throws(DatasetError) -> Int? {
    let found = table.header.indices.filter { names.contains(table.header[$0]) }
    guard found.count <= 1 else {
      throw .malformed(
        path: table.path,
        problem: "has \(found.count) columns of \(what) (\(names.joined(separator: ", "))); keep one of them")
    }
    return found.first
  }

  private static func testRows(of table: CSVTable, mask: Int?) throws(DatasetError) -> [Bool] {
    guard let mask else {
      let first = firstTestSample(of: table.rows.count)
      return table.rows.indices.map { $0 >= first }
    }
    let name = table.header[mask]
    var result: [Bool] = []
    result.reserveCapacity(table.rows.count)
    for (row, fields) in table.rows.enumerated() {
      switch (name, fields[mask].lowercased()) {
      case ("split", "test"), ("test", "1"), ("test", "true"), ("train", "0"), ("train", "false"): result.append(true)
      case ("split", "train"), ("test", "0"), ("test", "false"), ("train", "1"), ("train", "true"): result.append(false)
      default:
        throw .invalidLine(
          path: table.path, line: table.lines[row],
          problem: "\(name) is \"\(shown(String(fields[mask])))\"; it must be "
            + (name == "split" ? "train or test" : "0, 1, false or true"))
      }
    }
    return result
  }

  /// Whole numbers of 0–65535 are classes by themselves; other texts are classes in the order of their bytes.
  private static func classes(of table: CSVTable, column: Int) throws(DatasetError) -> (labels: [Int], names: [String])
  {
    let texts = table.rows.map { $0[column] }
    let numbers = texts.compactMap { Int($0) }
    if numbers.count == texts.count {
      try checkLabels(numbers, samples: texts.count, classes: nil, path: table.path)
      return (numbers, numberedClasses(numbers))
    }
    if let row = texts.firstIndex(where: \.isEmpty) {
      throw .invalidLine(path: table.path, line: table.lines[row], problem: "the label is empty")
    }
    if let row = texts.firstIndex(where: { hasControlCharacters(String($0)) }) {
      throw .invalidLine(path: table.path, line: table.lines[row], problem: "the label has control characters")
    }
    let names = Set(texts.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
    guard names.count <= maximumClasses else {
      throw .malformed(
        path: table.path, problem: "has \(names.count) different labels; up to \(maximumClasses) are possible")
    }
    let numbered = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
    return (texts.map { numbered[Array($0.utf8)] ?? 0 }, names.map { String(decoding: $0, as: UTF8.self) })
  }

  private static func values(
    of table: CSVTable, columns: [Int], isTest: [Bool], hasTraining: Bool
  ) throws(DatasetError) -> [UInt8] {
    var numbers: [Double] = []
    numbers.reserveCapacity(table.rows.count * columns.count)
    var scales = [ColumnScale](repeating: ColumnScale(), count: columns.count)
    var areBytes = true
    for (row, fields) in table.rows.enumerated() {
      for (place, column) in columns.enumerated() {
        guard let value = CSVTable.number(fields[column]) else {
          throw .invalidLine(
            path: table.path, line: table.lines[row],
            problem: "column \(column + 1) is \"\(shown(String(fields[column])))\", which is no finite number")
        }
        areBytes = areBytes && value >= 0 && value <= 255 && value.rounded() == value
        if !isTest[row] { scales[place].include(value) }
        numbers.append(value)
      }
    }
    if areBytes { return numbers.map { UInt8($0) } }
    guard hasTraining else { throw .noTrainingSamples(path: table.path) }
    return numbers.indices.map { scales[$0 % columns.count].byte(numbers[$0]) }
  }
}

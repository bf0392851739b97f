extension Misfit: CustomStringConvertible {
  /// One line: which resource, needed and available, which population, and the cheapest remedy.
  public var description: String {
    var line = "does not fit \(target): "
    if let population { line += "\(population) needs " } else { line += "the network needs " }
    line += "\(needed.text) (\(resource.words)), \(target) has \(available.text)"
    if let core { line += ", core \(core)" }
    if let detail { line += "; \(detail)" }
    if let remedy = remedies.first { line += "; \(remedy.text)" }
    // Names are the user's, who may have them from others.
    return line.printable
  }

  /// Several lines: the description without remedy, then each remedy, then the nearest target.
  public var explanation: String {
    var bare = self
    bare.remedies = []
    var lines = [bare.description]
    if !remedies.isEmpty { lines.append("What would help:") }
    for (index, remedy) in remedies.enumerated() { lines.append("  \(index + 1). \(remedy.text.printable)") }
    if let nearestTarget {
      lines.append("Nearest target that fits: \(nearestTarget)")
    } else {
      lines.append("No other known target fits the network as it is.")
    }
    return lines.joined(separator: "\n")
  }
}

extension Quantity {
  /// A number with thousands separated, or the option.
  public var text: String {
    switch self {
    case .count(let value): grouped(value)
    case .option(let name): name
    }
  }
}

extension Quantity: Codable {
  /// A number in JSON for a count, a string for an option.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Int.self) {
      self = .count(value)
    } else {
      self = .option(try container.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .count(let value): try container.encode(value)
    case .option(let name): try container.encode(name)
    }
  }
}

/// A number with thousands separated: 50176 is "50,176".
func grouped(_ value: Int) -> String {
  if value == Int.max { return "unlimited" }
  var digits = String(value.magnitude)
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  groups.insert(digits, at: 0)
  return (value < 0 ? "-" : "") + groups.joined(separator: ",")
}

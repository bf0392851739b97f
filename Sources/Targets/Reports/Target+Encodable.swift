/// The keys of a target file with its values; `unlimited` is null. Three keys more: `sha256`, `cores` and `format`.
extension Target: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var top = encoder.container(keyedBy: TargetKey.self)
    try top.encode(TargetSchema.version, forKey: TargetKey(TargetSchema.formatKey))
    try top.encode(hash, forKey: TargetKey("sha256"))
    try top.encode(topology.coreCount, forKey: TargetKey("cores"))
    for section in TargetSection.allCases {
      let fields = TargetSchema.fields(of: section)
      if section == .top {
        for field in fields { try Self.encode(field, of: self, into: &top) }
      } else if fields.allSatisfy({ $0.value(self) == nil }) {
        // A grid's file has no `chip`, a chip's no `costs` and `topology`; only a link may be null.
        if section == .link { try top.encodeNil(forKey: TargetKey(section.rawValue)) }
      } else {
        var inner = top.nestedContainer(keyedBy: TargetKey.self, forKey: TargetKey(section.rawValue))
        for field in fields { try Self.encode(field, of: self, into: &inner) }
      }
    }
  }

  private static func encode(
    _ field: TargetField, of target: Target, into container: inout KeyedEncodingContainer<TargetKey>
  ) throws {
    let key = TargetKey(field.key)
    switch field.value(target) {
    case .flag(let flag): try container.encode(flag, forKey: key)
    case .text(let text): try container.encode(text, forKey: key)
    case nil: break
    case .integer(Budgets.unlimited): try container.encodeNil(forKey: key)
    case .integer(let value): try container.encode(value, forKey: key)
    case .integers(let list): try container.encode(list, forKey: key)
    case .words(let list): try container.encode(list, forKey: key)
    }
  }
}

/// A key of the JSON form, the same as in a target file.
private struct TargetKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ key: String) { stringValue = key }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

import Yams

/// Reads target files: a pure function from text to a valid `Target` or a `TargetError` with the place of the mistake.
///
/// Schema: docs/targets.md.
public struct TargetReader: Sendable {
  /// The most bytes of a target file, 256 KiB.
  public static let maximumBytes = 262_144

  /// The names that `extends` may give.
  public var baseNames: [String]
  /// Gives the target of one of `baseNames`.
  public var base: @Sendable (String) throws(TargetError) -> Target

  /// A reader of complete files, which refuses `extends`.
  public init() {
    self.init(baseNames: []) { name throws(TargetError) in
      throw .unknownTarget(name: name, nearest: nil, shipped: [])
    }
  }

  /// A reader that takes the values which a file leaves out from the target that it extends.
  public init(baseNames: [String], base: @escaping @Sendable (String) throws(TargetError) -> Target) {
    self.baseNames = baseNames
    self.base = base
  }

  /// The target that a text describes.
  ///
  /// - Parameter file: the name under which errors speak of the text.
  public func read(_ text: String, file: String) throws(TargetError) -> Target {
    let yaml = YAMLText(text: text, file: file)
    guard let root = try yaml.root() else {
      throw .missingKey(yaml.place(1, 1), key: TargetSchema.formatKey, allowed: "\(TargetSchema.version)")
    }
    let sections = TargetSection.allCases.map(\.rawValue).filter { !$0.isEmpty }
    let known =
      [TargetSchema.formatKey, TargetSchema.extendsKey] + TargetSchema.fields(of: .top).map(\.key) + sections
    let top = try TargetMapping(root, path: "", known: known, yaml: yaml)
    try checkFormat(top)

    let start = try startingPoint(top)
    var target = start ?? .blank
    try prepare(&target, top)
    for section in TargetSection.allCases {
      guard let mapping = try mapping(of: section, in: top, target: &target, inherits: start != nil) else { continue }
      for field in TargetSchema.fields(of: section) {
        guard let node = mapping.node(field.key) else {
          if field.isOfGrids && target.chip != nil { continue }
          // A name is what tells a target from the one that it extends.
          if start == nil || field.path == "name" {
            throw .missingKey(mapping.place, key: field.path, allowed: field.kind.allowed)
          }
          continue
        }
        if field.isOfGrids && target.chip != nil {
          throw .inconsistent(
            yaml.place(of: node), key: field.path, value: node.shown,
            reason: "a target with the section chip is no grid of cores; remove the key")
        }
        field.store(&target, try field.parse(node, yaml: yaml))
      }
    }
    if let found = target.contradiction {
      throw .inconsistent(top.place(ofPath: found.key), key: found.key, value: found.value, reason: found.reason)
    }
    return target
  }

  /// The mapping whose keys are a section's; nil for a section that is left out, where that is allowed.
  private func mapping(
    of section: TargetSection, in top: TargetMapping, target: inout Target, inherits: Bool
  ) throws(TargetError) -> TargetMapping? {
    if section == .top { return top }
    guard let node = top.node(section.rawValue) else {
      if inherits || (section == .link && target.emulationOnly) || section == .chip { return nil }
      // What only grids have is not missed in a chip.
      if target.chip != nil && TargetSchema.fields(of: section).allSatisfy(\.isOfGrids) { return nil }
      throw .missingKey(top.place, key: section.rawValue, allowed: "a mapping of keys")
    }
    if section == .link {
      if node.scalar?.string == "none" {
        target.link = nil
        return nil
      }
      let isNew = target.link == nil
      if isNew { target.link = .blank }
      let mapping = try TargetMapping(node, path: section.rawValue, known: keys(of: section), yaml: top.yaml)
      // What is not inherited must be said in full.
      let missing = TargetSchema.fields(of: .link).first { field in
        mapping.node(field.key) == nil && !(field.isOfGrids && target.chip != nil)
      }
      if isNew, let missing {
        throw .missingKey(mapping.place, key: missing.path, allowed: missing.kind.allowed)
      }
      return mapping
    }
    return try TargetMapping(node, path: section.rawValue, known: keys(of: section), yaml: top.yaml)
  }

  /// Whether the file is of a chip is known before its other sections are read.
  private func prepare(_ target: inout Target, _ top: TargetMapping) throws(TargetError) {
    guard let node = top.node(TargetSection.chip.rawValue), target.chip == nil else { return }
    if top.node(TargetSchema.extendsKey) != nil {
      throw .inconsistent(
        top.yaml.place(of: node), key: TargetSection.chip.rawValue, value: "there",
        reason: "the target that the file extends is a grid of cores; extend a chip, or state every key")
    }
    target = .blankChip
  }

  private func keys(of section: TargetSection) -> [String] { TargetSchema.fields(of: section).map(\.key) }

  private func checkFormat(_ top: TargetMapping) throws(TargetError) {
    let key = TargetSchema.formatKey
    let allowed = "\(TargetSchema.version), the version of the schema that this tool reads"
    guard let node = top.node(key) else { throw .missingKey(top.place, key: key, allowed: allowed) }
    guard node.scalar?.string == String(TargetSchema.version) else {
      throw .notAllowed(top.yaml.place(of: node), key: key, value: node.shown, allowed: allowed)
    }
  }

  private func startingPoint(_ top: TargetMapping) throws(TargetError) -> Target? {
    guard let node = top.node(TargetSchema.extendsKey) else { return nil }
    let allowed = baseNames.isEmpty ? "nothing here: state every key" : "one of " + baseNames.joined(separator: ", ")
    guard let name = node.scalar?.string, baseNames.contains(name) else {
      throw .notAllowed(top.yaml.place(of: node), key: TargetSchema.extendsKey, value: node.shown, allowed: allowed)
    }
    return try base(name)
  }

  /// A piece of a user's text, fit for one line of a message.
  static func shown(_ text: String) -> String {
    let line = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : String($0) }
    return line.count > 40 ? line.prefix(40).joined() + "…" : line.joined()
  }
}

extension Target {
  /// What a reader fills; no value of it survives, since a file states every key.
  static let blank = Target(
    name: "blank", summary: "", arithmetic: Arithmetic(),
    budgets: Budgets(
      neuronsPerCore: 1, axonsPerCore: 1, synapseBytesPerCore: 1, routesPerCore: 1, classesPerCore: 1, inputs: 1,
      inputTableEntries: 1, outputs: 1, slotBytes: 4096, slots: 1),
    costs: StorageCosts(layout: .compact), topology: Topology(coresX: 1, coresY: 1), link: nil)
}

extension Target {
  /// What a reader fills where a file has the section `chip`: no grid, no records, no slots.
  static let blankChip = Target(
    name: "blank", summary: "", arithmetic: Arithmetic(),
    budgets: Budgets(
      neuronsPerCore: 1, axonsPerCore: Budgets.unlimited, synapseBytesPerCore: Budgets.unlimited,
      routesPerCore: Budgets.unlimited, classesPerCore: Budgets.unlimited, inputs: 1,
      inputTableEntries: Budgets.unlimited, outputs: 1, slotBytes: Budgets.unlimited, slots: 0),
    costs: StorageCosts(layout: .wide), topology: Topology(coresX: 1, coresY: 1), link: nil, chip: ChipLimits())
}

extension Link {
  static let blank = Link(
    maximumPayload: 64, window: 1, pageBytes: 16, eraseMilliseconds: 0, commitMilliseconds: 0)
}

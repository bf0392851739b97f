extension Target {
  /// Checks every value and that the values agree with each other; a target that was read is valid.
  public func validate() throws(TargetError) {
    let place = TargetLocation(file: "target \(name.debugDescription)", line: 0, column: 0)
    for field in TargetSchema.fields {
      guard let value = field.value(self) else { continue }
      guard field.kind.allows(value) else {
        throw .notAllowed(place, key: field.path, value: value.description, allowed: field.kind.allowed)
      }
    }
    if let found = contradiction {
      throw .inconsistent(place, key: found.key, value: found.value, reason: found.reason)
    }
  }

  /// The first value that contradicts another one; every single value must be allowed already.
  var contradiction: (key: String, value: String, reason: String)? {
    if arithmetic.membraneBits == 32 && arithmetic.accumulatorBits == 32 {
      return ("arithmetic.accumulator_bits", "32", "membranes of 32 bits need an accumulator of 64")
    }
    if chip != nil { return chipContradiction }
    return storageContradiction ?? gridContradiction ?? existenceContradiction
  }

  private var storageContradiction: (key: String, value: String, reason: String)? {
    guard costs.layout == .compact else { return nil }
    if budgets.neuronsPerCore > 256 {
      return (
        "budgets.neurons_per_core", Self.shown(budgets.neuronsPerCore),
        "the compact layout has at most 256 neurons a core; use 'layout: wide' or fewer neurons"
      )
    }
    if budgets.axonsPerCore > 65535 {
      return (
        "budgets.axons_per_core", Self.shown(budgets.axonsPerCore),
        "the compact layout has at most 65535 axons a core; use 'layout: wide' or fewer axons"
      )
    }
    return nil
  }

  private var gridContradiction: (key: String, value: String, reason: String)? {
    // Four factors of at most 65535 stay below 2⁶⁴, and UInt64 holds that.
    let cores = [topology.chipsX, topology.chipsY, topology.coresX, topology.coresY]
      .reduce(UInt64(1)) { $0.multipliedReportingOverflow(by: UInt64(max($1, 0))).partialValue }
    guard cores > 65535 else { return nil }
    return (
      "topology.cores_x", String(topology.coresX),
      "chips_x · chips_y · cores_x · cores_y is \(cores) cores; an image numbers at most 65535"
    )
  }

  private var existenceContradiction: (key: String, value: String, reason: String)? {
    if emulationOnly {
      if link != nil {
        return ("link", "there", "emulation_only is true, so there is no board to reach; remove it")
      }
      if budgets.slots != 0 {
        return ("budgets.slots", String(budgets.slots), "emulation_only is true, so there are no slots; use 0")
      }
      return nil
    }
    for field in TargetSchema.fields(of: .budgets) where field.value(self) == .integer(Budgets.unlimited) {
      return (field.path, "unlimited", "only a target with 'emulation_only: true' has no limit; state a number")
    }
    if budgets.slots == 0 {
      return ("budgets.slots", "0", "a board needs a slot to hold an image; use 1 or more")
    }
    guard let link else {
      return ("link", "absent", "a board needs a link, or 'emulation_only: true'")
    }
    // A written page travels in one frame, behind its offset.
    if link.pageBytes > link.maximumPayload - 16 {
      return (
        "link.page_bytes", String(link.pageBytes),
        "a page and 16 bytes must fit in link.maximum_payload, which is " + String(link.maximumPayload)
      )
    }
    return nil
  }

  private var chipContradiction: (key: String, value: String, reason: String)? {
    if emulationOnly && link != nil {
      return ("link", "there", "emulation_only is true, so there is no board to reach; remove it")
    }
    if !emulationOnly && link == nil {
      return ("link", "absent", "a board needs a link, or 'emulation_only: true'")
    }
    return nil
  }

  private static func shown(_ budget: Int) -> String { FieldValue.integer(budget).description }
}

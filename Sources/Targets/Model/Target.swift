/// The description of a board or chip: what it computes, how much of it there is, what storing costs,
/// how its cores lie and how the host reaches it.
///
/// `ShippedTargets.load("board")` gives the reference board; `Target(yaml:name:)` reads a user's own.
/// Schema: docs/targets.md.
public struct Target: Sendable, Hashable {
  /// The name by which images and networks refer to it: lower-case letters, digits and `-`.
  public var name: String
  /// One line for lists; no part of `hash`.
  public var summary: String
  /// The chip family that encodes for it: `mesh` for the reference boards.
  public var family: String
  /// Whether it exists in the emulator only; then it has no link and no slots.
  public var emulationOnly: Bool
  /// What its neurons and synapses can compute.
  public var arithmetic: Arithmetic
  /// How much of each resource there is.
  public var budgets: Budgets
  /// The bytes that each record takes in an image.
  public var costs: StorageCosts
  /// How its chips and cores lie.
  public var topology: Topology
  /// How the host reaches it; nil for a target that exists in the emulator only.
  public var link: Link?
  /// The limits of a chip that is no grid of cores; nil for a grid.
  public var chip: ChipLimits?

  public init(
    name: String, summary: String, family: String = "mesh", emulationOnly: Bool = false,
    arithmetic: Arithmetic, budgets: Budgets, costs: StorageCosts, topology: Topology, link: Link?,
    chip: ChipLimits? = nil
  ) {
    self.name = name
    self.summary = summary
    self.family = family
    self.emulationOnly = emulationOnly
    self.arithmetic = arithmetic
    self.budgets = budgets
    self.costs = costs
    self.topology = topology
    self.link = link
    self.chip = chip
  }
}

extension Target {
  /// The membranes that a neuron's bounds may span: 16 bits give −32768…32767, 8 bits without a sign 0…255.
  public var membraneRange: ClosedRange<Int64> {
    guard let chip, !chip.isMembraneSigned else { return arithmetic.membraneRange }
    return arithmetic.unsignedMembraneRange
  }

  /// What the tool can do for it where it is not a board to flash; nil where it can be flashed.
  public var marking: String? {
    guard emulationOnly else { return nil }
    return name == "sim" ? "emulation only" : "emulation and budget, no flashing"
  }
}

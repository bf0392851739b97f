import Targets

/// Targets that tests change to their needs.
public enum TestTargets {
  /// The figures of the reference board.
  public static let board = Target(
    name: "board", summary: "", arithmetic: Arithmetic(),
    budgets: Budgets(
      neuronsPerCore: 256, axonsPerCore: 1024, synapseBytesPerCore: 65536, routesPerCore: 4096, classesPerCore: 16,
      inputs: 65536, inputTableEntries: 65536, outputs: 16384, slotBytes: 16 << 20, slots: 4),
    costs: StorageCosts(layout: .compact), topology: Topology(coresX: 8, coresY: 8), link: nil)

  /// One core of a microcontroller.
  public static let micro = Target(
    name: "board-micro", summary: "", arithmetic: Arithmetic(),
    budgets: Budgets(
      neuronsPerCore: 256, axonsPerCore: 256, synapseBytesPerCore: 16384, routesPerCore: 512, classesPerCore: 16,
      inputs: 65536, inputTableEntries: 4096, outputs: 256, slotBytes: 1 << 20, slots: 1),
    costs: StorageCosts(layout: .compact), topology: Topology(coresX: 1, coresY: 1), link: nil)

  /// One core without limits.
  public static let sim = Target(
    name: "sim", summary: "", emulationOnly: true, arithmetic: Arithmetic(membraneBits: 32, accumulatorBits: 64),
    budgets: Budgets(
      neuronsPerCore: .max, axonsPerCore: .max, synapseBytesPerCore: .max, routesPerCore: .max, classesPerCore: .max,
      inputs: .max, inputTableEntries: .max, outputs: .max, slotBytes: .max, slots: 0),
    costs: StorageCosts(layout: .wide), topology: Topology(coresX: 1, coresY: 1), link: nil)

  public static func changed(_ target: Target = board, _ change: (inout Target) -> Void) -> Target {
    var copy = target
    copy.name = "changed"
    change(&copy)
    return copy
  }
}

/// How chips and cores lie: a grid of chips, each a grid of cores.
///
/// Cores are numbered chip by chip, row by row: core = chip · coresPerChip + y · coresX + x, chip = chipY · chipsX + chipX.
public struct Topology: Sendable, Hashable {
  /// Chips of the board in x.
  public var chipsX: Int
  /// Chips of the board in y.
  public var chipsY: Int
  /// Cores of a chip in x.
  public var coresX: Int
  /// Cores of a chip in y.
  public var coresY: Int

  public init(chipsX: Int = 1, chipsY: Int = 1, coresX: Int, coresY: Int) {
    self.chipsX = chipsX
    self.chipsY = chipsY
    self.coresX = coresX
    self.coresY = coresY
  }

  /// Chips of the board.
  public var chipCount: Int { chipsX * chipsY }
  /// Cores of a chip.
  public var coresPerChip: Int { coresX * coresY }
  /// Cores of the board, at most 65535 in a validated target.
  public var coreCount: Int { chipCount * coresPerChip }

  /// The chip of a core.
  public func chip(of core: Int) -> Int { core / coresPerChip }

  /// Where a core lies on the board, in cores from the corner of chip 0.
  public func position(of core: Int) -> (x: Int, y: Int) {
    let chip = core / coresPerChip
    let inner = core % coresPerChip
    return (
      x: chip % chipsX * coresX + inner % coresX,
      y: chip / chipsX * coresY + inner / coresX
    )
  }

  /// The core at a position of the board, the inverse of `position(of:)`.
  public func core(x: Int, y: Int) -> Int {
    let chip = y / coresY * chipsX + x / coresX
    return chip * coresPerChip + y % coresY * coresX + x % coresX
  }

  /// The steps between two cores along the grid: |Δx| + |Δy|; 0 to itself.
  public func hops(from first: Int, to second: Int) -> Int {
    let a = position(of: first)
    let b = position(of: second)
    return abs(a.x - b.x) + abs(a.y - b.y)
  }

  /// The steps between the chips of two cores; 0 on one chip.
  public func chipCrossings(from first: Int, to second: Int) -> Int {
    let a = chip(of: first)
    let b = chip(of: second)
    return abs(a % chipsX - b % chipsX) + abs(a / chipsX - b / chipsX)
  }
}

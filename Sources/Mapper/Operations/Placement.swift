import Targets

/// Gives the cores of a fill their numbers on the board.
///
/// The order of filling follows the network, so neighbours in it talk to each other: they are laid along a
/// line that turns at the end of each row, chip after chip, and are one hop apart.
struct Placement {
  let topology: Topology

  /// The number of the core that was filled as number `index`.
  func number(of index: Int) -> Int {
    let (chipRank, rank) = index.quotientAndRemainder(dividingBy: topology.coresPerChip)
    let (y, x) = turning(rank, width: topology.coresX)
    let (chipY, chipX) = turning(chipRank, width: topology.chipsX)
    return (chipY * topology.chipsX + chipX) * topology.coresPerChip + y * topology.coresX + x
  }

  /// Row and column of a place on a line that turns: at width 3, place 3 is row 1, column 2.
  private func turning(_ rank: Int, width: Int) -> (Int, Int) {
    let (row, column) = rank.quotientAndRemainder(dividingBy: width)
    return (row, row % 2 == 0 ? column : width - 1 - column)
  }
}

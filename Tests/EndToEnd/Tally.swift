import Synchronization

/// What was compared, added up over threads.
struct Tally: Sendable {
  var networks = 0
  /// Networks on a target made at random, as it was or with what the network needs added to its arithmetic.
  var onWholeTarget = 0
  var onTargetBudgets = 0
  /// Networks on a shipped target, by name.
  var onShipped: [String: Int] = [:]
  /// Attempts on a random target that ended in a misfit.
  var misfits = 0
  var samples = 0
  var cores = 0
  /// Networks that took more than one core.
  var severalCores = 0
  /// Networks whose target has the wide layout.
  var wide = 0
  /// Places (sample, tick, neuron) whose counts were compared between interpreter and emulator.
  var places = 0
  /// Spikes, a count of n being n.
  var spikes = 0
  var membranes = 0
  /// Places (sample, tick, readout) compared between interpreter and emulator, and with the board.
  var readouts = 0
  var boardReadouts = 0
  /// Places (sample, tick, output) compared with the board.
  var boardPlaces = 0
  var boardChecksums = 0
  /// What differed, in words.
  var failures: [String] = []

  mutating func add(_ other: Tally) {
    networks += other.networks
    onWholeTarget += other.onWholeTarget
    onTargetBudgets += other.onTargetBudgets
    onShipped.merge(other.onShipped, uniquingKeysWith: +)
    misfits += other.misfits
    samples += other.samples
    cores += other.cores
    severalCores += other.severalCores
    wide += other.wide
    places += other.places
    spikes += other.spikes
    membranes += other.membranes
    readouts += other.readouts
    boardReadouts += other.boardReadouts
    boardPlaces += other.boardPlaces
    boardChecksums += other.boardChecksums
    failures += other.failures
  }

  var text: String {
    let shipped = onShipped.keys.sorted().map { "\($0) \(onShipped[$0] ?? 0)" }.joined(separator: ", ")
    return """
      \(networks) networks: \(onWholeTarget) on random targets, \(onTargetBudgets) on random targets with their options added, \
      on shipped ones: \(shipped) (\(misfits) misfits before); \(severalCores) on several cores (\(cores) in all), \
      \(wide) wide; compared over \(samples) samples: \(places) counts and \(membranes) membranes of interpreter and \
      emulator, \(readouts) of them of readouts, \(spikes) spikes; \(boardPlaces) output counts, \(boardReadouts) readouts and \(boardChecksums) checksums of emulator and board; \
      \(failures.count) differences
      """
  }
}

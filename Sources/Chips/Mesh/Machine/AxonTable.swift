import ImageFormat

/// A core's axons, and the kinds of rows that they have.
struct AxonTable {
  let axons: UnsafeMutablePointer<ExecutedAxon>
  let kinds: [RowKind]
  /// How many axons have more than one source.
  let sharedCount: Int
  /// The slots of the core's ring: a power of two, at least the greatest delay + 2.
  let slots: Int

  /// - Parameter references: for each axon, how many routes name it.
  init(_ core: MeshCore, references: [UInt32], arena: Arena) {
    axons = arena.make(ExecutedAxon.self, count: core.axonCount)
    var places: [RowKind: UInt32] = [:]
    var kinds: [RowKind] = []
    var shared: UInt32 = 0
    var greatestDelay = 0
    for index in 0..<core.axonCount {
      let axon = core.axon(at: index)
      let isDense = axon.format == .dense
      let kind = RowKind(
        format: axon.format, lane: axon.current, bits: isDense ? axon.weightBits : 0,
        shift: isDense ? axon.weightShift : 0, first: axon.firstNeuron, count: isDense ? axon.count : 0)
      let place = places[kind] ?? UInt32(kinds.count)
      if place == kinds.count {
        places[kind] = place
        kinds.append(kind)
      }
      axons[index] = ExecutedAxon(
        offset: axon.rowOffset, entries: UInt32(truncatingIfNeeded: axon.count), kind: place,
        shared: references[index] > 1 ? shared : ExecutedRoute.notShared,
        shift: UInt8(truncatingIfNeeded: axon.weightShift))
      if references[index] > 1 { shared += 1 }
      greatestDelay = max(greatestDelay, axon.delay)
    }
    var slots = 2
    while slots < greatestDelay + 2 { slots *= 2 }
    self.kinds = kinds
    self.slots = slots
    sharedCount = Int(shared)
  }
}

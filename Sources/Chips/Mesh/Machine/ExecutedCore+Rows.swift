import FixedPoint
import ImageFormat
import Kernels

/// Lists that a tick fills before it calls a kernel; one for all cores of a machine.
struct RowLists {
  let single: UnsafeMutablePointer<UInt64>
  let multiple: UnsafeMutablePointer<UInt64>
  let counts: UnsafeMutablePointer<UInt8>
  let sparse: UnsafeMutablePointer<SparseRow>

  /// - Parameter axons: the most axons of a core.
  init(axons: Int, arena: Arena) {
    single = arena.make(UInt64.self, count: axons)
    multiple = arena.make(UInt64.self, count: axons)
    counts = arena.make(UInt8.self, count: axons)
    sparse = UnsafeMutableRawPointer(arena.make(UInt64.self, count: 2 * axons))
      .bindMemory(to: SparseRow.self, capacity: axons)
  }
}

extension ExecutedCore {
  /// Adds the rows of everything that arrives in a slot to the sums, and empties the slot.
  ///
  /// Arrivals of one kind of row that follow each other are added together.
  func addArrivals(slot: Int, lists: RowLists, kernels: MeshKernels) {
    for index in bundles.indices {
      let bundle = bundles[index]
      let found = bundle.found[slot]
      if found == 0 { continue }
      let kind = bundle.kind
      let first = slot &* bundle.size
      kernels.addDense(
        sums + (lanes == 2 ? kind.lane &* neuronCount : 0) + kind.first, columns: kind.count, bits: kind.bits,
        base: synapses,
        rows: DenseRows(
          indices: bundle.sources + first, origin: bundle.origin, stride: bundle.stride,
          counts: bundle.isBeyondOne[slot] ? UnsafePointer(bundle.counts + first) : nil, count: found,
          end: end), shift: kind.shift)
      bundle.found[slot] = 0
      bundle.isBeyondOne[slot] = false
    }
    let list = arrivals + slot &* axonCount
    let arriving = arrivalCounts[slot]
    var next = 0
    while next < arriving {
      let index = Int(axons[Int(list[next].axon)].kind)
      let kind = rowKinds[index]
      let sums = sums + (lanes == 2 ? kind.lane &* neuronCount : 0) + kind.first
      if kind.format == .dense {
        var singles = 0
        var multiples = 0
        while next < arriving {
          let axon = axons[Int(list[next].axon)]
          guard axon.kind == UInt32(truncatingIfNeeded: index) else { break }
          let count = takeCount(list[next], axon, slot: slot)
          if count == 1 {
            lists.single[singles] = UInt64(truncatingIfNeeded: axon.offset)
            singles &+= 1
          } else {
            lists.multiple[multiples] = UInt64(truncatingIfNeeded: axon.offset)
            lists.counts[multiples] = UInt8(truncatingIfNeeded: count)
            multiples &+= 1
          }
          next &+= 1
        }
        if singles > 0 {
          kernels.addDense(
            sums, columns: kind.count, bits: kind.bits, base: synapses,
            rows: DenseRows(offsets: lists.single, counts: nil, count: singles, end: end), shift: kind.shift)
        }
        if multiples > 0 {
          kernels.addDense(
            sums, columns: kind.count, bits: kind.bits, base: synapses,
            rows: DenseRows(offsets: lists.multiple, counts: lists.counts, count: multiples, end: end),
            shift: kind.shift)
        }
      } else {
        var rows = 0
        while next < arriving {
          let axon = axons[Int(list[next].axon)]
          guard axon.kind == UInt32(truncatingIfNeeded: index) else { break }
          lists.sparse[rows] = SparseRow(
            offset: axon.offset, entries: Int(axon.entries),
            factor: takeCount(list[next], axon, slot: slot) &<< Int(axon.shift))
          rows &+= 1
          next &+= 1
        }
        kernels.addSparse(sums, base: synapses, rows: lists.sparse, count: rows, isWide: hasWideRows)
      }
    }
    arrivalCounts[slot] = 0
  }

  /// The count of an arrival, which is no longer pending.
  @inline(__always)
  private func takeCount(_ arrival: Arrival, _ axon: ExecutedAxon, slot: Int) -> Int {
    if arrival.count != 0 { return Int(arrival.count) }
    let place = pending + (slot &* sharedCount &+ Int(axon.shared))
    let count = Int(place.pointee)
    place.pointee = 0
    return count
  }

  /// Σ count · 2^shift · 128 over a slot's arrivals: what no sum of the tick passes.
  func weightBound(slot: Int) -> Int64 {
    let list = arrivals + slot &* axonCount
    var sum: Int64 = 0
    for index in bundles.indices {
      let bundle = bundles[index]
      let found = bundle.found[slot]
      if found == 0 { continue }
      var counts = Int64(found)
      if bundle.isBeyondOne[slot] {
        let first = bundle.counts + slot &* bundle.size
        for place in 0..<found { counts &+= Int64(first[place]) }
      }
      sum &+= counts &<< Int64(bundle.kind.shift)
    }
    for index in 0..<arrivalCounts[slot] {
      let axon = axons[Int(list[index].axon)]
      let count =
        list[index].count != 0 ? Int64(list[index].count) : Int64(pending[slot &* sharedCount &+ Int(axon.shared)])
      sum &+= count &<< Int64(axon.shift)
    }
    return sum &<< 7
  }

  /// Adds a slot's rows in 64 bits, for the rare tick whose sums may pass 32; empties the slot.
  func addArrivalsExactly(slot: Int, core: MeshCore) {
    for index in bundles.indices {
      let bundle = bundles[index]
      let kind = bundle.kind
      let sums = wideSums + (lanes == 2 ? kind.lane &* neuronCount : 0) + kind.first
      for place in slot &* bundle.size..<slot &* bundle.size &+ bundle.found[slot] {
        let offset = bundle.origin &+ Int(bundle.sources[place]) &* bundle.stride
        let row = UnsafeRawBufferPointer(
          start: synapses + offset, count: ImageLayout.denseRowBytes(count: kind.count, bits: kind.bits))
        let factor = Int64(bundle.counts[place]) &<< Int64(kind.shift)
        for column in 0..<kind.count {
          sums[column] &+= Int64(BitPacking.unpackWeight(bits: kind.bits, row, column)) &* factor
        }
      }
      bundle.found[slot] = 0
      bundle.isBeyondOne[slot] = false
    }
    let list = arrivals + slot &* axonCount
    for index in 0..<arrivalCounts[slot] {
      let place = Int(list[index].axon)
      let axon = core.axon(at: place)
      let factor = Int64(takeCount(list[index], axons[place], slot: slot)) &<< Int64(axon.weightShift)
      let lane = wideSums + (lanes == 2 ? axon.current &* neuronCount : 0)
      core.forEachSynapse(of: axon) { neuron, weight in lane[neuron] &+= Int64(weight) &* factor }
    }
    arrivalCounts[slot] = 0
  }
}

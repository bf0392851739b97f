import Emulator
import FixedPoint
import ImageFormat
import Images
import Kernels

/// The mesh family executed fast: what a `MeshMachine` does, bit for bit, by vector kernels on the image's own bytes.
///
/// Of the image only weights are read while it runs; everything else is laid out once, in arrays. A core that rests
/// and receives nothing is passed over.
package struct MeshExecution: ~Copyable {
  let cores: UnsafeMutablePointer<ExecutedCore>
  let coreCount: Int
  /// The tick that comes next.
  package private(set) var currentTick: UInt32 = 0
  private let images: [MeshCore]
  private let accumulatorBits: Int
  private let inputCount: Int
  private let inputs: SourcePlan
  /// One bit for each input line that has had its event in this tick.
  private let seen: UnsafeMutablePointer<UInt64>
  /// Whether a line has had its event in this tick.
  private var hasInput = false
  /// The active lines of a tick, and their counts.
  private let active: UnsafeMutablePointer<UInt32>
  private let activeCounts: UnsafeMutablePointer<UInt8>
  private let lists: RowLists
  private let kernels: MeshKernels
  private let arena: Arena
  /// Keeps the bytes that the cores point into.
  private let image: LoadedImage

  package init(image: LoadedImage, kernels: KernelSet) throws {
    // The image's bytes are a mapping or an array that lives and stays in place as long as `image`.
    let mesh = try image.withMeshImage { $0 }
    let arena = Arena()
    let table = RouteTable(mesh, arena: arena)
    let images = (0..<mesh.coreCount).map { mesh.core(at: $0) }
    let starts = image.neuronMap.coreStarts
    let made = try images.indices.map { index in
      try ExecutedCore(
        images[index], hasReadouts: mesh.readoutCount > 0,
        networkIndex: image.neuronMap.networkIndex[starts[index]..<starts[index + 1]], axons: table.axons[index],
        plan: table.plans[index], bundles: table.bundles[index], arena: arena)
    }
    self.images = images
    self.image = image
    self.arena = arena
    self.kernels = MeshKernels(kernels)
    coreCount = made.count
    accumulatorBits = mesh.accumulatorBits
    inputCount = mesh.inputCount
    inputs = table.inputs
    seen = arena.make(UInt64.self, count: mesh.inputCount / 64 + 1)
    active = arena.make(UInt32.self, count: mesh.inputCount + 64)
    activeCounts = arena.make(UInt8.self, count: mesh.inputCount)
    lists = RowLists(axons: images.map(\.axonCount).max() ?? 0, arena: arena)
    cores = .allocate(capacity: max(made.count, 1))
    cores.initialize(from: made, count: made.count)
  }

  deinit {
    cores.deinitialize(count: coreCount)
    cores.deallocate()
  }

  package mutating func clear() {
    currentTick = 0
    clearSeen()
    for index in 0..<coreCount { cores[index].clear() }
  }

  private mutating func clearSeen() {
    if !hasInput { return }
    hasInput = false
    seen.update(repeating: 0, count: inputCount / 64 + 1)
  }

  package mutating func addInput(line: Int, count: UInt8) throws(EmulatorError) {
    guard line >= 0 && line < inputCount else { throw .lineOutOfRange(line: line, lines: inputCount) }
    if count == 0 { return }
    let bit = UInt64(1) &<< UInt64(line & 63)
    guard seen[line &>> 6] & bit == 0 else { throw .duplicateInput(line: line, tick: Int(currentTick)) }
    seen[line &>> 6] |= bit
    hasInput = true
    active[0] = UInt32(truncatingIfNeeded: line)
    activeCounts[0] = count
    send(inputs, inputs.stretch(of: line), active, activeCounts, 1, mayBeyondOne: true)
  }

  package mutating func addInputs(_ row: UnsafeBufferPointer<UInt8>) throws(EmulatorError) {
    guard let counts = row.baseAddress, row.count <= inputCount else {
      if row.isEmpty { return }
      throw .inputWidth(given: row.count, expected: inputCount)
    }
    if hasInput,
      let line = row.indices.first(where: { row[$0] != 0 && seen[$0 &>> 6] &>> UInt64($0 & 63) & 1 != 0 })
    {
      throw .duplicateInput(line: line, tick: Int(currentTick))
    }
    hasInput = true
    let result = kernels.active(counts, count: row.count, indices: active, seen: seen)
    if result.isBeyondOne {
      for index in 0..<result.found { activeCounts[index] = counts[Int(active[index])] }
    } else {
      activeCounts.update(repeating: 1, count: result.found)
    }
    send(inputs, active, activeCounts, result.found, mayBeyondOne: result.isBeyondOne)
  }

  /// Executes one tick; what has spiked is then in the cores.
  package mutating func tick() {
    let tick = currentTick
    for index in 0..<coreCount {
      cores[index].tick(
        tick, image: images[index], lists: lists, kernels: kernels, accumulatorBits: accumulatorBits)
      let found = cores[index].spikeCount
      if found > 0 {
        send(
          cores[index].plan, cores[index].spikes, cores[index].counts, found,
          mayBeyondOne: cores[index].sendsBeyondOne)
      }
    }
    clearSeen()
    // A run of 2^32 ticks (49 days at 1 ms) wraps to tick 0.
    currentTick = tick &+ 1
  }

  /// Sends the counts of spiking sources, ascending, along their routes.
  private func send(
    _ plan: borrowing SourcePlan, _ sources: UnsafePointer<UInt32>, _ counts: UnsafePointer<UInt8>, _ count: Int,
    mayBeyondOne: Bool
  ) {
    var first = 0
    for stretch in plan.stretches {
      if first == count { return }
      var end = first
      if sources[count &- 1] < stretch.end {
        end = count
      } else {
        while sources[end] < stretch.end { end &+= 1 }
      }
      if end > first {
        send(plan, stretch, sources + first, counts + first, end &- first, mayBeyondOne: mayBeyondOne)
        first = end
      }
    }
  }

  private func send(
    _ plan: borrowing SourcePlan, _ stretch: Stretch, _ sources: UnsafePointer<UInt32>,
    _ counts: UnsafePointer<UInt8>, _ count: Int, mayBeyondOne: Bool
  ) {
    if stretch.bundles.isEmpty {
      for index in 0..<count { send(plan.routes, plan.ranges[Int(sources[index])], counts[index]) }
      return
    }
    let isBeyondOne = mayBeyondOne && (0..<count).contains { counts[$0] > 1 }
    for place in stretch.bundles {
      let core = cores + place.core
      let bundle = core.pointee.bundles[place.bundle]
      let slot = Int(currentTick &+ bundle.ticks) & core.pointee.slotMask
      bundle.append(sources, counts, count: count, isBeyondOne: isBeyondOne, slot: slot)
      core.pointee.waiting[slot] &+= count
    }
  }

  /// Appends a count to what arrives at the axons of some routes; pending counts saturate at 255.
  @inline(__always)
  private func send(_ routes: UnsafeMutablePointer<ExecutedRoute>, _ range: RouteRange, _ count: UInt8) {
    let first = routes + Int(range.first)
    for index in 0..<Int(range.count) {
      let route = first[index]
      let core = cores + Int(route.core)
      let slot = Int(currentTick &+ route.ticks) & core.pointee.slotMask
      var arrival = Arrival(axon: route.axon, count: UInt32(count))
      if route.shared != ExecutedRoute.notShared {
        let place = core.pointee.pending + (slot &* core.pointee.sharedCount &+ Int(route.shared))
        let before = place.pointee
        let (sum, overflow) = before.addingReportingOverflow(count)
        place.pointee = overflow ? .max : sum
        if before != 0 { continue }
        arrival.count = 0
      }
      let known = core.pointee.arrivalCounts[slot]
      core.pointee.arrivals[slot &* core.pointee.axonCount &+ known] = arrival
      core.pointee.arrivalCounts[slot] = known &+ 1
      core.pointee.waiting[slot] &+= 1
    }
  }
}

import FixedPoint
import ImageFormat
import NeuronCore

/// The mesh family executed from an image's bytes, one tick at a time.
///
/// Scalar and small: it is what the firmware runs, and what faster machines are compared with. The
/// image and the memory belong to the caller, who keeps both alive and the image unchanged.
/// Source: firmware-protocol/image-format.md, "How a mesh board executes an image".
public struct MeshMachine: ~Copyable {
  public let image: MeshImage
  /// The tick that `tick(_:)` will execute next.
  public private(set) var currentTick: UInt32
  let cores: UnsafeMutablePointer<CoreState>
  /// From a core number to its place among the cores in use; 65535 where it is not in use.
  let places: UnsafeMutablePointer<UInt16>
  /// One bit for each input line that has had its event in this tick.
  let inputSeen: UnsafeMutablePointer<UInt8>
  private let inputSeenBytes: Int

  /// A cleared machine for an image that `MeshImage.validate()` has accepted.
  ///
  /// - Parameter memory: at least `memoryNeeded(for:)` bytes, aligned to 16.
  public init(image: MeshImage, memory: UnsafeMutableRawBufferPointer) throws(ImageError) {
    let needed = Self.memoryNeeded(for: image)
    guard needed <= memory.count, let base = memory.baseAddress else {
      throw .memory(needed: UInt64(needed), available: UInt64(memory.count))
    }
    var layout = MemoryLayoutCursor(base: base)
    let cores = layout.take(CoreState.self, count: image.coreCount)
    let places = layout.take(UInt16.self, count: image.gridCoreCount)
    let seenBytes = image.inputCount / 8 + 1
    let seen = layout.take(UInt8.self, count: seenBytes)
    places.initialize(repeating: .max, count: image.gridCoreCount)
    for index in 0..<image.coreCount {
      let core = image.core(at: index)
      places[Int(core.number)] = UInt16(truncatingIfNeeded: index)
      (cores + index).initialize(
        to: try CoreState(
          core, accumulatorBits: image.accumulatorBits, hasReadouts: image.readoutCount > 0, memory: &layout))
    }
    self.image = image
    self.cores = cores
    self.places = places
    inputSeen = seen
    inputSeenBytes = seenBytes
    currentTick = 0
    clear()
  }

  /// The bytes of memory that a machine for this image works in.
  public static func memoryNeeded(for image: MeshImage) -> Int {
    var cursor = MemoryLayoutCursor(base: nil)
    cursor.skip(CoreState.self, count: image.coreCount)
    cursor.skip(UInt16.self, count: image.gridCoreCount)
    cursor.skip(UInt8.self, count: image.inputCount / 8 + 1)
    for index in 0..<image.coreCount {
      CoreState.reserve(image.core(at: index), accumulatorBits: image.accumulatorBits, memory: &cursor)
    }
    return cursor.offset
  }

  /// Membranes, currents, remembered spikes, refractory counters, pending deliveries and the tick to 0.
  public mutating func clear() {
    currentTick = 0
    inputSeen.initialize(repeating: 0, count: inputSeenBytes)
    for index in 0..<image.coreCount { cores[index].clear() }
  }

  /// Adds the input event of a line to the tick that will be executed next; a count of 0 is no event.
  ///
  /// - Throws: `MachineError.inputOutOfRange` or, for a second event of a line in one tick, `.duplicateInput`.
  public mutating func addInput(line: UInt32, count: UInt8) throws(MachineError) {
    guard Int(line) < image.inputCount else {
      throw .inputOutOfRange(line: line, lines: UInt32(truncatingIfNeeded: image.inputCount))
    }
    guard count > 0 else { return }
    let bit = UInt8(1) << UInt8(line & 7)
    guard inputSeen[Int(line >> 3)] & bit == 0 else { throw .duplicateInput(line: line, tick: currentTick) }
    inputSeen[Int(line >> 3)] |= bit
    for index in image.routes(ofInput: Int(line)) {
      deliver(image.inputRoute(at: index), count: count, ticksAhead: 0)
    }
  }

  /// Executes one tick of all cores and calls `onSpike` for each spike, ascending by core and neuron.
  public mutating func tick(_ onSpike: (MeshSpike) -> Void) {
    let tick = currentTick
    let slot = Int(tick) & (ImageLayout.ringTicks - 1)
    for index in 0..<image.coreCount {
      cores[index].deliverArrivals(slot: slot)
      for neuron in 0..<cores[index].core.neuronCount {
        let count = cores[index].updateNeuron(neuron, tick: tick)
        if count == 0 { continue }
        let record = cores[index].core.neuron(at: neuron)
        for route in record.routes {
          deliver(cores[index].core.route(at: route), count: count, ticksAhead: 1)
        }
        onSpike(
          MeshSpike(
            core: cores[index].core.number, neuron: UInt32(truncatingIfNeeded: neuron), count: count,
            output: record.output))
      }
    }
    inputSeen.initialize(repeating: 0, count: inputSeenBytes)
    // A run of 2^32 ticks (49 days at 1 ms) wraps to tick 0.
    currentTick = tick &+ 1
  }

  /// Calls `body` with the membrane of each readout after the tick executed last, ascending by core and neuron.
  public func forEachReadout(_ body: (MeshReadout) -> Void) {
    for index in 0..<image.coreCount {
      for neuron in cores[index].readouts {
        let record = cores[index].core.neuron(at: neuron)
        if !record.isReadout { continue }
        body(
          MeshReadout(
            core: cores[index].core.number, neuron: UInt32(truncatingIfNeeded: neuron), output: record.output,
            membrane: cores[index].states[neuron].membrane))
      }
    }
  }

  /// The state of neuron `neuron` of the core in use at `core`; traps outside the image's counts.
  public func state(core: Int, neuron: Int) -> NeuronState {
    precondition(core >= 0 && core < image.coreCount && neuron >= 0 && neuron < cores[core].core.neuronCount)
    return cores[core].states[neuron]
  }

  /// Adds a count to an axon's pending deliveries, saturating at 255: `250 + 10 → 255`.
  private func deliver(_ route: RouteRecord, count: UInt8, ticksAhead: Int) {
    let place = Int(places[Int(route.core)])
    let delay = cores[place].core.axon(at: Int(route.axon)).delay
    let slot = (Int(currentTick) &+ ticksAhead &+ delay) & (ImageLayout.ringTicks - 1)
    let pending = cores[place].ring + (slot &* cores[place].core.axonCount &+ Int(route.axon))
    let (sum, overflow) = pending.pointee.addingReportingOverflow(count)
    pending.pointee = overflow ? .max : sum
  }
}

/// One neuron's spikes in one tick.
public struct MeshSpike: Equatable, Sendable {
  public let core: UInt16
  /// The neuron's index in its core.
  public let neuron: UInt32
  /// 1–255.
  public let count: UInt8
  /// The output index, or `ImageLayout.noOutput`.
  public let output: UInt32

  @inlinable
  public init(core: UInt16, neuron: UInt32, count: UInt8, output: UInt32) {
    self.core = core
    self.neuron = neuron
    self.count = count
    self.output = output
  }
}

/// One readout's membrane after one tick.
public struct MeshReadout: Equatable, Sendable {
  public let core: UInt16
  /// The neuron's index in its core.
  public let neuron: UInt32
  /// The output index.
  public let output: UInt32
  public let membrane: Int32

  @inlinable
  public init(core: UInt16, neuron: UInt32, output: UInt32, membrane: Int32) {
    self.core = core
    self.neuron = neuron
    self.output = output
    self.membrane = membrane
  }
}

/// Why an input event is refused.
public enum MachineError: Error, Equatable, Sendable {
  /// The image has fewer input lines.
  case inputOutOfRange(line: UInt32, lines: UInt32)
  /// The line has had its event in this tick.
  case duplicateInput(line: UInt32, tick: UInt32)
}

import FixedPoint
import Kernels

/// The running proof of a run: the CRC32C over all of its spikes and readouts.
public struct SpikeProof: Sendable {
  /// The one of both that the processor is quicker with.
  private var crc = CRC32C()
  private var register = UInt32.max
  private let processor = ProcessorChecksum.selected
  /// The number of spikes so far, a count of n being n.
  public private(set) var spikes = 0

  public init() {}

  public var checksum: UInt32 { processor == nil ? crc.value : ~register }

  /// Adds a spike; spikes come ascending by tick, core and neuron.
  public mutating func add(_ spike: EmulatedSpike, tick: UInt32) {
    add(tick: tick, core: spike.core, neuron: spike.neuron, UInt32(spike.count), bytes: 1)
    spikes &+= Int(spike.count)
  }

  /// Adds the spikes of a core.
  public mutating func add(_ core: CoreSpikes, tick: UInt32) {
    let share = 256
    withUnsafeTemporaryAllocation(byteCount: 11 * min(core.count, share) + 8, alignment: 8) { bytes in
      var first = 0
      while first < core.count {
        let end = min(core.count, first + share)
        var place = 0
        for index in first..<end {
          Self.write(
            tick: tick, core: core.core, neuron: core.neurons[index], UInt32(core.counts[index]), to: bytes, at: place)
          place &+= 11
          spikes &+= Int(core.counts[index])
        }
        add(UnsafeRawBufferPointer(rebasing: bytes[0..<place]))
        first = end
      }
    }
  }

  /// Adds a readout; those of a tick come after its spikes, ascending by core and neuron.
  public mutating func add(_ readout: EmulatedReadout, tick: UInt32) {
    add(tick: tick, core: readout.core, neuron: readout.neuron, UInt32(bitPattern: readout.membrane), bytes: 4)
  }

  private mutating func add(tick: UInt32, core: UInt16, neuron: UInt32, _ value: UInt32, bytes count: Int) {
    withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { bytes in
      Self.write(tick: tick, core: core, neuron: neuron, value, to: bytes, at: 0)
      add(UnsafeRawBufferPointer(rebasing: bytes[0..<10 + count]))
    }
  }

  /// Ten bytes of where and when, and four of `value`; little-endian.
  @inline(__always)
  private static func write(
    tick: UInt32, core: UInt16, neuron: UInt32, _ value: UInt32, to bytes: UnsafeMutableRawBufferPointer, at place: Int
  ) {
    let head = UInt64(tick) | UInt64(core) &<< 32 | UInt64(neuron) &<< 48
    let tail = UInt64(neuron &>> 16) | UInt64(value) &<< 16
    bytes.storeBytes(of: head.littleEndian, toByteOffset: place, as: UInt64.self)
    bytes.storeBytes(of: tail.littleEndian, toByteOffset: place &+ 8, as: UInt64.self)
  }

  private mutating func add(_ bytes: UnsafeRawBufferPointer) {
    if let processor { register = processor.updated(register, bytes) } else { crc.update(bytes) }
  }
}

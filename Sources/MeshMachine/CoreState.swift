import FixedPoint
import ImageFormat
import NeuronCore

/// What one core carries from tick to tick, in the machine's memory.
struct CoreState {
  let core: MeshCore
  /// Pending counts, [16 ticks][axons].
  let ring: UnsafeMutablePointer<UInt8>
  /// Arrivals of the tick, [currents][neurons], one of the two by the image's accumulator width.
  let sums32: UnsafeMutablePointer<Int32>
  let sums64: UnsafeMutablePointer<Int64>
  let usesWideSums: Bool
  /// 2 where a class of the core has two currents, else 1.
  let lanes: Int
  /// The neurons from the first readout to the last one; empty where the core has none.
  let readouts: Range<Int>
  let states: UnsafeMutablePointer<NeuronState>
  let models: UnsafeMutablePointer<NeuronModel>

  init(
    _ core: MeshCore, accumulatorBits: Int, hasReadouts: Bool, memory: inout MemoryLayoutCursor
  ) throws(ImageError) {
    self.core = core
    ring = memory.take(UInt8.self, count: ImageLayout.ringTicks * core.axonCount)
    lanes = Self.lanes(of: core)
    readouts = hasReadouts ? Self.readouts(of: core) : 0..<0
    usesWideSums = accumulatorBits == 64
    sums32 = memory.take(Int32.self, count: usesWideSums ? 0 : lanes * core.neuronCount)
    sums64 = memory.take(Int64.self, count: usesWideSums ? lanes * core.neuronCount : 0)
    states = memory.take(NeuronState.self, count: core.neuronCount)
    models = memory.take(NeuronModel.self, count: core.classCount)
    for index in 0..<core.classCount {
      guard let model = core.neuronModel(at: index) else {
        throw .invalidField(.neuronClass, offset: UInt64(core.classesOffset), value: Int64(index))
      }
      (models + index).initialize(to: model)
    }
  }

  /// Passes over the memory that `init` takes.
  static func reserve(_ core: MeshCore, accumulatorBits: Int, memory: inout MemoryLayoutCursor) {
    let sums = lanes(of: core) * core.neuronCount
    memory.skip(UInt8.self, count: ImageLayout.ringTicks * core.axonCount)
    memory.skip(Int32.self, count: accumulatorBits == 64 ? 0 : sums)
    memory.skip(Int64.self, count: accumulatorBits == 64 ? sums : 0)
    memory.skip(NeuronState.self, count: core.neuronCount)
    memory.skip(NeuronModel.self, count: core.classCount)
  }

  private static func lanes(of core: MeshCore) -> Int {
    for index in 0..<core.classCount where core.neuronModel(at: index)?.currents.count == 2 { return 2 }
    return 1
  }

  private static func readouts(of core: MeshCore) -> Range<Int> {
    var first = core.neuronCount
    var end = 0
    for index in 0..<core.neuronCount where core.neuron(at: index).isReadout {
      first = min(first, index)
      end = index + 1
    }
    return min(first, end)..<end
  }

  func clear() {
    ring.initialize(repeating: 0, count: ImageLayout.ringTicks * core.axonCount)
    if usesWideSums {
      sums64.initialize(repeating: 0, count: lanes * core.neuronCount)
    } else {
      sums32.initialize(repeating: 0, count: lanes * core.neuronCount)
    }
    states.initialize(repeating: NeuronState(), count: core.neuronCount)
  }

  /// Adds the rows of all axons with a pending count of ring slot `slot`, and clears the slot.
  func deliverArrivals(slot: Int) {
    let pending = ring + slot &* core.axonCount
    var axon = 0
    while axon < core.axonCount {
      // Most axons are silent in a tick: look at eight at once.
      if core.axonCount &- axon >= 8,
        UnsafeRawPointer(pending + axon).loadUnaligned(as: UInt64.self) == 0
      {
        axon &+= 8
        continue
      }
      let count = pending[axon]
      if count != 0 {
        pending[axon] = 0
        if usesWideSums {
          addRow(core.axon(at: axon), count: Int64(count), to: sums64)
        } else {
          addRow(core.axon(at: axon), count: Int32(count), to: sums32)
        }
      }
      axon &+= 1
    }
  }

  /// One neuron's tick over the arrivals, which are then cleared; returns its spikes.
  func updateNeuron(_ index: Int, tick: UInt32) -> UInt8 {
    let record = core.neuron(at: index)
    let second = lanes == 2 ? core.neuronCount &+ index : index
    let input0: Int64
    let input1: Int64
    if usesWideSums {
      input0 = sums64[index]
      input1 = lanes == 2 ? sums64[second] : 0
      sums64[index] = 0
      sums64[second] = 0
    } else {
      input0 = Int64(sums32[index])
      input1 = lanes == 2 ? Int64(sums32[second]) : 0
      sums32[index] = 0
      sums32[second] = 0
    }
    return models[record.classIndex].tick(
      &states[index], constants: record.constants, input0: input0, input1: input1, tick: tick
    ).spikes
  }
}

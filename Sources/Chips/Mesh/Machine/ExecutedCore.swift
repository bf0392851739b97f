import ImageFormat
import Kernels
import NeuronCore

/// One core of an image laid out for speed: arrays of states and constants, tables of axons and routes, and lists of
/// what arrives in the next ticks. The weights stay in the image.
struct ExecutedCore {
  let number: UInt16
  let neuronCount: Int
  let axonCount: Int
  /// The core's synapses in the image, and the end of the image.
  let synapses: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>
  let hasWideRows: Bool
  let axons: UnsafeMutablePointer<ExecutedAxon>
  let rowKinds: UnsafeMutableBufferPointer<RowKind>
  /// 2 where a class of the core has two currents, else 1.
  let lanes: Int

  /// The ring's slots, a power of two above the core's greatest delay + 1, less 1.
  let slotMask: Int
  /// What arrives in each slot, through bundles and else.
  let waiting: UnsafeMutablePointer<Int>
  let bundles: UnsafeMutableBufferPointer<Bundle>
  /// Axons outside of bundles that deliver, [slots][axons].
  let arrivals: UnsafeMutablePointer<Arrival>
  /// How many they are, [slots].
  let arrivalCounts: UnsafeMutablePointer<Int>
  /// Axons with more than one source, whose counts add up, [slots][sharedCount].
  let pending: UnsafeMutablePointer<UInt8>
  let sharedCount: Int

  /// Sums of the tick, [lanes][neurons], zero between ticks.
  let sums: UnsafeMutablePointer<Int32>
  /// The same for ticks beyond 32 bits.
  let wideSums: UnsafeMutablePointer<Int64>
  let threshold: UnsafeMutablePointer<Int32>
  let bias: UnsafeMutablePointer<Int32>
  let membrane: UnsafeMutablePointer<Int32>
  /// Refractory ticks that are left; of neurons in `runs` that the kernels do.
  let rest: UnsafeMutablePointer<UInt16>
  /// The states of neurons that the kernels do not do.
  let states: UnsafeMutablePointer<NeuronState>
  let runs: UnsafeMutableBufferPointer<NeuronRun>
  /// Whether some sum of a tick may pass 32 bits, given Σ count · 2^shift · 128 of its rows: 2³¹ less this bound.
  let greatestArrivals: Int64

  let plan: SourcePlan
  /// Whether a neuron may send more than one spike a tick.
  let sendsBeyondOne: Bool
  let outputs: UnsafeMutablePointer<UInt32>
  let networkIndex: UnsafeMutablePointer<UInt32>
  let readouts: [ExecutedReadout]

  /// The spikes of the last tick.
  let spikes: UnsafeMutablePointer<UInt32>
  let counts: UnsafeMutablePointer<UInt8>
  var spikeCount = 0
  /// Spikes whose thresholds are still to be taken off, of runs that subtract after the leak.
  let owing: UnsafeMutablePointer<UInt32>
  let owingCounts: UnsafeMutablePointer<UInt8>
  var owingCount = 0
  /// Without arrivals the next tick changes nothing and spikes nothing.
  var isAtRest = false
  /// The state is that of a cleared core.
  var isClean = false
}

/// Neurons that follow each other with one class and one start.
struct NeuronRun {
  let neurons: Range<Int>
  let model: NeuronModel
  let start: UInt32
  /// What the kernels take; nil where the neurons are done one by one.
  let kernel: MeshNeurons?
}

/// An axon's row, and where its kind is in the core's list.
struct ExecutedAxon: BitwiseCopyable {
  var offset: Int
  /// Entries of a sparse row.
  var entries: UInt32
  var kind: UInt32
  /// The axon's place among those with more than one source.
  var shared: UInt32
  var shift: UInt8
}

/// What the rows of many axons have in common, so that one call of a kernel adds them all.
struct RowKind: Hashable {
  let format: RowFormat
  let lane: Int
  /// Of dense rows; 0 of sparse ones.
  let bits: Int
  let shift: Int
  let first: Int
  let count: Int
}

/// An axon with what it delivers; 0 where its count is pending.
struct Arrival: BitwiseCopyable {
  var axon: UInt32
  var count: UInt32
}

/// Where a spike or an input event goes.
struct ExecutedRoute: BitwiseCopyable {
  /// The core's place among those in use.
  var core: UInt32
  var axon: UInt32
  /// `ExecutedRoute.notShared`, or the axon's place among those with more than one source.
  var shared: UInt32
  /// From the tick at hand to that of the arrival.
  var ticks: UInt32

  static let notShared = UInt32.max
}

struct ExecutedReadout {
  let neuron: Int
  let output: Int
}

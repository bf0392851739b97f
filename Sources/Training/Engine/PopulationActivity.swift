import Kernels

/// What one population did with the samples of a block, and the workspace to compute it; one worker's own.
final class PopulationActivity<R: KernelScalar> {
  let prepared: PreparedPopulation<R>
  let ticks: Int
  let count: Int
  /// u before the reset, of integers and of floats: [sample][1 + ticks][count], the first row being before the
  /// first tick.
  let integerMembranes: AlignedBuffer<Int32>
  let realMembranes: AlignedBuffer<R>
  /// [sample][1 + ticks][count], likewise.
  let spikes: AlignedBuffer<UInt8>
  /// Whether the sum was cut, or the neuron at rest: [sample][ticks][count].
  let flags: AlignedBuffer<UInt8>
  /// Currents before their decay, [sample][ticks][count]; empty without currents.
  let integerCurrents: AlignedBuffer<Int32>
  let realCurrents: AlignedBuffer<R>
  /// What the weights see, where there is pooling: [sample][ticks][sourceCount].
  let pooled: AlignedBuffer<UInt8>
  let indices: AlignedBuffer<UInt16>
  /// Workspaces of convolutions.
  let narrow: AlignedBuffer<Int16>
  let padded: AlignedBuffer<R>
  let sorted: AlignedBuffer<UInt32>
  let integer: TickWorkspace<Int32>
  let real: TickWorkspace<R>

  init(_ prepared: PreparedPopulation<R>, ticks: Int, samples: Int) {
    self.prepared = prepared
    self.ticks = ticks
    count = prepared.count
    let rows = samples * (ticks + 1) * count
    let isInteger = prepared.integers != nil
    integerMembranes = AlignedBuffer(count: isInteger ? rows : 0, repeating: 0)
    realMembranes = AlignedBuffer(count: isInteger ? 0 : rows, repeating: 0)
    spikes = AlignedBuffer(count: rows, repeating: 0)
    flags = AlignedBuffer(count: samples * ticks * count, repeating: 0)
    let currents = prepared.hasCurrent ? samples * ticks * count : 0
    integerCurrents = AlignedBuffer(count: isInteger ? currents : 0, repeating: 0)
    realCurrents = AlignedBuffer(count: isInteger ? 0 : currents, repeating: 0)
    pooled = AlignedBuffer(
      count: prepared.plan.pooling == nil ? 0 : samples * ticks * prepared.sourceCount, repeating: 0)
    indices = AlignedBuffer(count: max(prepared.sourceCount, count), repeating: 0)
    narrow = AlignedBuffer(count: isInteger ? prepared.convolution?.narrowCount ?? 0 : 0, repeating: 0)
    padded = AlignedBuffer(count: prepared.convolution?.paddedCount ?? 0, repeating: 0)
    sorted = AlignedBuffer(count: prepared.convolution?.sortedCount ?? 0, repeating: 0)
    integer = TickWorkspace(count: isInteger ? count : 0)
    real = TickWorkspace(count: isInteger ? 0 : count)
  }

  /// The spikes of a sample, [ticks][count].
  func spikeRows(_ sample: Int) -> UnsafeMutableBufferPointer<UInt8> {
    let first = (sample * (ticks + 1) + 1) * count
    return spikes[first..<first + ticks * count]
  }

  /// The membranes of a sample in integers, [ticks][count].
  func integerMembraneRows(_ sample: Int) -> UnsafeMutableBufferPointer<Int32> {
    let first = (sample * (ticks + 1) + 1) * count
    return integerMembranes[first..<first + ticks * count]
  }

  /// The membranes of a sample in floats, less the threshold unless it is a readout: [ticks][count].
  func realMembraneRows(_ sample: Int) -> UnsafeMutableBufferPointer<R> {
    let first = (sample * (ticks + 1) + 1) * count
    return realMembranes[first..<first + ticks * count]
  }

  /// Spikes of each element over all ticks.
  func countSpikes(_ sample: Int, into counts: UnsafeMutableBufferPointer<Int32>) {
    let rows = spikeRows(sample)
    counts.update(repeating: 0)
    for tick in 0..<ticks {
      for element in 0..<count { counts[element] &+= Int32(rows[tick &* count &+ element]) }
    }
  }
}

/// The rows that one tick of a population needs beside its record.
final class TickWorkspace<Number: BitwiseCopyable & ExpressibleByIntegerLiteral> {
  let sums: AlignedBuffer<Number>
  let recurrentSums: AlignedBuffer<Number>
  let current: AlignedBuffer<Number>
  let held: AlignedBuffer<Number>
  /// What the last membrane lost by rounding; of floats.
  let residual: AlignedBuffer<Number>
  let pending: AlignedBuffer<UInt8>
  let left: AlignedBuffer<UInt16>

  init(count: Int) {
    sums = AlignedBuffer(count: count, repeating: 0)
    recurrentSums = AlignedBuffer(count: count, repeating: 0)
    current = AlignedBuffer(count: count, repeating: 0)
    residual = AlignedBuffer(count: count, repeating: 0)
    held = AlignedBuffer(count: count, repeating: 0)
    pending = AlignedBuffer(count: count, repeating: 0)
    left = AlignedBuffer(count: count, repeating: 0)
  }
}

import Kernels

/// What one layer did with one sample, and the workspace to compute it; one worker's own.
final class LayerActivity {
  let ticks: Int
  let stride: Int
  /// u before the reset: [1 + ticks][stride], the first row being the zeros before the first tick.
  let membranes: AlignedBuffer<Int32>
  /// 0 or 1: [1 + ticks][stride], likewise.
  let spikes: AlignedBuffer<UInt8>
  /// 1 where the membrane was clamped: [ticks][stride].
  let saturated: AlignedBuffer<UInt8>
  /// The weighted input of a tick: [stride].
  let sums: AlignedBuffer<Int32>

  init(ticks: Int, stride: Int) {
    self.ticks = ticks
    self.stride = stride
    membranes = AlignedBuffer(count: (ticks + 1) * stride, repeating: 0)
    spikes = AlignedBuffer(count: (ticks + 1) * stride, repeating: 0)
    saturated = AlignedBuffer(count: ticks * stride, repeating: 0)
    sums = AlignedBuffer(count: stride, repeating: 0)
  }

  /// The spikes of all ticks, [ticks][stride].
  var spikeRows: UnsafeMutableBufferPointer<UInt8> { spikes[stride..<(ticks + 1) * stride] }

  /// The membranes of all ticks, [ticks][stride].
  var membraneRows: UnsafeMutableBufferPointer<Int32> { membranes[stride..<(ticks + 1) * stride] }

  /// Spikes of each of the first `outputs` neurons over all ticks.
  func countSpikes(outputs: Int, into counts: inout [Int]) {
    let rows = spikeRows
    for output in 0..<outputs {
      var count = 0
      for tick in 0..<ticks { count &+= Int(rows[tick &* stride &+ output]) }
      counts[output] = count
    }
  }

  /// Spikes of the whole layer over all ticks.
  var totalSpikes: Int {
    var total = 0
    for spike in spikeRows { total &+= Int(spike) }
    return total
  }
}

import Kernels

/// What a group of samples leaves behind of one population: all that the gradients of its parameters need.
final class GroupStore<R: KernelScalar>: @unchecked Sendable {
  let prepared: PreparedPopulation<R>
  let ticks: Int
  /// 64-bit words of frames in a mask.
  let words: Int
  /// The loss by the weighted input, [sample][frame][pitch]; dense only.
  let adjoints: AlignedBuffer<R>
  let pitch: Int
  /// Which sources were active in which frames, [sample][words][sourceCount]; dense only. Consecutive ticks with equal
  /// counts are one frame, unless the population is recurrent.
  let masks: AlignedBuffer<UInt64>
  /// [sample][frame][sourceCount]; empty where counts are never above 1.
  let counts: AlignedBuffer<UInt8>
  /// The first tick of each frame, [sample][ticks], and how many there are.
  let frameStart: AlignedBuffer<Int32>
  let frames: AlignedBuffer<Int32>
  /// 1 where a sample has a count above 1.
  let beyondOne: AlignedBuffer<UInt8>
  /// The same of the population's own spikes, a frame a tick.
  let recurrentMasks: AlignedBuffer<UInt64>
  let recurrentCounts: AlignedBuffer<UInt8>
  /// Gradients of convolution weights, [block][weights].
  let partial: AlignedBuffer<R>
  /// The loss by each channel's bias, and what each adds to the derivatives by θ, α and β: [sample][4][output.stride].
  let sums: AlignedBuffer<R>

  init(_ prepared: PreparedPopulation<R>, ticks: Int, samples: Int, blocks: Int) {
    self.prepared = prepared
    self.ticks = ticks
    words = (ticks + 63) / 64
    let isDense = prepared.convolution == nil, recurs = prepared.plan.recurrentDelay != nil
    // Rows that lie a power of two apart would share a few sets of the cache.
    pitch = prepared.count % 64 == 0 ? prepared.count + KernelSet.lanes : prepared.count
    let dense = isDense ? samples : 0
    adjoints = AlignedBuffer(count: dense * ticks * pitch, repeating: 0)
    masks = AlignedBuffer(count: dense * words * prepared.sourceCount, repeating: 0)
    let counted = prepared.plan.maximumCount > 1
    counts = AlignedBuffer(count: counted ? dense * ticks * prepared.sourceCount : 0, repeating: 0)
    frameStart = AlignedBuffer(count: dense * ticks, repeating: 0)
    frames = AlignedBuffer(count: samples, repeating: 0)
    beyondOne = AlignedBuffer(count: samples, repeating: 0)
    recurrentMasks = AlignedBuffer(count: recurs ? samples * words * prepared.count : 0, repeating: 0)
    let recurrentCounted = recurs && prepared.plan.neurons.spikeCap > 1
    recurrentCounts = AlignedBuffer(count: recurrentCounted ? samples * ticks * prepared.count : 0, repeating: 0)
    partial = AlignedBuffer(count: isDense ? 0 : blocks * prepared.plan.weightCount, repeating: 0)
    sums = AlignedBuffer(count: samples * 4 * prepared.plan.output.stride, repeating: 0)
  }

  /// Sums the adjoints of the ticks of each frame, whose input is the same.
  func compactToFrames(_ sample: Int, kernels: KernelSet) {
    let frames = Int(frames.elements[sample])
    if frames == ticks { return }
    let rows = adjoints[sample * ticks * pitch..<(sample + 1) * ticks * pitch]
    let starts = frameStart[sample * ticks..<(sample + 1) * ticks]
    for frame in 0..<frames {
      let first = Int(starts[frame]), end = frame + 1 < frames ? Int(starts[frame + 1]) : ticks
      let total = UnsafeMutableBufferPointer(rebasing: rows[frame * pitch..<frame * pitch + prepared.count])
      if first > frame { _ = total.update(fromContentsOf: rows[first * pitch..<first * pitch + prepared.count]) }
      let rest = UnsafeBufferPointer(rebasing: rows[(first + 1) * pitch..<end * pitch])
      kernels.sumColumns(total, rest, rows: end - first - 1, rowStride: pitch, scale: 1)
    }
  }
}

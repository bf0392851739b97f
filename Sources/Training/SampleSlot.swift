import Datasets
import Kernels

/// What one sample of a group leaves behind for the weight gradients.
final class SampleSlot: @unchecked Sendable {
  /// The input counts, [ticks][padded inputs]; after `compactToFrames`, [frames][padded inputs].
  let counts: AlignedBuffer<UInt8>
  /// For each layer, its input's active sources.
  let traces: [InputTrace]
  /// For each layer, the loss by u/θ, summed over the ticks of a frame: [frames][stride].
  let adjoints: [AlignedBuffer<Float>]
  var loss = 0.0
  var isRight = false
  /// Why the sample could not be read.
  var failure: DatasetError?
  /// Spikes of each layer.
  var spikes: [Int]

  init(layers: [QuantisedLayer], ticks: Int) {
    let inputs = layers[0].inputs.paddedToLanes
    counts = AlignedBuffer(count: ticks * inputs, repeating: 0)
    traces = layers.map { InputTrace(sources: $0.inputs.paddedToLanes, ticks: ticks) }
    adjoints = layers.map { AlignedBuffer(count: ticks * $0.stride, repeating: 0) }
    spikes = Array(repeating: 0, count: layers.count)
  }

  /// Sums the adjoints of the ticks of each frame, whose input is the same, and keeps one row of counts for
  /// each frame.
  func compactToFrames(ticks: Int, kernels: KernelSet) {
    for (trace, buffer) in zip(traces, adjoints) where trace.frames < ticks {
      let stride = buffer.count / ticks
      for frame in 0..<trace.frames {
        let first = Int(trace.frameStart.elements[frame])
        let end = frame + 1 < trace.frames ? Int(trace.frameStart.elements[frame + 1]) : ticks
        let total = buffer[frame * stride..<(frame + 1) * stride]
        if first > frame { _ = total.update(fromContentsOf: buffer[first * stride..<(first + 1) * stride]) }
        let rest = UnsafeBufferPointer(buffer[(first + 1) * stride..<end * stride])
        kernels.sumColumns(total, rest, rows: end - first - 1)
      }
    }
    let input = traces[0]
    if input.frames == ticks || !input.beyondOne { return }
    for frame in 0..<input.frames {
      let first = Int(input.frameStart.elements[frame])
      if first == frame { continue }
      let row = counts[first * input.sources..<(first + 1) * input.sources]
      _ = counts[frame * input.sources..<(frame + 1) * input.sources].update(fromContentsOf: row)
    }
  }
}

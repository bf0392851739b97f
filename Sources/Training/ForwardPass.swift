import Kernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The integer forward pass of one layer over all ticks of a sample: what training, evaluation and
/// `TrainedModel.forward` all run.
struct ForwardPass {
  let kernels: KernelSet
  /// Active sources of a tick; as long as the widest layer input.
  let indices: AlignedBuffer<UInt16>

  init(kernels: KernelSet, widestInput: Int) {
    self.kernels = kernels
    indices = AlignedBuffer(count: widestInput, repeating: 0)
  }

  /// Runs a layer on counts [ticks][trace.sources] and leaves the result in `activity`.
  func run(
    _ layer: QuantisedLayer, counts: UnsafeMutableBufferPointer<UInt8>, trace: InputTrace, activity: LayerActivity
  ) {
    let stride = layer.stride, sources = trace.sources
    let counts = UnsafeBufferPointer(counts)
    trace.clear()
    for tick in 0..<activity.ticks {
      let frame = UnsafeBufferPointer(rebasing: counts[tick * sources..<(tick + 1) * sources])
      if tick == 0 || !repeats(frame, before: sources) { sum(layer, frame, tick, trace, activity.sums) }
      let last = tick * stride..<(tick + 1) * stride, now = (tick + 1) * stride..<(tick + 2) * stride
      kernels.tick(
        layer.neurons, lastMembrane: UnsafeBufferPointer(activity.membranes[last]),
        lastSpikes: UnsafeBufferPointer(activity.spikes[last]), input: UnsafeBufferPointer(activity.sums.elements),
        bias: UnsafeBufferPointer(layer.bias.elements), membrane: activity.membranes[now],
        spikes: activity.spikes[now], saturated: activity.saturated[last])
    }
  }

  private func sum(
    _ layer: QuantisedLayer, _ frame: UnsafeBufferPointer<UInt8>, _ tick: Int, _ trace: InputTrace,
    _ sums: AlignedBuffer<Int32>
  ) {
    let (masks, bit) = trace.beginFrame(tick: tick)
    var beyondOne = false
    let active = kernels.collect(frame, frame: bit, indices: indices.elements, masks: masks, beyondOne: &beyondOne)
    if beyondOne { trace.beyondOne = true }
    kernels.sumRows(
      sums.elements, rows: UnsafeBufferPointer(layer.rows.elements), indices: UnsafeBufferPointer(indices[0..<active]),
      counts: beyondOne ? frame : nil)
  }

  /// Whether a frame equals the one that lies just before it in memory.
  private func repeats(_ frame: UnsafeBufferPointer<UInt8>, before count: Int) -> Bool {
    guard let base = frame.baseAddress else { return true }
    return memcmp(base, base - count, count) == 0
  }
}

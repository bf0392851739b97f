import Datasets
import Kernels

/// Takes samples through the network, forward and backward; each thread has its own.
final class SampleWorker: @unchecked Sendable {
  let layers: [QuantisedLayer]
  let ticks: Int
  let activities: [LayerActivity]
  private let forward: ForwardPass
  private let encoded: AlignedBuffer<UInt8>
  private let lossGradient: AlignedBuffer<Float>
  private var outputCounts: [Int]

  init(layers: [QuantisedLayer], ticks: Int, kernels: KernelSet) {
    self.layers = layers
    self.ticks = ticks
    activities = layers.map { LayerActivity(ticks: ticks, stride: $0.stride) }
    let widest = layers.map(\.inputs.paddedToLanes).max() ?? 0
    forward = ForwardPass(kernels: kernels, widestInput: widest)
    encoded = AlignedBuffer(count: ticks * layers[0].inputs, repeating: 0)
    lossGradient = AlignedBuffer(count: layers[layers.count - 1].stride, repeating: 0)
    outputCounts = Array(repeating: 0, count: layers[layers.count - 1].outputs)
  }

  /// Writes a sample's counts into a slot, each tick padded to whole lanes.
  func encode(_ index: Int, of source: any SampleSource, draw: UInt64, into slot: SampleSlot) throws(DatasetError) {
    let inputs = layers[0].inputs, padded = inputs.paddedToLanes
    if inputs == padded {
      try source.encode(index, draw: draw, ticks: ticks, into: slot.counts.elements)
      return
    }
    try source.encode(index, draw: draw, ticks: ticks, into: encoded.elements)
    for tick in 0..<ticks {
      _ = slot.counts[tick * padded..<tick * padded + inputs]
        .update(fromContentsOf: encoded[tick * inputs..<(tick + 1) * inputs])
    }
  }

  /// Writes counts [ticks][inputs] into a slot.
  func load(_ counts: [UInt8], into slot: SampleSlot) {
    let inputs = layers[0].inputs, padded = inputs.paddedToLanes
    for tick in 0..<ticks {
      for input in 0..<inputs { slot.counts.elements[tick * padded + input] = counts[tick * inputs + input] }
    }
  }

  /// Runs all layers on a slot's counts and returns the class with most output spikes, the lowest of
  /// equals.
  func runForward(_ slot: SampleSlot) -> Int {
    var counts = slot.counts.elements
    for (index, layer) in layers.enumerated() {
      forward.run(layer, counts: counts, trace: slot.traces[index], activity: activities[index])
      counts = activities[index].spikeRows
      slot.spikes[index] = activities[index].totalSpikes
    }
    activities[layers.count - 1].countSpikes(outputs: outputCounts.count, into: &outputCounts)
    var best = 0
    for output in outputCounts.indices where outputCounts[output] > outputCounts[best] { best = output }
    return best
  }

  /// Runs a slot's sample forward and backward.
  func train(
    _ slot: SampleSlot, label: Int, parameters: [LayerParameters], loss: CountCrossEntropy, backward: BackwardPass
  ) {
    slot.isRight = runForward(slot) == label
    slot.loss = loss(counts: outputCounts, label: label, gradient: lossGradient.elements)
    backward.run(
      parameters, activities: activities, lossGradient: UnsafeBufferPointer(lossGradient.elements),
      adjoints: slot.adjoints)
    slot.compactToFrames(ticks: ticks, kernels: backward.kernels)
  }
}

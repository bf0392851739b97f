import Datasets
import Kernels

/// Takes a block of samples through the network, forward and backward; each thread has its own.
final class SampleWorker<R: KernelScalar>: @unchecked Sendable {
  let populations: [PreparedPopulation<R>]
  let input: MapLayout
  let ticks: Int
  let block: Int
  let kernels: KernelSet
  let activities: [PopulationActivity<R>]
  /// Input counts in the engine's layout: [sample][ticks][inputPitch].
  let inputs: AlignedBuffer<UInt8>
  let inputPitch: Int
  /// A sample in the data's order; empty where that is the engine's.
  private let encoded: AlignedBuffer<UInt8>
  /// The loss by spikes of the population at hand and of the one below: [sample][ticks][elements].
  let upstream: [AlignedBuffer<R>]
  /// Derivatives by a convolution's weighted input: [sample][ticks][elements].
  let adjoints: AlignedBuffer<R>
  /// [sample][6][elements]: e and the current's derivative of the tick after, and the sums for b, θ, α and β.
  let state: AlignedBuffer<R>
  /// One sample's derivative by pooled counts.
  let pooled: AlignedBuffer<R>
  let work: AlignedBuffer<R>
  let spikeCounts: AlignedBuffer<Int32>
  /// Spikes of each population, [sample][population].
  private let totals: AlignedBuffer<Int>
  let penaltyRows: [AlignedBuffer<R>]
  private let readout: AlignedBuffer<R>
  /// Of chips that act within the tick; nil for others, and in floats.
  private let queue: EventQueueBuffer?
  let lossRows: AlignedBuffer<R>

  init(populations: [PreparedPopulation<R>], input: MapLayout, ticks: Int, block: Int, trains: Bool, kernels: KernelSet)
  {
    (self.populations, self.input, self.ticks, self.block, self.kernels) = (populations, input, ticks, block, kernels)
    activities = populations.map { PopulationActivity($0, ticks: ticks, samples: block) }
    inputPitch = input.count.paddedToLanes
    inputs = AlignedBuffer(count: block * ticks * inputPitch, repeating: 0)
    let isPlain = input.count == inputPitch && input.isRow && input.channels == input.stride
    encoded = AlignedBuffer(count: isPlain ? 0 : ticks * input.neurons, repeating: 0)
    let last = populations[populations.count - 1]
    let widest = populations.map { max($0.count, $0.transposed.count > 0 ? $0.belowCount : 0) }.max() ?? 0
    let share = trains ? block * ticks : 0
    upstream = (0..<2).map { _ in AlignedBuffer(count: share * widest, repeating: 0) }
    let convolved = populations.filter { $0.convolution != nil }.map(\.count).max() ?? 0
    adjoints = AlignedBuffer(count: share * convolved, repeating: 0)
    state = AlignedBuffer(count: trains ? block * 6 * (populations.map(\.count).max() ?? 0) : 0, repeating: 0)
    let pooledCounts = populations.filter { $0.plan.pooling != nil }.map {
      $0.convolution?.belowGradientCount ?? ticks * $0.sourceCount
    }
    pooled = AlignedBuffer(count: trains ? pooledCounts.max() ?? 0 : 0, repeating: 0)
    work = AlignedBuffer(
      count: trains ? populations.compactMap { $0.convolution?.workCount }.max() ?? 0 : 0, repeating: 0)
    totals = AlignedBuffer(count: block * populations.count, repeating: 0)
    spikeCounts = AlignedBuffer(count: populations.map(\.count).max() ?? 0, repeating: 0)
    penaltyRows = populations.dropLast().map {
      AlignedBuffer(count: trains ? block * $0.count : $0.count, repeating: 0)
    }
    queue = last.eventRules.map { EventQueueBuffer(capacity: $0.queuedEvents) }
    readout = AlignedBuffer(count: last.isReadout ? ticks * last.count : 0, repeating: 0)
    lossRows = AlignedBuffer(count: ticks * last.count, repeating: 0)
  }

  /// Reads a sample from its source.
  func encode(_ sample: BatchSample, of source: any SampleSource, place: Int) throws(DatasetError) {
    let rows = inputs[place * ticks * inputPitch..<(place + 1) * ticks * inputPitch]
    if encoded.count == 0 {
      try source.encode(sample.index, draw: sample.draw, ticks: ticks, into: rows)
      return
    }
    try source.encode(sample.index, draw: sample.draw, ticks: ticks, into: encoded.elements)
    spread(UnsafeBufferPointer(encoded.elements), place: place)
  }

  /// Takes counts [ticks][inputs] in the data's order.
  func spread(_ counts: UnsafeBufferPointer<UInt8>, place: Int) {
    let rows = inputs[place * ticks * inputPitch..<(place + 1) * ticks * inputPitch]
    let positions = input.height * input.width, neurons = input.neurons
    for tick in 0..<ticks {
      for channel in 0..<input.channels {
        for position in 0..<positions {
          rows[tick &* inputPitch &+ position &* input.stride &+ channel] =
            counts[tick &* neurons &+ channel &* positions &+ position]
        }
      }
    }
  }

  /// Runs all populations on a sample.
  func forward(_ sample: Int, stores: [GroupStore<R>]?, place: Int) {
    if let queue {
      forwardEvents(sample, queue: queue, stores: stores, place: place)
      return
    }
    var source = UnsafeBufferPointer(inputs[sample * ticks * inputPitch..<(sample + 1) * ticks * inputPitch])
    var pitch = inputPitch
    for (index, activity) in activities.enumerated() {
      totals.elements[sample * activities.count + index] = activity.forward(
        sample, source: source, sourcePitch: pitch, store: stores?[index], place: place)
      source = UnsafeBufferPointer(activity.spikeRows(sample))
      pitch = activity.count
    }
  }

  func setTotal(_ spikes: Int, sample: Int, population: Int) {
    totals.elements[sample * activities.count + population] = spikes
  }

  /// The loss of a sample, and its derivative in `lossRows`.
  func judge(_ sample: Int, label: Int, loss: some SampleLoss) -> (outcome: SampleOutcome, shape: GradientShape) {
    let activity = activities[activities.count - 1], prepared = activity.prepared
    let count = activity.count
    let counts = spikeCounts[0..<count]
    activity.countSpikes(sample, into: counts)
    let output = OutputActivity<R>(
      ticks: ticks, classes: prepared.plan.output.channels, stride: count, counts: UnsafeBufferPointer(counts),
      spikes: UnsafeBufferPointer(activity.spikeRows(sample)), membranes: readoutMembranes(sample))
    let (value, shape) = loss.value(
      of: output, label: label, gradient: OutputGradient(rows: lossRows.elements, stride: count))
    var outcome = SampleOutcome(
      loss: value, predicted: loss.predicted(output),
      spikes: Array(totals[sample * activities.count..<(sample + 1) * activities.count]))
    if loss.regularises { outcome.loss += penalise(sample, loss) }
    return (outcome, shape)
  }

  /// A readout's membranes in the units of the float weights.
  private func readoutMembranes(_ sample: Int) -> UnsafeBufferPointer<R>? {
    let activity = activities[activities.count - 1], prepared = activity.prepared
    guard prepared.isReadout else { return nil }
    if prepared.integers == nil { return UnsafeBufferPointer(activity.realMembraneRows(sample)) }
    let rows = activity.integerMembraneRows(sample), unit = R(prepared.unit)
    for (index, membrane) in rows.enumerated() { readout.elements[index] = R(membrane) * unit }
    return UnsafeBufferPointer(readout.elements)
  }

  private func penalise(_ sample: Int, _ loss: some SampleLoss) -> Double {
    var penalty = 0.0
    for (index, activity) in activities.dropLast().enumerated() {
      let counts = spikeCounts[0..<activity.count], rows = penaltyRows[index]
      let place = rows.count > activity.count ? sample * activity.count : 0
      let row = rows[place..<place + activity.count]
      row.clear()
      activity.countSpikes(sample, into: counts)
      penalty += loss.regularisation(population: index, counts: UnsafeBufferPointer(counts), row: row) ?? 0
    }
    return penalty
  }
}

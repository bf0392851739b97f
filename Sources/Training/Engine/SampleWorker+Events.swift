import FixedPoint
import Kernels
import NeuronCore

/// The queue of an event-driven core: sources whose synapses are to be visited, the one in hand first.
final class EventQueueBuffer {
  /// The population of a source (0 for the inputs, then one more than its place) and its neuron.
  private(set) var events: [(layer: Int32, neuron: Int32)] = []
  private(set) var first = 0
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  var next: (layer: Int32, neuron: Int32)? { first < events.count ? events[first] : nil }

  /// Takes an event; what the queue does not hold is lost, as on the chip.
  func push(layer: Int, neuron: Int) {
    if events.count - first >= capacity { return }
    events.append((Int32(truncatingIfNeeded: layer), Int32(truncatingIfNeeded: neuron)))
  }

  func removeFirst() {
    first += 1
    if first == events.count {
      events.removeAll(keepingCapacity: true)
      first = 0
    }
  }
}

extension SampleWorker {
  /// Runs all populations on a sample as an event-driven core does.
  ///
  /// In each tick the inputs' events come in ascending order, a count n as n events. Each is executed with all that
  /// follows from it before the next comes: it adds its weights to the neurons in ascending order, each within the
  /// bounds of its membrane; those that pass their threshold begin at 0 again, and their own events go to the end of the
  /// queue. At the tick's end all membranes leak. A membrane is recorded as it passes the threshold for the first time in
  /// the tick, else as it stands before the leak.
  ///
  /// Source: docs/training.md, "Chips".
  func forwardEvents(_ sample: Int, queue: EventQueueBuffer, stores: [GroupStore<R>]?, place: Int) {
    let rows = inputs[sample * ticks * inputPitch..<(sample + 1) * ticks * inputPitch]
    let cores = activities.map { EventPopulation($0, sample: sample) }
    for core in cores { core.begin() }
    for tick in 0..<ticks {
      for input in 0..<inputPitch {
        for _ in 0..<rows[tick &* inputPitch &+ input] {
          queue.push(layer: 0, neuron: input)
          while let event = queue.next {
            let layer = Int(event.layer)
            if layer < cores.count {
              cores[layer].receive(source: Int(event.neuron), tick: tick) { queue.push(layer: layer &+ 1, neuron: $0) }
            }
            queue.removeFirst()
          }
        }
      }
      for core in cores { core.finish(tick) }
    }
    var source = UnsafeBufferPointer(rows)
    var pitch = inputPitch
    for (index, activity) in activities.enumerated() {
      stores?[index].takeTrace(place, source: source, pitch: pitch)
      source = UnsafeBufferPointer(activity.spikeRows(sample))
      pitch = activity.count
      setTotal(kernels.total(source), sample: sample, population: index)
    }
  }
}

/// One population on an event-driven core, for one sample.
private struct EventPopulation<R: KernelScalar> {
  private let weights: UnsafeMutableBufferPointer<Int8>
  private let factor: Int32
  private let membranes: UnsafeMutableBufferPointer<Int32>
  private let spikes: UnsafeMutableBufferPointer<UInt8>
  private let flags: UnsafeMutableBufferPointer<UInt8>
  private let held: UnsafeMutableBufferPointer<Int32>
  private let count: Int
  private let lower: Int32
  private let upper: Int32
  /// The least membrane that spikes.
  private let passes: Int32
  private let leak: DecayRule

  init(_ activity: PopulationActivity<R>, sample: Int) {
    guard let integers = activity.prepared.integers else { preconditionFailure("events in floats") }
    weights = integers.weights.elements
    factor = 1 << Int32(integers.weightShift)
    membranes = activity.integerMembraneRows(sample)
    spikes = activity.spikeRows(sample)
    count = activity.count
    flags = activity.flags[sample * activity.ticks * count..<(sample + 1) * activity.ticks * count]
    held = activity.integer.held.elements
    let threshold = integers.threshold
    lower = Int32(clamping: integers.model.lowerBound.resolved(threshold: threshold))
    upper = integers.model.upperBound
    passes = integers.model.compare == .atLeast || threshold == .max ? threshold : threshold + 1
    leak = integers.leak
  }

  func begin() {
    held.update(repeating: 0)
    spikes.update(repeating: 0)
    flags.update(repeating: 0)
  }

  /// Adds the weights of a source, and tells which neurons spike.
  @inline(__always)
  func receive(source: Int, tick: Int, _ spiked: (Int) -> Void) {
    let row = source &* count
    var most = Int32.min
    for neuron in 0..<count {
      let sum = min(max(held[neuron] &+ Int32(weights[row &+ neuron]) &* factor, lower), upper)
      held[neuron] = sum
      most = max(most, sum)
    }
    if most < passes { return }
    let first = tick &* count
    for neuron in 0..<count where held[neuron] >= passes {
      if spikes[first &+ neuron] == 0 { membranes[first &+ neuron] = held[neuron] }
      spikes[first &+ neuron] = min(spikes[first &+ neuron], 254) &+ 1
      held[neuron] = 0
      spiked(neuron)
    }
  }

  /// Records the membranes of a tick, and lets them leak.
  func finish(_ tick: Int) {
    let first = tick &* count
    for neuron in 0..<count {
      if spikes[first &+ neuron] == 0 { membranes[first &+ neuron] = held[neuron] }
      held[neuron] = Int32(truncatingIfNeeded: leak.applied(to: Int64(held[neuron])))
    }
  }
}

extension GroupStore {
  /// Keeps which sources were active in each tick, a frame a tick.
  func takeTrace(_ place: Int, source: UnsafeBufferPointer<UInt8>, pitch: Int) {
    let sources = prepared.sourceCount
    let words = masks[place * self.words * sources..<(place + 1) * self.words * sources]
    words.clear()
    var greatest: UInt8 = 0
    for tick in 0..<ticks {
      frameStart.elements[place &* ticks &+ tick] = Int32(truncatingIfNeeded: tick)
      for index in 0..<min(sources, pitch) {
        let active = source[tick &* pitch &+ index]
        if active == 0 { continue }
        greatest = max(greatest, active)
        words[tick / 64 &* sources &+ index] |= 1 << UInt64(tick % 64)
      }
      if counts.count > 0 {
        let row = (place &* ticks &+ tick) &* sources
        for index in 0..<min(sources, pitch) { counts.elements[row &+ index] = source[tick &* pitch &+ index] }
      }
    }
    frames.elements[place] = Int32(truncatingIfNeeded: ticks)
    // Without rows of counts every active source counts once.
    beyondOne.elements[place] = greatest > 1 && counts.count > 0 ? 1 : 0
  }
}

import ImageFormat
import Kernels
import NeuronCore

extension ExecutedCore {
  /// Back to the state before tick 0.
  mutating func clear() {
    for slot in 0...slotMask where waiting[slot] > 0 {
      waiting[slot] = 0
      arrivalCounts[slot] = 0
      for index in bundles.indices {
        bundles[index].found[slot] = 0
        bundles[index].isBeyondOne[slot] = false
      }
      (pending + slot * sharedCount).update(repeating: 0, count: sharedCount)
    }
    if isClean { return }
    membrane.update(repeating: 0, count: neuronCount)
    rest.update(repeating: 0, count: neuronCount)
    for run in runs where run.kernel == nil {
      (states + run.neurons.lowerBound).update(repeating: NeuronState(), count: run.neurons.count)
    }
    spikeCount = 0
    owingCount = 0
    isAtRest = false
    isClean = true
  }

  /// One tick; the spikes are then in `spikes` and `counts`, ascending.
  mutating func tick(_ tick: UInt32, image: MeshCore, lists: RowLists, kernels: MeshKernels, accumulatorBits: Int) {
    let slot = Int(tick) & slotMask
    spikeCount = 0
    let isQuiet = waiting[slot] == 0
    if isQuiet && isAtRest { return }
    isClean = false
    waiting[slot] = 0
    let bound = isQuiet ? 0 : weightBound(slot: slot)
    // Sums of an image with 32-bit accumulators wrap as they do there.
    let isExact = bound >= 1 << 31 && accumulatorBits == 64
    if isExact {
      addArrivalsExactly(slot: slot, core: image)
    } else if !isQuiet {
      addArrivals(slot: slot, lists: lists, kernels: kernels)
    }
    var moved = false
    let owed = owingCount
    if bound < greatestArrivals {
      takeOwed(from: sums)
      for run in runs {
        guard tick >= run.start else {
          moved = true
          if !isQuiet { drop(run.neurons, of: sums) }
          continue
        }
        if let kernel = run.kernel {
          let found = kernels.tick(
            kernel, sums: sums + run.neurons.lowerBound, first: run.neurons.lowerBound, spikes: spikes + spikeCount,
            counts: counts + spikeCount, moved: &moved)
          owe(run, found)
        } else {
          tickEach(run, tick, sums: sums, &moved)
        }
      }
    } else {
      if !isExact { widenSums() }
      takeOwed(from: wideSums)
      for run in runs {
        guard tick >= run.start else {
          moved = true
          drop(run.neurons, of: wideSums)
          continue
        }
        if let kernel = run.kernel {
          let found = kernels.tick(
            kernel, sums: wideSums + run.neurons.lowerBound, first: run.neurons.lowerBound,
            spikes: spikes + spikeCount, counts: counts + spikeCount, moved: &moved)
          owe(run, found)
        } else {
          tickEach(run, tick, sums: wideSums, &moved)
        }
      }
    }
    isAtRest = isQuiet && !moved && spikeCount == 0 && owed == 0
  }

  /// Takes n·θ off the sums of neurons that owe it and do not rest; the others go on owing.
  @inline(__always)
  private mutating func takeOwed<Sum: FixedWidthInteger & SignedInteger>(from sums: UnsafeMutablePointer<Sum>) {
    var left = 0
    for index in 0..<owingCount {
      let neuron = Int(owing[index])
      let count = owingCounts[index]
      if rest[neuron] > 0 {
        owing[left] = owing[index]
        owingCounts[left] = count
        left &+= 1
      } else {
        sums[neuron] &-= Sum(truncatingIfNeeded: count) &* Sum(truncatingIfNeeded: threshold[neuron])
      }
    }
    owingCount = left
  }

  /// Counts the spikes that a run has appended, and notes what they owe.
  @inline(__always)
  private mutating func owe(_ run: NeuronRun, _ found: Int) {
    if run.model.reset == .subtractAfterLeak {
      (owing + owingCount).update(from: spikes + spikeCount, count: found)
      (owingCounts + owingCount).update(from: counts + spikeCount, count: found)
      owingCount &+= found
    }
    spikeCount &+= found
  }

  /// Moves the sums to 64 bits.
  private func widenSums() {
    for index in 0..<lanes &* neuronCount {
      wideSums[index] = Int64(sums[index])
      sums[index] = 0
    }
  }

  /// Input of neurons that have not started is lost.
  private func drop<Sum: FixedWidthInteger>(_ neurons: Range<Int>, of sums: UnsafeMutablePointer<Sum>) {
    for lane in 0..<lanes {
      (sums + lane * neuronCount + neurons.lowerBound).update(repeating: 0, count: neurons.count)
    }
  }

  /// A tick of neurons that the kernels do not know.
  private mutating func tickEach<Sum: FixedWidthInteger & SignedInteger>(
    _ run: NeuronRun, _ tick: UInt32, sums: UnsafeMutablePointer<Sum>, _ moved: inout Bool
  ) {
    for index in run.neurons {
      let second = lanes == 2 ? neuronCount &+ index : index
      let input0 = Int64(sums[index])
      let input1 = lanes == 2 ? Int64(sums[second]) : 0
      sums[index] = 0
      sums[second] = 0
      let before = states[index]
      let found = run.model.tick(
        &states[index],
        constants: NeuronConstants(threshold: threshold[index], bias: bias[index], start: run.start), input0: input0,
        input1: input1, tick: tick
      ).spikes
      if states[index] != before { moved = true }
      membrane[index] = states[index].membrane
      if found > 0 {
        spikes[spikeCount] = UInt32(truncatingIfNeeded: index)
        counts[spikeCount] = found
        spikeCount &+= 1
      }
    }
  }

  /// The state of a neuron, as the reference machine tells it.
  func state(of neuron: Int) -> NeuronState {
    for run in runs where run.kernel == nil && run.neurons.contains(neuron) { return states[neuron] }
    var state = NeuronState(initialMembrane: membrane[neuron])
    state.refractoryLeft = rest[neuron]
    for index in 0..<owingCount where owing[index] == UInt32(neuron) { state.pendingSpikes = owingCounts[index] }
    return state
  }
}

import Datasets
import Kernels

extension TrainingRun {
  /// Trains on every sample once, and returns the accuracy on the validation samples, if there are any.
  func epoch(
    _ epoch: Int, progress: (TrainingProgress) -> Void, isCancelled: () -> Bool
  ) throws(TrainingError) -> Double? {
    let order = SampleEncoder.permutation(count: source.count, seed: options.seed, epoch: epoch)
    var tally = EpochTally(layers: layers.count)
    var rate: Float = 0
    for first in stride(from: 0, to: order.count, by: options.batchSize) {
      if isCancelled() { throw .cancelled }
      if step > 0 && step % TrainingRun.thresholdInterval == 0 { layers.forEach(quantiser.chooseThreshold) }
      layers.forEach(quantiser.quantise)
      rate = schedule.rate(step: step)
      try train(order[first..<min(first + options.batchSize, order.count)], epoch: epoch, rate: rate, tally: &tally)
      step += 1
      if tally.samples < order.count { progress(state(epoch, tally, nil, rate)) }
    }
    layers.forEach(quantiser.quantise)
    for (index, layer) in layers.enumerated() where !layer.isFinite {
      throw .diverged(epoch: epoch + 1, layer: index + 1)
    }
    var accuracy: Double?
    if let validation { accuracy = try self.accuracy(on: validation) }
    progress(state(epoch, tally, accuracy, rate))
    return accuracy
  }

  /// One step: the samples in groups, then the weights.
  private func train(
    _ batch: ArraySlice<Int>, epoch: Int, rate: Float, tally: inout EpochTally
  ) throws(TrainingError) {
    let adamStep = adam.step(learningRate: rate)
    for first in stride(from: batch.startIndex, to: batch.endIndex, by: TrainingRun.groupSize) {
      let group = batch[first..<min(first + TrainingRun.groupSize, batch.endIndex)]
      let (source, workers, backwards, slots, layers, loss) = (source, workers, backwards, slots, layers, loss)
      tasks.run(group.count) { worker, task in
        let index = group[group.startIndex + task], slot = slots[task]
        do throws(DatasetError) {
          try workers[worker].encode(index, of: source, draw: UInt64(epoch) + 1, into: slot)
        } catch {
          slot.failure = error
          return
        }
        workers[worker].train(
          slot, label: source.label(index), parameters: layers, loss: loss, backward: backwards[worker])
      }
      try requireRead(group.count)
      let isLast = group.endIndex == batch.endIndex
      gradientStep.run(
        slots[0..<group.count], adam: isLast ? (adam, adamStep) : nil, batchSize: batch.count, tasks: tasks)
      for slot in slots[0..<group.count] { tally.add(slot) }
    }
  }

  /// The share of a source's samples that the model classifies rightly as it stands.
  private func accuracy(on source: any SampleSource) throws(TrainingError) -> Double {
    if source.count == 0 { return 0 }
    var right = 0
    for first in stride(from: 0, to: source.count, by: slots.count) {
      let count = min(slots.count, source.count - first)
      let (workers, slots) = (workers, slots)
      tasks.run(count) { worker, task in
        let slot = slots[task]
        do throws(DatasetError) {
          try workers[worker].encode(first + task, of: source, draw: 0, into: slot)
        } catch {
          slot.failure = error
          return
        }
        slot.isRight = workers[worker].runForward(slot) == source.label(first + task)
      }
      try requireRead(count)
      right += slots[0..<count].count(where: \.isRight)
    }
    return Double(right) / Double(source.count)
  }

  /// Throws why one of the first slots' samples could not be read.
  private func requireRead(_ count: Int) throws(TrainingError) {
    for slot in slots[0..<count] {
      if let failure = slot.failure { throw .data(failure) }
    }
  }

  private func state(_ epoch: Int, _ tally: EpochTally, _ accuracy: Double?, _ rate: Float) -> TrainingProgress {
    let samples = Double(max(tally.samples, 1))
    return TrainingProgress(
      epoch: epoch + 1, epochs: options.epochs, samples: tally.samples, samplesPerEpoch: source.count,
      loss: tally.loss / samples, accuracy: Double(tally.right) / samples, validationAccuracy: accuracy,
      spikesPerSample: tally.spikes.map { Double($0) / samples }, learningRate: rate)
  }
}

/// Sums over the samples of an epoch so far.
private struct EpochTally {
  var samples = 0
  var loss = 0.0
  var right = 0
  var spikes: [Int]

  init(layers: Int) { spikes = Array(repeating: 0, count: layers) }

  mutating func add(_ slot: SampleSlot) {
    samples += 1
    loss += slot.loss
    right += slot.isRight ? 1 : 0
    for layer in spikes.indices { spikes[layer] += slot.spikes[layer] }
  }
}

extension LayerParameters {
  /// Whether every master weight is a number.
  var isFinite: Bool { weights.elements.allSatisfy(\.isFinite) }
}

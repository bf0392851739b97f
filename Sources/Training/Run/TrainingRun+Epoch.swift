import Datasets
import Kernels

extension TrainingRun {
  /// What the caller of a run looks on with.
  struct Observers {
    var progress: (TrainingProgress) -> Void
    var isCancelled: () -> Bool
    var checkpoint: (TrainingState) throws -> Void
    /// Steps between two states, beside those at the end of epochs; nil for these only.
    var checkpointInterval: Int?
  }

  /// Trains to the end, from wherever the run stands.
  func train(_ observers: Observers) throws(TrainingError) {
    while figures.epoch < options.epochs && !figures.isFinished { try epoch(observers) }
  }

  /// Trains on the samples of the epoch in hand that are left.
  private func epoch(_ observers: Observers) throws(TrainingError) {
    let order = SampleEncoder.permutation(count: source.count, seed: options.seed, epoch: figures.epoch)
    let draw = UInt64(figures.epoch) + 1
    while figures.stepInEpoch < stepsPerEpoch {
      if observers.isCancelled() {
        if figures.step > 0 { try offer(observers) }
        throw .cancelled
      }
      let first = figures.stepInEpoch * options.batchSize
      try step(batch(order[first..<min(first + options.batchSize, order.count)], draw: draw))
      if figures.stepInEpoch < stepsPerEpoch {
        observers.progress(progress(nil))
        if let interval = observers.checkpointInterval, figures.step % interval == 0 {
          try checkFinite()
          try offer(observers)
        }
      }
    }
    try checkFinite()
    let accuracy: Double? = if let validation { try self.accuracy(on: validation) } else { nil }
    let isBest = keepBest(accuracy)
    var report = progress(accuracy)
    report.isBest = isBest
    figures.history.append(epochFigures(accuracy))
    advance()
    observers.progress(report)
    try offer(observers)
  }

  /// Moves on to the next epoch, or to the end where patience is over.
  private func advance() {
    if options.selection == .bestOnTenth, let patience = options.patience, let best = figures.best,
      figures.epoch - best.epoch >= patience
    {
      figures.isFinished = true
    }
    figures.epoch += 1
    figures.stepInEpoch = 0
    figures.tally = TrainingState.EpochTally(populations: plan.populations.count)
  }

  private func offer(_ observers: Observers) throws(TrainingError) {
    let state = state
    do { try observers.checkpoint(state) } catch { throw .checkpoint("\(error)") }
  }

  /// The share of a source's samples that the model classifies rightly as it stands, 0–1; 0 without samples.
  func accuracy(on samples: any SampleSource) throws(TrainingError) -> Double {
    if samples.count == 0 { return 0 }
    let engine = try preparedEngine()
    var right = 0
    for first in stride(from: 0, to: samples.count, by: 256) {
      let batch = (first..<min(first + 256, samples.count)).map {
        BatchSample(index: $0, draw: 0, label: samples.label($0))
      }
      let outcomes = try engine.evaluate(batch, source: samples, loss: loss)
      for (sample, outcome) in zip(batch, outcomes) where outcome.predicted == sample.label { right += 1 }
    }
    return Double(right) / Double(samples.count)
  }

  /// Remembers the epoch where it is better than all before.
  private func keepBest(_ accuracy: Double?) -> Bool {
    guard options.selection == .bestOnTenth, let accuracy, accuracy > figures.best?.accuracy ?? -1 else { return false }
    // Of a run that ends in integers no float epoch is kept.
    if isFloat && !quantisers.isEmpty { return false }
    figures.best = TrainingState.BestEpoch(epoch: figures.epoch, accuracy: accuracy, scales: scales)
    bestValues = stored.map { parameter in Array(parameter.parameter.values.elements) }
    return true
  }

  private func progress(_ accuracy: Double?) -> TrainingProgress {
    let samples = Double(max(figures.tally.samples, 1))
    return TrainingProgress(
      epoch: figures.epoch + 1, epochs: options.epochs, samples: figures.tally.samples, samplesPerEpoch: source.count,
      loss: figures.tally.loss / samples, accuracy: Double(figures.tally.right) / samples, validationAccuracy: accuracy,
      populations: populationFigures, learningRate: figures.tally.learningRate, isFloat: isFloat, isBest: false)
  }

  private func epochFigures(_ accuracy: Double?) -> EpochFigures {
    let samples = Double(max(figures.tally.samples, 1))
    let trained = neuronFigures.filter(\.isTrained)
    return EpochFigures(
      epoch: figures.epoch + 1, loss: figures.tally.loss / samples,
      accuracy: Double(figures.tally.right) / samples, validationAccuracy: accuracy,
      learningRate: figures.tally.learningRate, isFloat: isFloat, populations: populationFigures,
      neurons: trained.isEmpty ? nil : trained)
  }

  private var populationFigures: [PopulationFigures] {
    let samples = Double(max(figures.tally.samples, 1))
    return zip(plan.populations, figures.tally.spikes).map { population, spikes in
      let mean = Double(spikes) / samples
      return PopulationFigures(
        name: population.name, spikesPerSample: mean,
        rate: mean / (Double(population.output.neurons) * Double(plan.ticks)),
        spikeCap: population.neurons.role == .readout ? 0 : population.neurons.spikeCap)
    }
  }
}

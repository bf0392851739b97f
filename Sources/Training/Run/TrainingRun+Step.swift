import Kernels
import Threads

extension TrainingRun {
  /// One step: forward and backward over a batch, then the parameters.
  func step(_ batch: [BatchSample]) throws(TrainingError) {
    if !isFloat && (figures.step == 0 || isFirstIntegerStep) {
      chooseScales()
    } else if !isFloat && figures.step % TrainingRun.scaleInterval == 0 {
      for quantiser in quantisers { quantiser.chooseScaleAgain() }
    }
    let rate = schedule.rate(step: figures.step)
    let outcomes = try preparedEngine().train(batch, source: source, loss: loss)
    try tally(batch, outcomes, rate: rate)
    try move(batch: batch.count, rate: rate)
    figures.step += 1
    figures.stepInEpoch += 1
  }

  private var isFirstIntegerStep: Bool { figures.epoch == options.floatEpochs && figures.stepInEpoch == 0 }

  private func tally(_ batch: [BatchSample], _ outcomes: [SampleOutcome], rate: Float) throws(TrainingError) {
    for (sample, outcome) in zip(batch, outcomes) {
      guard outcome.loss.isFinite else {
        throw .diverged(epoch: figures.epoch + 1, population: suspect ?? outputName, what: "the loss")
      }
      figures.tally.samples += 1
      figures.tally.loss += outcome.loss
      if outcome.predicted == sample.label { figures.tally.right += 1 }
      for index in figures.tally.spikes.indices { figures.tally.spikes[index] += outcome.spikes[index] }
    }
    figures.tally.learningRate = rate
  }

  /// The parameters' step, block by block, in any order: no block depends on another but by the norm.
  private func move(batch: Int, rate: Float) throws(TrainingError) {
    if !isFloat { for quantiser in quantisers { quantiser.addClipGradient() } }
    let scale = gradientScale(batch: batch)
    guard scale.isFinite else {
      throw .diverged(epoch: figures.epoch + 1, population: suspect ?? outputName, what: "the gradient")
    }
    let step = optimiser.step(learningRate: rate, gradientScale: scale)
    let clips = isFloat ? [] : quantisers.map(\.clips)
    let (optimiser, blocks, kernels) = (optimiser, blocks, kernels)
    pool.run(blocks.count) { _, task in
      let block = blocks[task]
      var clip = Double.infinity
      if !clips.isEmpty {
        switch block.parameter.role {
        case .weights: clip = clips[block.population][0]
        case .recurrentWeights: clip = clips[block.population][1]
        default: break
        }
      }
      optimiser.apply(step, to: block.parameter, elements: block.elements, clip: clip, kernels)
    }
    boundScalars()
  }

  private func gradientScale(batch: Int) -> Double {
    guard options.gradientNorm != nil else { return 1 / Double(batch) }
    let sums = AlignedBuffer<Double>(count: blocks.count, repeating: 0)
    defer { withExtendedLifetime(sums) {} }
    let blocks = blocks
    pool.run(blocks.count) { _, task in sums.elements[task] = blocks[task].squaredGradient }
    return GradientClipping.scale(squared: Array(sums.elements), batch: batch, bound: options.gradientNorm)
  }

  /// Keeps thresholds above 0, leaks within 0…1 and learned clips within a factor of 10.
  private func boundScalars() {
    for (index, population) in plan.populations.enumerated() {
      for parameter in parameters[index].trainedScalars(population) {
        let value = parameter.values.elements[0]
        switch parameter.role {
        case .threshold: parameter.values.elements[0] = max(value, R(population.neurons.threshold / 100))
        default: parameter.values.elements[0] = min(max(value, 0), 1)
        }
      }
      if !quantisers.isEmpty, let clip = quantisers[index].clip {
        clip.values.elements[0] = min(max(clip.values.elements[0], 0.1), 10)
      }
    }
  }

  private var outputName: String { plan.populations.last?.name ?? "output" }

  /// The first population whose values are no numbers.
  var suspect: String? {
    blocks.first { !$0.isFinite }.map { plan.populations[$0.population].name }
  }

  /// Throws where values are no numbers any more.
  func checkFinite() throws(TrainingError) {
    if let suspect { throw .diverged(epoch: figures.epoch + 1, population: suspect, what: "the weights") }
  }
}

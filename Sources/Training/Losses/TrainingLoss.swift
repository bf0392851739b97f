import Kernels

/// The loss of a run: what the output is judged by, and what the hidden populations pay for their rates.
package struct TrainingLoss: SampleLoss {
  let loss: Loss
  let regulariser: RatePenalty?

  package init(_ loss: Loss, regulariser: RatePenalty? = nil) {
    self.loss = loss
    self.regulariser = regulariser
  }

  package func value<R: KernelScalar>(
    of output: OutputActivity<R>, label: Int, gradient: OutputGradient<R>
  ) -> (loss: Double, shape: GradientShape) {
    switch loss {
    case .countCrossEntropy(let scale):
      (countCrossEntropy(output, label, scale, gradient), .constant)
    case .rateMeanSquared:
      (squared(output, gradient) { $0 == label ? (1, 1) : (0, 1) }, .constant)
    case .countMeanSquared(let right, let wrong):
      (squared(output, gradient) { ($0 == label ? right : wrong, Double(output.ticks)) }, .constant)
    case .membraneCrossEntropy(.maximum, let scale):
      (membraneMaximum(output, label, scale, gradient), .perTick)
    case .membraneCrossEntropy(.mean, let scale):
      (membraneMean(output, label, scale, gradient), .constant)
    }
  }

  package var regularises: Bool { regulariser != nil }

  package func regularisation<R: KernelScalar>(
    population: Int, counts: UnsafeBufferPointer<Int32>, row: UnsafeMutableBufferPointer<R>
  ) -> Double? {
    regulariser?.value(population: population, counts: counts, row: row)
  }

  /// The class with the most spikes or the greatest membrane, the lowest of equals.
  package func predicted<R: KernelScalar>(_ output: OutputActivity<R>) -> Int {
    var best = (index: 0, score: -Double.infinity)
    for index in 0..<output.classes {
      let score = score(output, index)
      if score > best.score { best = (index, score) }
    }
    return best.index
  }

  private func score<R: KernelScalar>(_ output: OutputActivity<R>, _ index: Int) -> Double {
    guard case .membraneCrossEntropy(let statistic, _) = loss, let membranes = output.membranes else {
      return Double(output.counts[index])
    }
    switch statistic {
    case .maximum:
      return Double(membranes[greatestTick(membranes, output, index) * output.stride + index])
    case .mean:
      return total(membranes, output, index)
    }
  }

  private func greatestTick<R: KernelScalar>(
    _ membranes: UnsafeBufferPointer<R>, _ output: OutputActivity<R>, _ index: Int
  ) -> Int {
    var best = 0
    for tick in 0..<output.ticks
    where membranes[tick &* output.stride &+ index] > membranes[best &* output.stride &+ index] { best = tick }
    return best
  }

  private func total<R: KernelScalar>(
    _ membranes: UnsafeBufferPointer<R>, _ output: OutputActivity<R>, _ index: Int
  ) -> Double {
    var sum = 0.0
    for tick in 0..<output.ticks { sum += Double(membranes[tick &* output.stride &+ index]) }
    return sum
  }

  /// Logits are counts times `scale`; the derivative by a spike is (p − [label])·scale in every tick.
  private func countCrossEntropy<R: KernelScalar>(
    _ output: OutputActivity<R>, _ label: Int, _ scale: Double, _ gradient: OutputGradient<R>
  ) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: output.classes) { logits in
      for index in 0..<output.classes { logits[index] = Double(output.counts[index]) * scale }
      let loss = Softmax.crossEntropy(logits, label: label)
      for index in 0..<output.classes { gradient.rows[index] = R(logits[index] * scale) }
      return loss
    }
  }

  /// ½ Σ (c·T/unit − wanted·T/unit)² with c the mean spikes a tick, wanted the same, and T/unit = 1 for rates and T for
  /// counts: `unit` is what a spike in every tick is worth.
  private func squared<R: KernelScalar>(
    _ output: OutputActivity<R>, _ gradient: OutputGradient<R>, _ wanted: (Int) -> (share: Double, full: Double)
  ) -> Double {
    var loss = 0.0
    let ticks = Double(output.ticks)
    for index in 0..<output.classes {
      let (share, full) = wanted(index)
      let difference = (Double(output.counts[index]) / ticks - share) * full
      loss += 0.5 * difference * difference
      gradient.rows[index] = R(difference * full / ticks)
    }
    return loss
  }

  /// Logits are the greatest membranes over time; the first of equals takes the whole derivative.
  private func membraneMaximum<R: KernelScalar>(
    _ output: OutputActivity<R>, _ label: Int, _ scale: Double, _ gradient: OutputGradient<R>
  ) -> Double {
    guard let membranes = output.membranes else { preconditionFailure("a readout's loss without its membranes") }
    gradient.rows.update(repeating: 0)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: output.classes) { logits in
      for index in 0..<output.classes {
        logits[index] = Double(membranes[greatestTick(membranes, output, index) * output.stride + index]) * scale
      }
      let loss = Softmax.crossEntropy(logits, label: label)
      for index in 0..<output.classes {
        gradient.rows[greatestTick(membranes, output, index) * output.stride + index] = R(logits[index] * scale)
      }
      return loss
    }
  }

  /// Logits are the means of the membranes over time.
  private func membraneMean<R: KernelScalar>(
    _ output: OutputActivity<R>, _ label: Int, _ scale: Double, _ gradient: OutputGradient<R>
  ) -> Double {
    guard let membranes = output.membranes else { preconditionFailure("a readout's loss without its membranes") }
    let weight = scale / Double(output.ticks)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: output.classes) { logits in
      for index in 0..<output.classes { logits[index] = total(membranes, output, index) * weight }
      let loss = Softmax.crossEntropy(logits, label: label)
      for index in 0..<output.classes { gradient.rows[index] = R(logits[index] * weight) }
      return loss
    }
  }
}

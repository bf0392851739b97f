/// A learning rate that rises linearly in the warm-up and then goes as its schedule says.
package struct LearningRateSchedule: Sendable {
  let greatest: Float
  let schedule: RateSchedule
  let warmUpSteps: Int
  let totalSteps: Int
  let stepsPerEpoch: Int

  /// - Parameters:
  ///   - warmUpSteps: steps in which the rate rises.
  ///   - totalSteps: steps of the whole run; at their end a cosine is at 0.
  ///   - stepsPerEpoch: what an epoch of `step` is.
  package init(
    greatest: Float, schedule: RateSchedule = .cosine, warmUpSteps: Int, totalSteps: Int, stepsPerEpoch: Int = 1
  ) {
    self.greatest = greatest
    self.schedule = schedule
    self.warmUpSteps = warmUpSteps
    self.totalSteps = totalSteps
    self.stepsPerEpoch = max(stepsPerEpoch, 1)
  }

  /// The rate of a step, from 0.
  package func rate(step: Int) -> Float {
    if step < warmUpSteps { return greatest * Float(step + 1) / Float(warmUpSteps + 1) }
    switch schedule {
    case .constant:
      return greatest
    case .cosine:
      let share = Double(step - warmUpSteps) / Double(max(totalSteps - warmUpSteps, 1))
      return Float(Double(greatest) * 0.5 * (1 + ElementaryFunctions.cosineOfPi(min(share, 1))))
    case .step(let epochs, let factor):
      var rate = greatest
      // Below 10⁻³⁰ of the rate nothing moves any more.
      for _ in 0..<min(step / stepsPerEpoch / max(epochs, 1), 10_000) { rate *= factor }
      return rate
    }
  }
}

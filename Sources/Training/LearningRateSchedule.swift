/// A learning rate that rises linearly in the warm-up and then falls to 0 along half a cosine.
package struct LearningRateSchedule: Sendable {
  let greatest: Float
  let warmUpSteps: Int
  let totalSteps: Int

  package init(greatest: Float, warmUpSteps: Int, totalSteps: Int) {
    self.greatest = greatest
    self.warmUpSteps = warmUpSteps
    self.totalSteps = totalSteps
  }

  /// The rate of a step, from 0.
  package func rate(step: Int) -> Float {
    if step < warmUpSteps { return greatest * Float(step + 1) / Float(warmUpSteps + 1) }
    let share = Double(step - warmUpSteps) / Double(max(totalSteps - warmUpSteps, 1))
    return Float(Double(greatest) * 0.5 * (1 + ElementaryFunctions.cosineOfPi(min(share, 1))))
  }
}

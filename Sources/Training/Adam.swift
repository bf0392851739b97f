import Kernels

/// The optimiser Adam (Kingma and Ba, 2015).
struct Adam: Sendable {
  let decay1: Float = 0.9
  let decay2: Float = 0.999
  let epsilon: Float = 1e-8
  private var power1 = 1.0
  private var power2 = 1.0

  /// The learning rate with the corrections of the step's bias, and ε that goes with it.
  struct Step: Sendable {
    let rate: Float
    let epsilon: Float
  }

  /// Begins the next step.
  mutating func step(learningRate: Float) -> Step {
    power1 *= Double(decay1)
    power2 *= Double(decay2)
    let root = (1 - power2).squareRoot()
    return Step(rate: Float(Double(learningRate) * root / (1 - power1)), epsilon: Float(Double(epsilon) * root))
  }

  /// Moves some rows of a layer's weights and clears their gradient.
  func apply(
    _ step: Step, to layer: LayerParameters, elements: Range<Int>, gradientScale: Float, clip: Float,
    _ kernels: KernelSet
  ) {
    kernels.adam(
      weights: layer.weights[elements], gradient: layer.gradient[elements], first: layer.first[elements],
      second: layer.second[elements], gradientScale: gradientScale, rate: step.rate, decay1: decay1, decay2: decay2,
      epsilon: step.epsilon, clip: clip)
  }
}

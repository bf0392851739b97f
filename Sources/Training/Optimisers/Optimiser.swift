import Kernels

/// What turns gradients into steps: Adam, AdamW, or descent with momentum.
struct Optimiser: Sendable {
  let options: OptimiserOptions
  /// Steps done.
  private(set) var steps = 0
  private var power1 = 1.0
  private var power2 = 1.0

  static let decay1: Float = 0.9
  static let decay2: Float = 0.999
  static let epsilon: Float = 1e-8

  init(_ options: OptimiserOptions) { self.options = options }

  /// The optimiser as it is after some steps: the powers are products, taken one by one, so that they are the same.
  init(_ options: OptimiserOptions, steps: Int) {
    self.init(options)
    for _ in 0..<steps { advance() }
  }

  private mutating func advance() {
    power1 *= Double(Optimiser.decay1)
    power2 *= Double(Optimiser.decay2)
    steps += 1
  }

  /// What one step does to every parameter.
  struct Step: Sendable {
    /// What gradients are multiplied with: one over the batch, and the bound of their norm.
    let gradientScale: Double
    /// The learning rate as the schedule gives it.
    let learningRate: Double
    /// The learning rate of Adam with the corrections of the step's bias, and the ε that goes with it.
    let rate: Double
    let epsilon: Double
    /// What decay leaves of a weight.
    let kept: Double
  }

  /// Begins the next step.
  mutating func step(learningRate: Float, gradientScale: Double) -> Step {
    advance()
    let root = (1 - power2).squareRoot()
    let decay: Float =
      switch options {
      case .adam(let weightDecay): weightDecay
      case .sgd: 0
      }
    return Step(
      gradientScale: gradientScale, learningRate: Double(learningRate),
      rate: Double(learningRate) * root / (1 - power1), epsilon: Double(Optimiser.epsilon) * root,
      kept: 1 - Double(learningRate) * Double(decay))
  }

  /// Moves some values of a parameter and clears their gradient.
  ///
  /// Adam (Kingma and Ba 2015): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − rate·m / (√v + ε), with the
  /// corrections of m and v in rate and ε. AdamW (Loshchilov and Hutter 2019) first shrinks weights by
  /// 1 − rate·decay. Momentum: m ← μm + g + decay·w, w ← w − rate·m. Only weights decay.
  ///
  /// - Parameter clip: beyond this magnitude a value takes only gradients that shrink it.
  func apply<R: KernelScalar>(
    _ step: Step, to parameter: Parameter<R>, elements: Range<Int>, clip: Double, _ kernels: KernelSet
  ) {
    defer { withExtendedLifetime(parameter) {} }
    switch options {
    case .adam(let weightDecay):
      if parameter.decays && weightDecay > 0 {
        let kept = R(step.kept)
        for index in elements { parameter.values.elements[index] *= kept }
      }
      if let single = parameter as? Parameter<Float> {
        kernels.adam(
          weights: single.values[elements], gradient: single.gradient[elements], first: single.first[elements],
          second: single.second[elements], gradientScale: Float(step.gradientScale), rate: Float(step.rate),
          decay1: Optimiser.decay1, decay2: Optimiser.decay2, epsilon: Float(step.epsilon),
          clip: Float(min(clip, Double(Float.greatestFiniteMagnitude))))
      } else {
        adam(step, parameter, elements, R(clip))
      }
    case .sgd(let momentum, let weightDecay):
      descend(
        step, parameter, elements, momentum: R(momentum), decay: parameter.decays ? R(weightDecay) : 0, clip: R(clip))
    }
  }

  private func adam<R: KernelScalar>(_ step: Step, _ parameter: Parameter<R>, _ elements: Range<Int>, _ clip: R) {
    let (values, gradient) = (parameter.values.elements, parameter.gradient.elements)
    let (first, second) = (parameter.first.elements, parameter.second.elements)
    let decay1 = R(Double(Optimiser.decay1)), decay2 = R(Double(Optimiser.decay2))
    let scale = R(step.gradientScale), rate = R(step.rate), epsilon = R(step.epsilon)
    for index in elements {
      let g = gated(gradient[index] * scale, values[index], clip)
      first[index] = decay1 * first[index] + (1 - decay1) * g
      second[index] = decay2 * second[index] + (1 - decay2) * (g * g)
      values[index] -= rate * first[index] / (second[index].squareRoot() + epsilon)
      gradient[index] = 0
    }
  }

  private func descend<R: KernelScalar>(
    _ step: Step, _ parameter: Parameter<R>, _ elements: Range<Int>, momentum: R, decay: R, clip: R
  ) {
    let (values, gradient, first) = (
      parameter.values.elements, parameter.gradient.elements, parameter.first.elements
    )
    let scale = R(step.gradientScale), rate = R(step.learningRate)
    for index in elements {
      let g = gated(gradient[index] * scale, values[index], clip)
      first[index] = momentum * first[index] + (g + decay * values[index])
      values[index] -= rate * first[index]
      gradient[index] = 0
    }
  }

  /// The straight-through estimator's gate: a value beyond the clip takes only gradients that shrink it.
  private func gated<R: KernelScalar>(_ gradient: R, _ value: R, _ clip: R) -> R {
    (value > clip && gradient < 0) || (value < -clip && gradient > 0) ? 0 : gradient
  }
}

extension Parameter {
  /// Whether weight decay acts on it.
  var decays: Bool { role == .weights || role == .recurrentWeights }
}

import Kernels

/// Steps of an optimiser on given gradients: for comparison with steps that are done by hand.
package struct OptimiserProbe<R: KernelScalar> {
  private let parameter: Parameter<R>
  private var optimiser: Optimiser
  private let kernels: KernelSet

  /// - Parameter decays: whether the values are weights, which decay.
  package init(
    _ options: OptimiserOptions, values: [R], decays: Bool, kernels variant: KernelVariant
  ) throws(TrainingError) {
    kernels = try KernelSet.forTraining(variant)
    parameter = Parameter(decays ? .weights : .biases, count: values.count)
    for (index, value) in values.enumerated() { parameter.values.elements[index] = value }
    optimiser = Optimiser(options)
  }

  /// The values as they stand.
  package var values: [R] { withExtendedLifetime(parameter) { Array(parameter.values.elements) } }

  /// One step with the gradients of a batch, which are sums over it.
  ///
  /// - Parameters:
  ///   - norm: the bound of the mean gradient's norm.
  ///   - clip: beyond this magnitude values take only gradients that shrink them.
  package mutating func step(
    _ gradients: [R], batch: Int, learningRate: Float, norm: Float? = nil, clip: Double = .infinity
  ) {
    for (index, gradient) in gradients.enumerated() { parameter.gradient.elements[index] = gradient }
    let blocks = ParameterBlock.blocks(of: [parameter], population: 0)
    let scale = GradientClipping.scale(squared: blocks.map(\.squaredGradient), batch: batch, bound: norm)
    let step = optimiser.step(learningRate: learningRate, gradientScale: scale)
    for block in blocks { optimiser.apply(step, to: parameter, elements: block.elements, clip: clip, kernels) }
  }
}

import Kernels

extension PopulationParameters {
  /// Parameters of a population with zero weights, and its scalars at their beginnings.
  init(plan: PopulationPlan) {
    weights = Parameter(.weights, count: plan.weightCount)
    recurrent = plan.recurrentDelay.map { _ in
      Parameter(.recurrentWeights, count: plan.output.count * plan.output.stride)
    }
    biases = plan.neurons.hasBias ? Parameter(.biases, count: plan.output.stride) : nil
    threshold = Parameter(.threshold, count: KernelSet.lanes)
    leak = Parameter(.leak, count: KernelSet.lanes)
    currentLeak = Parameter(.currentLeak, count: KernelSet.lanes)
    threshold.values.elements[0] = R(plan.neurons.threshold)
    leak.values.elements[0] = R(plan.neurons.leak?.factor ?? 1)
    currentLeak.values.elements[0] = R(plan.neurons.currentLeak?.factor ?? 1)
  }
}

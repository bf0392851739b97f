import FixedPoint
import Kernels

extension PopulationParameters {
  /// The parameters of a population as training begins: weights drawn uniformly within ±1/√fan-in, recurrent ones
  /// within half of ±1/√neurons, biases 0.
  ///
  /// - Parameters:
  ///   - seed: the run's.
  ///   - index: the population's place in the plan, which decides its stream of numbers.
  init(plan: PopulationPlan, seed: UInt64, index: Int) {
    self.init(plan: plan)
    let views = views(plan)
    for (number, view) in views.enumerated() {
      var random = RandomStream(seed: seed, stream: UInt64(index) + UInt64(number) << 32)
      let bound: Float
      switch view.parameter.role {
      case .weights: bound = 1 / Float(plan.fanIn).squareRoot()
      case .recurrentWeights: bound = 0.5 / Float(plan.output.neurons).squareRoot()
      default: continue
      }
      for offset in view.offsets { view.parameter.values.elements[offset] = R((2 * random.unit() - 1) * bound) }
    }
  }

  /// Takes over the tensors of a float model.
  ///
  /// - Throws: `stateDiffers` for a tensor that is missing or of other extents.
  func take(_ model: FloatModel, plan: PopulationPlan) throws(TrainingError) {
    for view in views(plan) {
      let name = "\(plan.name).\(view.name)"
      guard let tensor = model.tensor(name), tensor.values.count == view.count, tensor.shape == view.shape else {
        let found = model.tensor(name).map { "\($0.shape)" } ?? "missing"
        throw .stateDiffers(what: "tensor \(name)", state: found, run: "\(view.shape)")
      }
      for (index, offset) in view.offsets.enumerated() {
        view.parameter.values.elements[offset] = tensor.values.value(index)
      }
    }
    for parameter in all where !parameter.values.elements.allSatisfy(\.isFinite) {
      throw .network("\(plan.name) of the float model has values that are no numbers")
    }
  }

  /// The tensors of a float model.
  func tensors(_ plan: PopulationPlan) -> [Tensor] {
    defer { withExtendedLifetime(self) {} }
    return views(plan).map { view in
      Tensor(
        name: "\(plan.name).\(view.name)", shape: view.shape,
        values: Tensor.Values(view.offsets.map { view.parameter.values.elements[$0] }))
    }
  }
}

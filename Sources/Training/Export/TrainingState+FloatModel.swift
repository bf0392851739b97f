import Kernels

extension TrainingState {
  /// The values of a run as they stand in this state: those of the best epoch so far, where the run keeps the best.
  ///
  /// - Throws: `TrainingError` for a state whose tensors are not those of its model.
  public func floatModel() throws(TrainingError) -> FloatModel {
    options.precision == .float64 ? try floatModel(Double.self) : try floatModel(Float.self)
  }

  private func floatModel<R: KernelScalar>(_ type: R.Type) throws(TrainingError) -> FloatModel {
    let plan = try setting.plan(weightBits: nil)
    let prefix = figures.best == nil ? "" : "best."
    var tensors: [Tensor] = []
    for population in plan.populations {
      let parameters = PopulationParameters<R>(plan: population)
      for view in parameters.views(population) {
        let elements = view.parameter.values.elements
        let values = try values("\(prefix)\(population.name).\(view.name).values", count: elements.count)
        for index in elements.indices { elements[index] = values.value(index) }
      }
      tensors += parameters.tensors(population)
    }
    return FloatModel(setting: setting, tensors: tensors)
  }
}

import FixedPoint
import Networks
import NeuronCore

extension FloatModel {
  /// The values that an integer network stands for, to train on from: weights times θ / θ_q, biases likewise, and the
  /// factors of its leaks.
  ///
  /// - Parameters:
  ///   - network: one of dense projections and convolutions as `TrainedModel.network` makes it, without pooling.
  ///   - setting: the model that it is taken as; θ is the model's.
  /// - Throws: `TrainingError.network` that names what of the network the model does not have.
  public init(_ network: Network, setting: ModelSetting) throws(TrainingError) {
    let plan = try setting.plan(weightBits: nil)
    guard network.populations.count == plan.populations.count else {
      throw .network(
        "the network to begin with has \(network.populations.count) populations, and the model "
          + "\(plan.populations.count); use the model that it was trained from")
    }
    var tensors: [Tensor] = []
    for (index, plan) in plan.populations.enumerated() {
      let population = network.populations[index]
      guard population.size == plan.output.neurons else {
        throw .network(
          "\(population.name) of the network to begin with has \(population.size) neurons, and \(plan.name) of the "
            + "model \(plan.output.neurons); use the model that it was trained from")
      }
      // A readout's threshold lies beyond its membranes and says nothing of its scale: the greatest weight is 1.
      let unit =
        plan.neurons.role == .readout
        ? nil : plan.neurons.threshold / Double(max(population.threshold[0], 1))
      let source: ProjectionSource = index == 0 ? .input : .population(index - 1)
      let input = try Self.weights(network, from: source, to: index, plan, shape: plan.weightShape)
      let greatest = input.map { Double($0.magnitude) }.max() ?? 1
      let scale = unit ?? plan.inputScale / max(greatest, 1)
      func add(_ name: String, _ shape: [Int], _ values: [Double]) {
        tensors.append(Tensor(name: "\(plan.name).\(name)", shape: shape, values: .float32(values.map { Float($0) })))
      }
      add("weights", plan.weightShape, input.map { Double($0) * scale / plan.inputScale })
      if plan.recurrentDelay != nil {
        let shape = [population.size, population.size]
        let recurrent = try Self.weights(network, from: .population(index), to: index, plan, shape: shape)
        add("recurrent", shape, recurrent.map { Double($0) * scale })
      }
      if plan.neurons.hasBias {
        let positions = plan.output.height * plan.output.width
        let biases = (0..<plan.output.channels).map { Double(population.bias[$0 * positions]) * scale }
        add("biases", [plan.output.channels], biases)
      }
      add("threshold", [1], [plan.neurons.threshold])
      let leak = population.model.leak
      add("leak", [1], [Self.factor(leak) ?? plan.neurons.leak?.factor ?? 1])
      let current = population.model.currents.count == 0 ? nil : population.model.currents.decay(of: 0)
      add("current_leak", [1], [current.flatMap(Self.factor) ?? plan.neurons.currentLeak?.factor ?? 1])
    }
    self.init(setting: setting, tensors: tensors)
  }

  private static func factor(_ rule: DecayRule) -> Double? {
    // A constant loss is no factor: the model's own stays.
    if case .linear = rule { return nil }
    return rule.adjointFactor
  }

  private static func weights(
    _ network: Network, from source: ProjectionSource, to target: Int, _ plan: PopulationPlan, shape: [Int]
  ) throws(TrainingError) -> [Int32] {
    let count = shape.reduce(1, *)
    for projection in network.projections where projection.source == source && projection.target == target {
      switch projection.connectivity {
      case .dense(let weights) where weights.count == count && shape.count == 2: return weights.values
      case .convolution(let convolution) where convolution.weights.count == count && shape.count == 4:
        return convolution.weights.values
      default: break
      }
    }
    throw .network(
      "the network to begin with has no projection into \(plan.name) of the shape \(shape); "
        + "use the model that it was trained from, which may have no pooling")
  }
}

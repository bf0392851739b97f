import FixedPoint
import Networks
import NeuronCore

extension NetworkWriter {
  /// A population; what has its usual value is left out.
  mutating func population(_ population: Population, _ index: Int) -> JSONOutput {
    let prefix = "populations.\(index)"
    var members: [String: JSONOutput] = [
      "name": .string(population.name), "size": .integer(Int64(population.size)),
      "threshold": perNeuron(population.threshold, name: "\(prefix).threshold"),
    ]
    if population.bias != .uniform(0) { members["bias"] = perNeuron(population.bias, name: "\(prefix).bias") }
    if population.start != .uniform(0) { members["start"] = perNeuron(population.start, name: "\(prefix).start") }
    if population.initialMembrane != .uniform(0) {
      members["initial"] = perNeuron(population.initialMembrane, name: "\(prefix).initial")
    }
    return .object(members.merging(model(population.model)) { own, _ in own })
  }

  private func model(_ model: NeuronModel) -> [String: JSONOutput] {
    let standard = NeuronModel()
    var members: [String: JSONOutput] = [:]
    if model.lowerBound != standard.lowerBound {
      switch model.lowerBound {
      case .minusThreshold: members["lower_bound"] = .string(Vocabulary.minusThreshold)
      case .value(let value): members["lower_bound"] = .integer(Int64(value))
      }
    }
    if model.upperBound != standard.upperBound { members["upper_bound"] = .integer(Int64(model.upperBound)) }
    if model.accumulator != standard.accumulator {
      members["accumulator"] = .string(Vocabulary.word(model.accumulator, in: Vocabulary.accumulators))
    }
    if model.sum != standard.sum { members["sum"] = .string(Vocabulary.word(model.sum, in: Vocabulary.sums)) }
    if model.compare != standard.compare {
      members["compare"] = .string(Vocabulary.word(model.compare, in: Vocabulary.compares))
    }
    // Written always: what a spike does to the membrane is what people disagree about.
    members["reset"] = .string(Vocabulary.word(model.reset, in: Vocabulary.resets))
    if model.spikeCap != standard.spikeCap { members["spike_cap"] = .integer(Int64(model.spikeCap)) }
    if model.refractoryTicks != standard.refractoryTicks {
      members["refractory_ticks"] = .integer(Int64(model.refractoryTicks))
    }
    if model.leak != standard.leak { members["leak"] = decay(model.leak) }
    if model.currents.count > 0 {
      members["currents"] = .array((0..<model.currents.count).map { decay(model.currents.decay(of: $0)) })
    }
    return members
  }

  private func decay(_ rule: DecayRule) -> JSONOutput {
    func shifted(_ name: String, _ shift: UInt8) -> JSONOutput {
      .object(["rule": .string(name), "shift": .integer(Int64(shift))])
    }
    switch rule {
    case .none: return .object(["rule": .string("none")])
    case .floor(let shift): return shifted("floor", shift)
    case .towardZero(let shift): return shifted("toward_zero", shift)
    case .atLeastOne(let shift): return shifted("at_least_one", shift)
    case .atLeastOneFloor(let shift): return shifted("at_least_one_floor", shift)
    case .multiply(let shift): return shifted("multiply", shift)
    case .linear(let amount): return .object(["rule": .string("linear"), "amount": .integer(Int64(amount))])
    }
  }

  mutating func projection(_ projection: Projection, _ index: Int) -> JSONOutput {
    let populations = document.network.populations
    let sourceName: String
    let sourceSize: Int
    switch projection.source {
    case .input: (sourceName, sourceSize) = (NetworkReader.inputName, document.network.inputCount)
    case .population(let index): (sourceName, sourceSize) = (populations[index].name, populations[index].size)
    }
    var members: [String: JSONOutput] = [
      "name": .string(projection.name), "from": .string(sourceName),
      "to": .string(populations[projection.target].name),
    ]
    if !projection.hasOwnDelays { members["delay"] = .integer(Int64(projection.delay)) }
    if !projection.hasOwnCurrents, projection.current != 0 { members["current"] = .integer(Int64(projection.current)) }
    let prefix = "projections.\(index)"
    let size = populations[projection.target].size
    switch projection.connectivity {
    case .dense(let weights):
      members["type"] = .string("dense")
      members["weights"] = numbers(weights, shape: [sourceSize, size], name: "\(prefix).weights")
    case .oneToOne(let weights):
      members["type"] = .string("one_to_one")
      members["weights"] =
        weights.count == 1 && size != 1
        ? .integer(Int64(weights[0])) : numbers(weights, shape: [weights.count], name: "\(prefix).weights")
    case .convolution(let convolution):
      members.merge(self.convolution(convolution, prefix)) { own, _ in own }
    case .sumPooling(let pooling):
      members["type"] = .string("sum_pooling")
      members["weight"] = .integer(Int64(pooling.weight))
      members.merge(
        maps(
          pooling.input, pooling.output, [pooling.kernelHeight, pooling.kernelWidth],
          [pooling.strideY, pooling.strideX])
      ) { own, _ in own }
    case .sparse(let list):
      members["type"] = .string("sparse")
      members.merge(synapses(list, prefix)) { own, _ in own }
    }
    return .object(members)
  }

  private mutating func convolution(_ convolution: Convolution, _ prefix: String) -> [String: JSONOutput] {
    let kernel = [convolution.kernelHeight, convolution.kernelWidth]
    var members = maps(convolution.input, convolution.output, kernel, [convolution.strideY, convolution.strideX])
    members["type"] = .string("convolution")
    members["padding"] = integers([convolution.paddingY, convolution.paddingX])
    members["weights"] = numbers(
      convolution.weights, shape: [convolution.output.channels, convolution.input.channels] + kernel,
      name: "\(prefix).weights")
    return members
  }

  private mutating func synapses(_ list: SparseSynapses, _ prefix: String) -> [String: JSONOutput] {
    func column(_ values: [Int32], _ key: String) -> JSONOutput {
      numbers(Weights(narrowest: values), shape: [values.count], name: "\(prefix).\(key)")
    }
    var members: [String: JSONOutput] = [
      "sources": column(list.sources.map { Int32(truncatingIfNeeded: $0) }, "sources"),
      "targets": column(list.targets.map { Int32(truncatingIfNeeded: $0) }, "targets"),
      "weights": numbers(list.weights, shape: [list.weights.count], name: "\(prefix).weights"),
    ]
    if !list.delays.isEmpty { members["delays"] = column(list.delays.map(Int32.init), "delays") }
    if !list.currents.isEmpty { members["currents"] = column(list.currents.map(Int32.init), "currents") }
    return members
  }

  private func maps(_ input: MapShape, _ output: MapShape, _ kernel: [Int], _ stride: [Int]) -> [String: JSONOutput] {
    [
      "input": integers([input.channels, input.height, input.width]),
      "output": integers([output.channels, output.height, output.width]), "kernel": integers(kernel),
      "stride": integers(stride),
    ]
  }

  private func integers(_ values: [Int]) -> JSONOutput { .array(values.map { .integer(Int64($0)) }) }
}

extension Projection {
  /// Whether each synapse has its own delay, so that `delay` has no effect.
  var hasOwnDelays: Bool {
    if case .sparse(let list) = connectivity { !list.delays.isEmpty } else { false }
  }

  /// Whether each synapse names its own current, so that `current` has no effect.
  var hasOwnCurrents: Bool {
    if case .sparse(let list) = connectivity { !list.currents.isEmpty } else { false }
  }
}

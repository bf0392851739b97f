import Networks
import NeuronCore

extension TrainedModel {
  /// The network as it is deployed: populations on one clock, pooling folded into weights, the output read from its
  /// own start on.
  ///
  /// A layer starts and is read later by its shift, the least for which its delays suit the target:
  /// deployed delay = trained delay + shift(target) − shift(source).
  ///
  /// - Throws: `TrainingError` for a model that cannot be deployed, which training does not make.
  public func network(name: String = "network") throws(TrainingError) -> Network {
    let plan = try plan()
    let deployment = arithmetic.deployment(plan)
    var deployed: [Networks.Population] = []
    var projections: [Projection] = []
    for (index, (population, plan)) in zip(populations, plan.populations).enumerated() {
      if let problem = plan.foldingProblem { throw .model(layer: plan.name, problem: problem) }
      deployed.append(neurons(population, plan, shift: deployment.shifts[index]))
      let source = index == 0 ? "input" : populations[index - 1].name
      projections.append(
        Projection(
          name: "\(source)-\(population.name)", source: index == 0 ? .input : .population(index - 1), target: index,
          connectivity: connectivity(population, plan), delay: deployment.delays[index]))
      if let delay = plan.recurrentDelay {
        projections.append(
          Projection(
            name: "\(population.name)-\(population.name)", source: .population(index), target: index,
            connectivity: .dense(Weights(shifted: population.recurrent, by: population.recurrentShift)), delay: delay))
      }
    }
    let last = populations.count - 1
    let network = Network(
      name: name, inputCount: setting.inputShape.reduce(1, *), populations: deployed, projections: projections,
      outputs: [
        OutputGroup(
          name: "classes", population: last, neurons: 0..<setting.classCount, shift: deployment.shifts[last],
          reads: plan.populations[last].neurons.role == .readout ? .membranes : .spikes)
      ])
    do { try network.validate() } catch { throw .network("\(error)") }
    return network
  }

  /// What reads the class off the network's outputs, as the loss did.
  public var decoder: Decoder {
    switch options.loss {
    case .membraneCrossEntropy(.maximum, _): .membraneMaximum
    case .membraneCrossEntropy(.mean, _): .membraneMean
    case .countCrossEntropy, .rateMeanSquared, .countMeanSquared: .spikeCount
    }
  }

  private func neurons(_ population: Population, _ plan: PopulationPlan, shift: Int) -> Networks.Population {
    let size = plan.output.neurons, positions = plan.output.height * plan.output.width
    let hasBias = population.biases.contains { $0 != 0 }
    // Neurons are in the order [channel][y][x], and a channel shares its bias.
    let bias: PerNeuron = hasBias ? .each((0..<size).map { population.biases[$0 / positions] }) : .uniform(0)
    let start = PerNeuron.uniform(Int32(clamping: arithmetic.start(of: plan, shift: shift)))
    if plan.neurons.role == .readout {
      return .readout(name: population.name, size: size, model: population.model, bias: bias, start: start)
    }
    return Networks.Population(
      name: population.name, size: size, model: population.model, threshold: .uniform(population.threshold),
      bias: bias, start: start)
  }

  private func connectivity(_ population: Population, _ plan: PopulationPlan) -> Connectivity {
    switch plan.connection {
    case .dense:
      return .dense(Weights(shifted: foldedRows(population, plan), by: population.weightShift))
    case .convolution:
      return .convolution(foldedConvolution(population, plan))
    }
  }

  /// Dense rows for the sources before pooling: the row of a window for each source in it.
  private func foldedRows(_ population: Population, _ plan: PopulationPlan) -> [Int8] {
    if plan.pooling == nil { return population.weights }
    let neurons = plan.output.channels
    return (0..<plan.source.neurons).flatMap { source -> [Int8] in
      guard let pooled = plan.pooledNeuron(ofSource: source) else { return [Int8](repeating: 0, count: neurons) }
      return Array(population.weights[pooled * neurons..<(pooled + 1) * neurons])
    }
  }

  /// The convolution over the maps before pooling, each weight repeated over its window.
  private func foldedConvolution(_ population: Population, _ plan: PopulationPlan) -> Convolution {
    let pooling = plan.pooling ?? PoolingPlan(size: 1, stride: 1)
    let kernel = plan.weightShape[3]
    let folded = plan.foldedConvolution ?? (kernel, 1, 0)
    var weights = [Int8](
      repeating: 0, count: plan.output.channels * plan.pooled.channels * folded.kernel * folded.kernel)
    for (index, weight) in population.weights.enumerated() {
      let x = index % kernel, y = index / kernel % kernel, pair = index / (kernel * kernel)
      for row in 0..<pooling.size {
        for column in 0..<pooling.size {
          let place = (pair * folded.kernel + y * pooling.stride + row) * folded.kernel + x * pooling.stride + column
          weights[place] = weight
        }
      }
    }
    return Convolution(
      input: MapShape(channels: plan.source.channels, height: plan.source.height, width: plan.source.width),
      output: MapShape(channels: plan.output.channels, height: plan.output.height, width: plan.output.width),
      kernelHeight: folded.kernel, kernelWidth: folded.kernel, strideY: folded.stride, strideX: folded.stride,
      paddingY: folded.padding, paddingX: folded.padding,
      weights: Weights(shifted: weights, by: population.weightShift))
  }
}

extension Weights {
  /// Weights times 2^shift, in 8 bits where all fit, else in 16: shifts are at most 7.
  fileprivate init(shifted weights: [Int8], by shift: Int) {
    if shift == 0 {
      self.init(weights)
    } else {
      self.init(weights.map { Int16($0) << Int16(shift) })
    }
  }
}

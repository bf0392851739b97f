import Networks

extension TrainedModel {
  /// The network as it is deployed: layer l starts `shifts[l]` ticks late, and the output is read from the last
  /// layer's start on.
  ///
  /// Trained delays are 0, so a deployed delay is shift(target) − shift(source): `delay` between layers and
  /// `inputDelay` from the inputs.
  ///
  /// - Throws: what the network's validation finds, which is nothing for a model that training made.
  public func network(name: String = "network") throws(NetworkError) -> Network {
    let shifts = shifts
    let network = Network(
      name: name, inputCount: layers[0].inputs,
      populations: layers.enumerated().map { index, layer in
        let hasBias = layer.biases.contains { $0 != 0 }
        return Population(
          name: layerName(index), size: layer.outputs, model: model, threshold: .uniform(layer.threshold),
          bias: hasBias ? .each(layer.biases) : .uniform(0),
          start: .uniform(Int32(clamping: shifts[index])))
      },
      projections: layers.enumerated().map { index, layer in
        Projection(
          name: "\(index == 0 ? "input" : layerName(index - 1))-\(layerName(index))",
          source: index == 0 ? .input : .population(index - 1), target: index,
          connectivity: .dense(Weights(layer.weights)), delay: index == 0 ? inputDelay : delay)
      },
      outputs: [
        OutputGroup(
          name: "classes", population: layers.count - 1, neurons: 0..<layers[layers.count - 1].outputs,
          shift: shifts[layers.count - 1])
      ])
    try network.validate()
    return network
  }

  private func layerName(_ index: Int) -> String { index == layers.count - 1 ? "output" : "hidden\(index + 1)" }
}

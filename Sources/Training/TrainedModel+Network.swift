import Networks

extension TrainedModel {
  /// The network as it is deployed: layer l starts l ticks later, delays between layers are 1, and the
  /// output is read from tick `layers.count − 1` on.
  ///
  /// - Throws: what the network's validation finds, which is nothing for a model that training made.
  public func network(name: String = "network") throws(NetworkError) -> Network {
    let trained = Network(
      name: name, inputCount: layers[0].inputs,
      populations: layers.enumerated().map { index, layer in
        let hasBias = layer.biases.contains { $0 != 0 }
        return Population(
          name: layerName(index), size: layer.outputs, model: model, threshold: .uniform(layer.threshold),
          bias: hasBias ? .each(layer.biases) : .uniform(0))
      },
      projections: layers.enumerated().map { index, layer in
        Projection(
          name: "\(index == 0 ? "input" : layerName(index - 1))-\(layerName(index))",
          source: index == 0 ? .input : .population(index - 1), target: index,
          connectivity: .dense(Weights(layer.weights)), delay: 0)
      },
      outputs: [
        OutputGroup(
          name: "classes", population: layers.count - 1, neurons: 0..<layers[layers.count - 1].outputs, shift: 0)
      ])
    return try ClockShifts(trained: trained).deploy(trained)
  }

  private func layerName(_ index: Int) -> String { index == layers.count - 1 ? "output" : "hidden\(index + 1)" }
}

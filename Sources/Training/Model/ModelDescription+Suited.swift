extension ModelDescription {
  /// The model with what the neurons of a chip cannot do without: where they have no synaptic current one that keeps
  /// half of it a tick, and caps that are wired where the model has the usual 1.
  public func suited(to arithmetic: TrainingArithmetic) -> ModelDescription {
    guard let wired = arithmetic.chip?.neurons else { return self }
    let last = layers.lastIndex { if case .population = $0 { true } else { false } }
    var suited = self
    for (index, layer) in layers.enumerated() {
      guard case .population(var population) = layer else { continue }
      if population.neurons.currentLeak == nil { population.neurons.currentLeak = .init(shift: 1) }
      if population.neurons.spikeCap == 1 {
        population.neurons.spikeCap = index == last ? wired.outputCap : wired.hiddenCap
      }
      suited.layers[index] = .population(population)
    }
    return suited
  }
}

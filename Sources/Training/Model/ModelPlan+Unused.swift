import NeuronCore

extension ModelPlan {
  /// Throws what contradicts itself: a threshold to be trained in neurons that never spike.
  func checkTrained() throws(TrainingError) {
    for population in populations
    where population.neurons.role == .readout && population.neurons.trainsThreshold {
      throw .model(
        layer: population.name,
        problem: "is a readout, which never spikes: its threshold cannot be trained; leave threshold out of trained")
    }
  }

  /// What was asked for of the model and in options, and changes nothing.
  ///
  /// - Parameter model: the model that the plan is of.
  func unusedSettings(_ options: TrainingOptions, model: ModelDescription) -> [UnusedSetting] {
    populations.flatMap { unusedSettings(of: $0, options) } + unusedBits(options, model) + unusedOptions(options)
  }

  /// Bits of single layers, which a plan in floats does not have.
  private func unusedBits(_ options: TrainingOptions, _ model: ModelDescription) -> [UnusedSetting] {
    guard options.precision != .integer else { return [] }
    let bits = model.layers.compactMap { layer -> Int?? in
      if case .population(let population) = layer { .some(population.weightBits) } else { nil }
    }
    return zip(populations, bits).compactMap { population, bits in
      bits.map {
        UnusedSetting(
          "\(population.name): bits", "\($0)", because: "a float network has no integers before it is quantised")
      }
    }
  }

  private func unusedSettings(of population: PopulationPlan, _ options: TrainingOptions) -> [UnusedSetting] {
    var unused: [UnusedSetting] = []
    let neurons = population.neurons
    func note(_ key: String, _ value: String, _ reason: String) {
      unused.append(UnusedSetting("\(population.name): \(key)", value, because: reason))
    }
    if neurons.role == .readout {
      let reason = "a readout never spikes"
      if neurons.threshold != 1 { note("threshold", "\(neurons.threshold)", reason) }
      if let reset = neurons.reset { note("reset", "\(reset)", reason) }
      if neurons.refractoryTicks != 0 { note("refractory", "\(neurons.refractoryTicks)", reason) }
      if neurons.spikeCap != 1 { note("spikes_per_tick", "\(neurons.spikeCap)", reason) }
    }
    if population.delay >= ticks {
      note("delay", "\(population.delay)", "a sample has \(ticks) ticks, so that nothing arrives")
    }
    if let delay = population.recurrentDelay, delay >= ticks {
      note("recurrent_delay", "\(delay)", "a sample has \(ticks) ticks, so that nothing arrives")
    }
    if neurons.refractoryTicks >= ticks && neurons.role == .spiking && ticks > 1 {
      note("refractory", "\(neurons.refractoryTicks)", "beyond \(ticks - 1), as a sample has \(ticks) ticks")
    }
    return unused
  }

  private func unusedOptions(_ options: TrainingOptions) -> [UnusedSetting] {
    var unused: [UnusedSetting] = []
    let standard = TrainingOptions()
    let spiking = populations.filter { $0.neurons.role == .spiking }
    if spiking.isEmpty {
      let reason = "no population spikes"
      if options.surrogate != standard.surrogate {
        unused.append(UnusedSetting("surrogate", options.surrogate.kind.rawValue, because: reason))
      }
      if options.resetGradient != standard.resetGradient {
        unused.append(UnusedSetting("reset_gradient", options.resetGradient.rawValue, because: reason))
      }
    }
    if let regulariser = options.regulariser {
      if populations.count == 1 {
        unused.append(UnusedSetting("regulariser", "rate", because: "no population is hidden"))
      } else if regulariser.strength == 0 {
        unused.append(UnusedSetting("regulariser", "rate", because: "its strength is 0"))
      }
    }
    if options.precision != .integer {
      let reason = "a float network has no integers"
      if options.weightBits != standard.weightBits {
        unused.append(UnusedSetting("bits", "\(options.weightBits)", because: reason))
      }
      if options.clip != standard.clip { unused.append(UnusedSetting("clip", options.clip.rawValue, because: reason)) }
    }
    return unused
  }
}

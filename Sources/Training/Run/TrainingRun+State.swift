import Kernels

extension TrainingRun {
  /// A parameter as a state names it.
  struct StoredParameter {
    let name: String
    let parameter: Parameter<R>
  }

  /// Everything that has to be kept, in a fixed order.
  var stored: [StoredParameter] {
    plan.populations.enumerated().flatMap { index, population in
      var stored = parameters[index].views(population).map {
        StoredParameter(name: "\(population.name).\($0.name)", parameter: $0.parameter)
      }
      if !quantisers.isEmpty, let clip = quantisers[index].clip {
        stored.append(StoredParameter(name: "\(population.name).clip", parameter: clip))
      }
      return stored
    }
  }

  var scales: [TrainingState.PopulationScale] {
    quantisers.map {
      TrainingState.PopulationScale(
        unit: $0.unit, weightShift: $0.integers.weightShift, recurrentShift: $0.integers.recurrentShift,
        isChosen: $0.isChosen)
    }
  }

  private func apply(_ scales: [TrainingState.PopulationScale]) {
    for (quantiser, scale) in zip(quantisers, scales) {
      quantiser.unit = scale.unit
      quantiser.integers.weightShift = scale.weightShift
      quantiser.integers.recurrentShift = scale.recurrentShift
      quantiser.isChosen = scale.isChosen
    }
  }

  var arithmeticWords: String { arithmetic.map { "\($0)" } ?? "floats" }

  /// The run as it stands between two steps.
  var state: TrainingState {
    defer { withExtendedLifetime(self) {} }
    var figures = figures
    figures.scales = scales
    var tensors: [Tensor] = []
    func add(_ name: String, _ buffer: some Sequence<R>, _ count: Int) {
      tensors.append(Tensor(name: name, shape: [count], values: Tensor.Values(buffer)))
    }
    for stored in stored {
      let parameter = stored.parameter
      add("\(stored.name).values", parameter.values.elements, parameter.values.count)
      add("\(stored.name).first", parameter.first.elements, parameter.first.count)
      add("\(stored.name).second", parameter.second.elements, parameter.second.count)
    }
    for (stored, values) in zip(stored, bestValues) { add("best.\(stored.name).values", values, values.count) }
    return TrainingState(
      setting: setting, options: options, arithmetic: arithmeticWords, samples: SampleFingerprint.words(source),
      figures: figures, tensors: tensors)
  }

  /// Takes up a state.
  ///
  /// - Throws: `stateDiffers` for a state of another run.
  func resume(_ state: TrainingState) throws(TrainingError) {
    try state.check(
      setting: setting, options: options, arithmetic: arithmeticWords, samples: SampleFingerprint.words(source))
    try check(state.figures)
    var best: [[R]] = []
    for stored in stored {
      let parameter = stored.parameter
      for (kind, buffer) in [
        ("values", parameter.values), ("first", parameter.first), ("second", parameter.second),
      ] {
        let values = try state.values("\(stored.name).\(kind)", count: buffer.count)
        for index in 0..<buffer.count { buffer.elements[index] = values.value(index) }
      }
      if state.figures.best != nil {
        let values = try state.values("best.\(stored.name).values", count: parameter.values.count)
        best.append((0..<values.count).map { values.value($0) })
      }
    }
    figures = state.figures
    bestValues = best
    apply(figures.scales)
    optimiser = Optimiser(options.optimiser, steps: figures.step)
  }

  /// Throws numbers that no run of this kind has.
  private func check(_ figures: TrainingState.Figures) throws(TrainingError) {
    let populations = plan.populations.count
    let steps = figures.epoch * stepsPerEpoch + figures.stepInEpoch
    guard (0...options.epochs).contains(figures.epoch), (0...stepsPerEpoch).contains(figures.stepInEpoch),
      figures.step == steps
    else {
      throw .stateDiffers(
        what: "place", state: "epoch \(figures.epoch), step \(figures.step)",
        run: "\(options.epochs) epochs of \(stepsPerEpoch) steps")
    }
    let scales = [figures.scales] + (figures.best.map { [$0.scales] } ?? [])
    guard figures.tally.spikes.count == populations, scales.allSatisfy({ $0.count == quantisers.count }) else {
      throw .stateDiffers(
        what: "number of populations", state: "\(figures.tally.spikes.count)", run: "\(populations)")
    }
    for scale in scales.joined()
    where
      !(scale.unit > 0 && scale.unit.isFinite && (0...7).contains(scale.weightShift)
      && (0...7).contains(scale.recurrentShift))
    {
      throw .stateDiffers(what: "scale", state: "\(scale)", run: "shifts of 0 to 7 and a unit above 0")
    }
  }

  /// Puts the values of the best epoch in place, where there is one.
  func restoreBest() {
    guard let best = figures.best, bestValues.count == stored.count else { return }
    for (stored, values) in zip(stored, bestValues) {
      for (index, value) in values.enumerated() { stored.parameter.values.elements[index] = value }
    }
    apply(best.scales)
  }
}

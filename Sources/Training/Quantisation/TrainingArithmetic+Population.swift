import FixedPoint
import NeuronCore
import Targets

extension TrainingArithmetic {
  /// The neurons of a population in this arithmetic, with the leaks that it begins with.
  ///
  /// - Throws: `unsupported` for what the population asks for and the target does not have.
  func model(of plan: PopulationPlan) throws(TrainingError) -> NeuronModel {
    let neurons = plan.neurons
    func refuse(_ option: String, _ value: String, _ allowed: String) -> TrainingError {
      .unsupported(option: "\(plan.name): \(option)", value: value, allowed: allowed)
    }
    let kinds = leaks.map { "\($0)" }.joined(separator: ", ")
    guard let leak = rule(factor: neurons.leak?.factor, threshold: thresholds.lowerBound) else {
      throw refuse("leak", "none", kinds.isEmpty ? "no leak at all" : "leaks \(kinds)")
    }
    if neurons.leak?.isTrained == true || neurons.currentLeak?.isTrained == true {
      guard let first = leaks.first, first != .none, first != .linear else {
        throw refuse("leak", "trained", "\(kinds) only, whose loss has no factor")
      }
    }
    let asked = neurons.reset
    guard let reset = asked ?? resets.first, resets.contains(reset) else {
      throw refuse("reset", asked.map { "\($0)" } ?? "any", resets.map { "\($0)" }.joined(separator: ", "))
    }
    if neurons.hasBias && biases == 0...0 { throw refuse("bias", "one", "none") }
    if chip != nil && neurons.role == .readout { throw refuse("role", "readout", "spiking") }
    if neurons.spikeCap > maximumSpikeCap {
      throw refuse("spikes a tick", "\(neurons.spikeCap)", "1 to \(maximumSpikeCap)")
    }
    if neurons.refractoryTicks > min(maximumRefractoryTicks, 65535) {
      throw refuse("refractory ticks", "\(neurons.refractoryTicks)", "0 to \(min(maximumRefractoryTicks, 65535))")
    }
    var currents = CurrentDecays.none
    if let current = neurons.currentLeak {
      if maximumCurrents < 1 || accumulator == .wrap16 { throw refuse("synaptic current", "one", "none") }
      guard let rule = rule(factor: current.factor, threshold: thresholds.lowerBound) else {
        throw refuse("decay of the current", "\(current.factor)", "leaks \(kinds)")
      }
      currents = .one(rule)
    } else if chip?.neurons != nil {
      throw refuse("synaptic current", "none", "one: write cuba:N")
    }
    let top = neurons.role == .readout ? min(upper, .max - 1) : upper
    return NeuronModel(
      lowerBound: .value(lower), upperBound: top, accumulator: accumulator, currents: currents, leak: leak, sum: sum,
      compare: compare,
      reset: reset, spikeCap: neurons.role == .readout ? 1 : UInt8(clamping: neurons.spikeCap),
      refractoryTicks: neurons.role == .readout ? 0 : UInt16(clamping: neurons.refractoryTicks))
  }

  /// The greatest shifts of a population's projections whose sums are proven to fit the accumulator, each taking half of
  /// the room where there are two.
  func greatestShifts(of plan: PopulationPlan, isFirst: Bool, isLast: Bool) -> (input: Int, recurrent: Int) {
    // Saturating sums need no room; one shift serves all weights between hidden neurons.
    if accumulator == .saturatePerEvent { return (isFirst || isLast ? min(maximumWeightShift, 7) : 0, 0) }
    let limit = Int64(weightLimit(bits: plan.weightBits ?? 8))
    // Nothing below fills 64 bits.
    let room =
      accumulator == .wrap16 ? Int64(1) << 15 : accumulatorBits == 64 ? Int64(1) << 62 : (Int64(1) << 31) - ownSum(plan)
    let share = plan.recurrentDelay == nil ? room : room / 2
    func greatest(_ sources: Int, _ count: Int) -> Int {
      // At most 2¹⁶ sources · 255 · 127 · 2⁷: below 2⁴⁸.
      let plain = Int64(min(sources, 1 << 16)) * Int64(count) * limit
      var shift = 0
      while shift < min(maximumWeightShift, 7), plain << Int64(shift + 1) < share { shift += 1 }
      return shift
    }
    return (
      greatest(plan.fanIn, provenCount(plan, isFirst)), greatest(plan.output.neurons, max(plan.neurons.spikeCap, 1))
    )
  }

  /// The most that one tick can bring together at shifts of 0: input, bias, threshold and membrane.
  ///
  /// Source: docs/targets.md, what a mapping proves of each accumulator.
  func greatestSum(_ plan: PopulationPlan, isFirst: Bool) -> Int64 {
    greatestInput(plan, isFirst: isFirst) + ownSum(plan)
  }

  /// The most that synapses can bring together in one tick at shifts of 0.
  func greatestInput(_ plan: PopulationPlan, isFirst: Bool) -> Int64 {
    let limit = Int64(weightLimit(bits: plan.weightBits ?? 8))
    var sum = Int64(min(plan.fanIn, 1 << 16)) * Int64(provenCount(plan, isFirst)) * limit
    if plan.recurrentDelay != nil {
      sum += Int64(min(plan.output.neurons, 1 << 16)) * Int64(plan.neurons.spikeCap) * limit
    }
    return sum
  }

  private func ownSum(_ plan: PopulationPlan) -> Int64 {
    let bias = plan.neurons.hasBias ? max(Int64(biases.upperBound), -Int64(biases.lowerBound)) : 0
    // Subtracted after the leak, a threshold counts once for each spike.
    return bias + Int64(thresholds.upperBound) * Int64(max(plan.neurons.spikeCap, 1)) - Int64(lower)
  }

  /// The greatest count of a source as a mapping proves it: an image bounds an input by 255 whatever the data are.
  /// Folded pooling repeats synapses, so that a pooled source counts as its whole window.
  private func provenCount(_ plan: PopulationPlan, _ isFirst: Bool) -> Int {
    isFirst ? (chip == nil ? 255 : min(maximumInputCount, 255)) * plan.window : plan.maximumCount
  }
}

extension PopulationPlan {
  /// Sources that one pooled source stands for.
  var window: Int { pooling.map { $0.size * $0.size } ?? 1 }
}

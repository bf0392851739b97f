import NeuronCore
import Targets

/// What a chip's own format can hold, and what its design has wired: no target file can state more.
public struct ChipFormat: Sendable {
  /// What its neurons can compute; of lists, a target may have a part.
  public var arithmetic: Arithmetic
  public var timing: Timing
  public var isMembraneSigned: Bool
  public var neurons: Int
  public var inputs: Int
  public var synapses: Int
  public var synapsesPerNeuron: Int
  public var weights: ClosedRange<Int>
  public var weightSigns: WeightSigns
  public var thresholds: ClosedRange<Int>
  public var biases: ClosedRange<Int>
  public var leakAmounts: ClosedRange<Int>
  /// Wired values, which a target must state as they are; `Budgets.unlimited` where nothing is wired.
  public var queuedEvents: Int
  public var hiddenSpikeCap: Int
  public var outputSpikeCap: Int

  public init(
    arithmetic: Arithmetic, timing: Timing = .synchronous, isMembraneSigned: Bool = true, neurons: Int, inputs: Int,
    synapses: Int = Budgets.unlimited, synapsesPerNeuron: Int = Budgets.unlimited, weights: ClosedRange<Int>,
    weightSigns: WeightSigns = .perSynapse, thresholds: ClosedRange<Int>, biases: ClosedRange<Int> = 0...0,
    leakAmounts: ClosedRange<Int> = 0...0, queuedEvents: Int = Budgets.unlimited,
    hiddenSpikeCap: Int = Budgets.unlimited, outputSpikeCap: Int = Budgets.unlimited
  ) {
    self.arithmetic = arithmetic
    self.timing = timing
    self.isMembraneSigned = isMembraneSigned
    self.neurons = neurons
    self.inputs = inputs
    self.synapses = synapses
    self.synapsesPerNeuron = synapsesPerNeuron
    self.weights = weights
    self.weightSigns = weightSigns
    self.thresholds = thresholds
    self.biases = biases
    self.leakAmounts = leakAmounts
    self.queuedEvents = queuedEvents
    self.hiddenSpikeCap = hiddenSpikeCap
    self.outputSpikeCap = outputSpikeCap
  }

  /// The membranes that its bits give, with a sign or without.
  public var membranes: ClosedRange<Int64> {
    isMembraneSigned ? arithmetic.membraneRange : arithmetic.unsignedMembraneRange
  }
}

extension ChipFormat {
  /// Compares a target with the format.
  ///
  /// - Throws: the first value beyond it.
  func check(_ target: Target, _ limits: ChipLimits) throws(ChipFamilyError) {
    let check = ChipFormatCheck(target: target.name)
    try check.number("budgets.neurons_per_core", target.budgets.neuronsPerCore, 0...neurons)
    try check.number("budgets.inputs", target.budgets.inputs, 0...inputs)
    try check.number("chip.synapses", limits.synapses, 0...synapses)
    try check.number("chip.synapses_per_neuron", limits.synapsesPerNeuron, 0...synapsesPerNeuron)
    try check.words("chip.timing", [limits.timing], [timing])
    try check.range("chip.weights", limits.weights, weights)
    try check.range("chip.thresholds", limits.thresholds, thresholds)
    try check.range("chip.biases", limits.biases, biases)
    try check.number("chip.maximum_leak_amount", limits.maximumLeakAmount, leakAmounts)
    try check.number("chip.queued_events", limits.queuedEvents, queuedEvents...queuedEvents)
    try check.number("chip.hidden_spike_cap", limits.hiddenSpikeCap, hiddenSpikeCap...hiddenSpikeCap)
    try check.number("chip.output_spike_cap", limits.outputSpikeCap, outputSpikeCap...outputSpikeCap)
    if weightSigns == .perSource { try check.words("chip.weight_signs", [limits.weightSigns], [weightSigns]) }
    try self.check(target.arithmetic, check)
    if limits.isMembraneSigned != isMembraneSigned {
      throw .membraneSign(target: target.name, isSigned: isMembraneSigned)
    }
  }

  private func check(_ stated: Arithmetic, _ check: ChipFormatCheck) throws(ChipFamilyError) {
    let held = arithmetic
    try check.number(
      "arithmetic.membrane_bits", stated.membraneBits, held.membraneBits...held.membraneBits)
    try check.number("arithmetic.maximum_currents", stated.maximumCurrents, 0...held.maximumCurrents)
    try check.number("arithmetic.maximum_leak_shift", stated.maximumLeakShift, 0...held.maximumLeakShift)
    try check.number("arithmetic.maximum_spike_cap", stated.maximumSpikeCap, 1...held.maximumSpikeCap)
    try check.number(
      "arithmetic.maximum_refractory_ticks", stated.maximumRefractoryTicks, 0...held.maximumRefractoryTicks)
    try check.number("arithmetic.maximum_weight_shift", stated.maximumWeightShift, 0...held.maximumWeightShift)
    try check.number("arithmetic.maximum_input_count", stated.maximumInputCount, 1...held.maximumInputCount)
    try check.range("arithmetic.delays", stated.delays, held.delays)
    try check.range("arithmetic.input_delays", stated.inputDelays, held.inputDelays)
    try check.words("arithmetic.accumulators", stated.accumulators, held.accumulators)
    try check.words("arithmetic.leaks", stated.leaks, held.leaks)
    try check.words("arithmetic.sums", stated.sums, held.sums)
    try check.words("arithmetic.compares", stated.compares, held.compares)
    try check.words("arithmetic.resets", stated.resets, held.resets)
    try check.words("arithmetic.weight_bits", stated.weightBits, held.weightBits)
  }
}

/// Compares what a target states with what a format holds.
private struct ChipFormatCheck {
  let target: String

  func number(_ field: String, _ value: Int, _ allowed: ClosedRange<Int>) throws(ChipFamilyError) {
    if !allowed.contains(value) {
      throw .beyondFormat(field: field, target: target, value: value, allowed: allowed)
    }
  }

  func range(_ field: String, _ range: ClosedRange<Int>, _ allowed: ClosedRange<Int>) throws(ChipFamilyError) {
    for bound in [range.lowerBound, range.upperBound] { try number(field, bound, allowed) }
  }

  func words<Word: Equatable>(_ field: String, _ stated: [Word], _ held: [Word]) throws(ChipFamilyError) {
    if let foreign = stated.first(where: { !held.contains($0) }) {
      throw .foreignOption(
        field: field, target: target, value: "\(foreign)", allowed: held.map { "\($0)" }.joined(separator: ", "))
    }
  }
}

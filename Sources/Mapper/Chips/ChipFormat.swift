import Targets

/// What a chip's own format can hold, and what its design has wired: no target file can state more.
public struct ChipFormat: Sendable {
  public var neurons: Int
  public var inputs: Int
  public var synapses: Int
  public var weights: ClosedRange<Int>
  public var thresholds: ClosedRange<Int>
  public var biases: ClosedRange<Int>
  /// What a membrane's bits, with its sign or without, must give.
  public var membranes: ClosedRange<Int64>
  public var leakAmounts: ClosedRange<Int>
  public var delays: ClosedRange<Int>
  /// Wired values, which a target must state as they are; `Budgets.unlimited` where nothing is wired.
  public var queuedEvents: Int
  public var hiddenSpikeCap: Int
  public var outputSpikeCap: Int

  public init(
    neurons: Int, inputs: Int, synapses: Int = Budgets.unlimited, weights: ClosedRange<Int>,
    thresholds: ClosedRange<Int>, biases: ClosedRange<Int> = 0...0, membranes: ClosedRange<Int64>,
    leakAmounts: ClosedRange<Int> = 0...0, delays: ClosedRange<Int>, queuedEvents: Int = Budgets.unlimited,
    hiddenSpikeCap: Int = Budgets.unlimited, outputSpikeCap: Int = Budgets.unlimited
  ) {
    self.neurons = neurons
    self.inputs = inputs
    self.synapses = synapses
    self.weights = weights
    self.thresholds = thresholds
    self.biases = biases
    self.membranes = membranes
    self.leakAmounts = leakAmounts
    self.delays = delays
    self.queuedEvents = queuedEvents
    self.hiddenSpikeCap = hiddenSpikeCap
    self.outputSpikeCap = outputSpikeCap
  }

  /// Compares a target's limits with the format.
  ///
  /// - Throws: the first limit beyond it.
  func check(_ target: Target, _ limits: ChipLimits) throws(ChipFamilyError) {
    func check(_ field: String, _ value: Int, _ allowed: ClosedRange<Int>) throws(ChipFamilyError) {
      if !allowed.contains(value) {
        throw .beyondFormat(field: field, target: target.name, value: value, allowed: allowed)
      }
    }
    func check(_ field: String, _ range: ClosedRange<Int>, _ allowed: ClosedRange<Int>) throws(ChipFamilyError) {
      for bound in [range.lowerBound, range.upperBound] { try check(field, bound, allowed) }
    }
    let arithmetic = target.arithmetic
    try check("budgets.neurons_per_core", target.budgets.neuronsPerCore, 0...neurons)
    try check("budgets.inputs", target.budgets.inputs, 0...inputs)
    try check("chip.synapses", limits.synapses, 0...synapses)
    try check("chip.weights", limits.weights, weights)
    try check("chip.thresholds", limits.thresholds, thresholds)
    try check("chip.biases", limits.biases, biases)
    try check("chip.maximum_leak_amount", limits.maximumLeakAmount, leakAmounts)
    try check("arithmetic.delays", arithmetic.delays, delays)
    let bits = Int64.bitWidth - (membranes.upperBound - membranes.lowerBound).leadingZeroBitCount
    try check("arithmetic.membrane_bits", arithmetic.membraneBits, bits...bits)
    if target.membraneRange != membranes {
      throw .membraneSign(target: target.name, isSigned: membranes.lowerBound < 0)
    }
    try check("chip.queued_events", limits.queuedEvents, queuedEvents...queuedEvents)
    try check("chip.hidden_spike_cap", limits.hiddenSpikeCap, hiddenSpikeCap...hiddenSpikeCap)
    try check("chip.output_spike_cap", limits.outputSpikeCap, outputSpikeCap...outputSpikeCap)
  }
}

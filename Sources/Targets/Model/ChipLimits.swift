/// What bounds a network on a chip that is no grid of cores: one crossbar, or one list of neurons and synapses.
///
/// A target that has these limits says nothing of records, cores and grids.
public struct ChipLimits: Sendable, Hashable {
  /// When spikes act on other neurons.
  public var timing: Timing
  /// Whether membranes go below 0; where not, 8 bits are 0…255.
  public var isMembraneSigned: Bool
  /// The weights of a synapse.
  public var weights: ClosedRange<Int>
  /// Who owns the sign of a weight.
  public var weightSigns: WeightSigns
  public var thresholds: ClosedRange<Int>
  public var biases: ClosedRange<Int>
  /// The greatest λ of a linear leak; 0 where there is none.
  public var maximumLeakAmount: Int
  /// Synapses of the chip.
  public var synapses: Int
  /// Synapses that leave one neuron.
  public var synapsesPerNeuron: Int
  /// Sources of one neuron.
  public var sourcesPerNeuron: Int
  /// Events that wait at once on a chip of timing `withinTick`, the one that is executed among them; more are lost.
  public var queuedEvents: Int
  /// The spike cap that every hidden neuron has; `Budgets.unlimited` where a network may choose.
  public var hiddenSpikeCap: Int
  /// The same of neurons that are read out.
  public var outputSpikeCap: Int
  /// Inputs reach neurons below this number only.
  public var inputWindow: Int
  /// Only this many of the last neurons before the readouts reach them.
  public var outputWindow: Int

  public init(
    timing: Timing = .synchronous, isMembraneSigned: Bool = true, weights: ClosedRange<Int> = -128...127,
    weightSigns: WeightSigns = .perSynapse, thresholds: ClosedRange<Int> = 1...32767,
    biases: ClosedRange<Int> = 0...0, maximumLeakAmount: Int = 0, synapses: Int = Budgets.unlimited,
    synapsesPerNeuron: Int = Budgets.unlimited, sourcesPerNeuron: Int = Budgets.unlimited,
    queuedEvents: Int = Budgets.unlimited, hiddenSpikeCap: Int = Budgets.unlimited,
    outputSpikeCap: Int = Budgets.unlimited, inputWindow: Int = Budgets.unlimited, outputWindow: Int = Budgets.unlimited
  ) {
    self.timing = timing
    self.isMembraneSigned = isMembraneSigned
    self.weights = weights
    self.weightSigns = weightSigns
    self.thresholds = thresholds
    self.biases = biases
    self.maximumLeakAmount = maximumLeakAmount
    self.synapses = synapses
    self.synapsesPerNeuron = synapsesPerNeuron
    self.sourcesPerNeuron = sourcesPerNeuron
    self.queuedEvents = queuedEvents
    self.hiddenSpikeCap = hiddenSpikeCap
    self.outputSpikeCap = outputSpikeCap
    self.inputWindow = inputWindow
    self.outputWindow = outputWindow
  }
}

/// When a spike acts on other neurons.
public enum Timing: Sendable, Hashable, CaseIterable {
  /// In a later tick, as docs/neuron.md has it: order inside a tick does not matter.
  case synchronous
  /// At once, event by event, in the order in which the chip takes them.
  case withinTick
}

/// Who owns the sign of a weight.
public enum WeightSigns: Sendable, Hashable, CaseIterable {
  /// Every synapse has its own.
  case perSynapse
  /// All synapses of a source have the same: Dale's law.
  case perSource
}

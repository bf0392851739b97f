/// What a network can ask too much of, or ask of a target that has it not.
///
/// The raw value is the word of `--json`.
public enum Resource: String, Sendable, Hashable, Codable, CaseIterable {
  // Budgets of a core.
  case neurons
  case axons
  case synapseBytes = "synapse_bytes"
  case routes
  case classes
  // Budgets of the board.
  case cores
  case inputs
  case inputTableEntries = "input_table_entries"
  case outputs
  case slotBytes = "slot_bytes"
  // What the target's arithmetic represents.
  case membraneBounds = "membrane_bounds"
  case accumulator
  case accumulatorRange = "accumulator_range"
  case currents
  case leak
  case leakShift = "leak_shift"
  case sum
  case compare
  case reset
  case spikeCap = "spike_cap"
  case refractoryTicks = "refractory_ticks"
  case start
  case initialMembrane = "initial_membrane"
  case weight
  case delay
  case inputDelay = "input_delay"
  // What a chip bounds besides.
  case threshold
  case bias
  case leakAmount = "leak_amount"
  case weightSign = "weight_sign"
  case weightShift = "weight_shift"
  case rows
  case synapses
  case fanOut = "fan_out"
  case fanIn = "fan_in"
  case connection
  case outputReading = "output_reading"
  case inputWindow = "input_window"
  case outputWindow = "output_window"

  /// The resource in a sentence.
  public var words: String {
    switch self {
    case .neurons: "neurons of a core"
    case .axons: "axons of a core"
    case .synapseBytes: "bytes of a core's synapse memory"
    case .routes: "routes of a core"
    case .classes: "parameter sets of a core"
    case .cores: "cores"
    case .inputs: "input lines"
    case .inputTableEntries: "entries of the input table"
    case .outputs: "outputs"
    case .slotBytes: "bytes of a slot"
    case .membraneBounds: "membrane bounds"
    case .accumulator: "kind of accumulator"
    case .accumulatorRange: "range of the accumulator"
    case .currents: "synaptic currents"
    case .leak: "kind of leak"
    case .leakShift: "shift of the leak"
    case .sum: "kind of sum"
    case .compare: "comparison with the threshold"
    case .reset: "kind of reset"
    case .spikeCap: "spikes of a neuron in one tick"
    case .refractoryTicks: "refractory ticks"
    case .start: "start tick"
    case .initialMembrane: "initial membrane"
    case .weight: "size of a weight"
    case .delay: "delay in ticks"
    case .inputDelay: "delay from an input in ticks"
    case .threshold: "threshold"
    case .bias: "bias"
    case .leakAmount: "amount of the leak"
    case .weightSign: "sign of a weight"
    case .weightShift: "shift of the weights"
    case .rows: "rows of the crossbar"
    case .synapses: "synapses"
    case .fanOut: "synapses of one neuron"
    case .fanIn: "sources of one neuron"
    case .connection: "kind of connection"
    case .outputReading: "what outputs tell"
    case .inputWindow: "neurons that inputs reach"
    case .outputWindow: "neurons that reach readouts"
    }
  }
}

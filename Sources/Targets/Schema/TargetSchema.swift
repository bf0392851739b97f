/// Every key of a target file, in the order in which files and canonical descriptions hold them.
enum TargetSchema {
  /// The version that `format` states.
  static let version = 1
  /// The keys of the top level that are no fields: the version, and the target whose values stand in for missing ones.
  static let formatKey = "format"
  static let extendsKey = "extends"

  static let fields: [TargetField] =
    top + arithmetic + budgets + costs.map(\.ofGrids) + topology.map(\.ofGrids) + link + chip

  static func fields(of section: TargetSection) -> [TargetField] { fields.filter { $0.section == section } }

  private static let top: [TargetField] = [
    .text("name", .name, \.name, "the name in images, networks and messages"),
    .text("summary", .text, \.summary, "what it is, for lists; not part of the hash"),
    .text("family", .name, \.family, "the chip family that encodes for it: `mesh` for grids, else the chip's own"),
    TargetField(
      section: .top, key: "emulation_only", kind: .flag, unit: "",
      meaning: "true: exists in the emulator only, has no `link` and no slots, may be unlimited",
      value: { .flag($0.emulationOnly) },
      store: { if case .flag(let flag) = $1 { $0.emulationOnly = flag } }),
  ]

  private static let arithmetic: [TargetField] = [
    .integer(.arithmetic, "membrane_bits", \.arithmetic.membraneBits, 8...32, unit: "bits", "width of a membrane"),
    .choice(
      .arithmetic, "accumulator_bits", \.arithmetic.accumulatorBits, [32, 64], unit: "bits",
      "width of the sum of a tick's input"),
    .integer(
      .arithmetic, "maximum_currents", \.arithmetic.maximumCurrents, 0...2, unit: "currents",
      "synaptic currents of a neuron"),
    .words(.arithmetic, "accumulators", \.arithmetic.accumulators, "how arrivals are summed"),
    .words(
      .arithmetic, "leaks", \.arithmetic.leaks,
      "decay rules of membranes and currents; training uses the first unless the model names another"),
    .integer(
      .arithmetic, "maximum_leak_shift", \.arithmetic.maximumLeakShift, 0...31, unit: "bits",
      "greatest shift of a decay rule"),
    .words(.arithmetic, "sums", \.arithmetic.sums, "how base, input and bias are added"),
    .words(
      .arithmetic, "compares", \.arithmetic.compares,
      "how membrane and threshold compare; training uses the first unless the model names another"),
    .words(
      .arithmetic, "resets", \.arithmetic.resets,
      "what a spike does to the membrane; training uses the first unless the model names another"),
    .integer(
      .arithmetic, "maximum_spike_cap", \.arithmetic.maximumSpikeCap, 1...255, unit: "spikes a tick",
      "greatest spike cap of a population"),
    .integer(
      .arithmetic, "maximum_refractory_ticks", \.arithmetic.maximumRefractoryTicks, 0...65535, unit: "ticks",
      "greatest refractory time"),
    TargetField(
      section: .arithmetic, key: "weight_bits", kind: .integers([8, 4, 2]), unit: "bits",
      meaning: "widths in which a row of weights is stored",
      value: { .integers($0.arithmetic.weightBits) },
      store: { if case .integers(let list) = $1 { $0.arithmetic.weightBits = list } }),
    .integer(
      .arithmetic, "maximum_weight_shift", \.arithmetic.maximumWeightShift, 0...7, unit: "bits",
      "greatest left shift of a row's weights"),
    .span(
      .arithmetic, "delays", \.arithmetic.delays, 1...16, unit: "ticks",
      "delays between neurons; a grid stores at most 15"),
    .span(
      .arithmetic, "input_delays", \.arithmetic.inputDelays, 0...15, unit: "ticks",
      "delays from inputs; a grid stores at most 14"),
    .integer(
      .arithmetic, "maximum_input_count", \.arithmetic.maximumInputCount, 1...255, unit: "spikes",
      "greatest count of one input event"),
    .integer(
      .arithmetic, "maximum_start", \.arithmetic.maximumStart, 0...4_294_967_295, unit: "ticks",
      "greatest start tick of a neuron"),
  ]

  private static let budgets: [TargetField] = [
    .integer(
      .budgets, "neurons_per_core", \.budgets.neuronsPerCore, 1...16_777_216, orUnlimited: true, unit: "neurons",
      "neurons of a core; at most 256 in the compact layout"),
    .integer(
      .budgets, "axons_per_core", \.budgets.axonsPerCore, 1...16_777_216, orUnlimited: true, unit: "axons",
      "input lines of a core; at most 65535 in the compact layout"
    ).ofGrids,
    .integer(
      .budgets, "synapse_bytes_per_core", \.budgets.synapseBytesPerCore, 1...1_099_511_627_776, orUnlimited: true,
      unit: "bytes", "synapse memory of a core"
    ).ofGrids,
    .integer(
      .budgets, "routes_per_core", \.budgets.routesPerCore, 0...4_294_967_295, orUnlimited: true, unit: "routes",
      "routes of the neurons of a core"
    ).ofGrids,
    .integer(
      .budgets, "classes_per_core", \.budgets.classesPerCore, 1...65535, orUnlimited: true, unit: "classes",
      "parameter sets of a core; the image format has 65535"
    ).ofGrids,
    .integer(
      .budgets, "inputs", \.budgets.inputs, 1...16_777_216, orUnlimited: true, unit: "lines", "input lines"),
    .integer(
      .budgets, "input_table_entries", \.budgets.inputTableEntries, 1...4_294_967_295, orUnlimited: true,
      unit: "routes", "routes from input lines to axons"
    ).ofGrids,
    .integer(
      .budgets, "outputs", \.budgets.outputs, 1...16_777_216, orUnlimited: true, unit: "outputs",
      "neurons whose spikes leave the board"),
    .integer(
      .budgets, "slot_bytes", \.budgets.slotBytes, 4096...281_474_976_710_656, orUnlimited: true, unit: "bytes",
      "greatest image file"
    ).ofGrids,
    .integer(.budgets, "slots", \.budgets.slots, 0...4, unit: "slots", "images that the board stores").ofGrids,
  ]

  private static let costs: [TargetField] = [
    TargetField(
      section: .costs, key: "layout", kind: .word(StorageLayout.allWords), unit: "",
      meaning: "how a core stores its records",
      value: { .text($0.costs.layout.word) },
      store: {
        if case .text(let word) = $1, let layout = StorageLayout(word: word) { $0.costs.layout = layout }
      }),
    cost("core_entry", \.costs.coreEntry, "entry in the list of cores"),
    cost("core_header", \.costs.coreHeader, "header of a core"),
    cost("class_record", \.costs.classRecord, "parameter set of a core"),
    cost("neuron", \.costs.neuron, "neuron record"),
    cost("axon", \.costs.axon, "axon record"),
    cost("route", \.costs.route, "route record, in cores and in the input table"),
    cost("input_line", \.costs.inputLine, "input line in the input table, which has one line more"),
    .integer(
      .costs, "dense_row_unit", \.costs.denseRowUnit, 1...64, unit: "bytes", "a dense row is padded to a multiple of it"
    ),
    cost("sparse_synapse", \.costs.sparseSynapse, "synapse in a sparse row"),
  ]

  private static func cost(_ key: String, _ path: any TargetPath<Int>, _ meaning: String) -> TargetField {
    .integer(.costs, key, path, 1...4096, unit: "bytes", meaning)
  }

  private static let topology: [TargetField] = [
    .integer(.topology, "chips_x", \.topology.chipsX, 1...65535, unit: "chips", "chips of the board in x"),
    .integer(.topology, "chips_y", \.topology.chipsY, 1...65535, unit: "chips", "chips of the board in y"),
    .integer(.topology, "cores_x", \.topology.coresX, 1...65535, unit: "cores", "cores of a chip in x"),
    .integer(.topology, "cores_y", \.topology.coresY, 1...65535, unit: "cores", "cores of a chip in y"),
  ]

  private static let link: [TargetField] = [
    .link("usb_vendor", \.usbVendor, 0...65535, unit: "id", "USB vendor id"),
    .link("usb_product", \.usbProduct, 0...65535, unit: "id", "USB product id"),
    .link("maximum_payload", \.maximumPayload, 512...1_048_576, unit: "bytes", "greatest payload of a frame").ofGrids,
    .link("window", \.window, 1...64, unit: "frames", "frames on their way without an answer").ofGrids,
    .link("page_bytes", \.pageBytes, 16...65536, unit: "bytes", "unit in which storage is written").ofGrids,
    .link("erase_milliseconds", \.eraseMilliseconds, 0...600_000, unit: "ms", "longest time to erase a slot").ofGrids,
    .link(
      "commit_milliseconds", \.commitMilliseconds, 0...600_000, unit: "ms", "longest time to check and commit a slot"
    ).ofGrids,
  ]

  private static let chip: [TargetField] = [
    .chip("timing", \.timing, "when a spike acts on other neurons: in a later tick, or at once"),
    TargetField(
      section: .chip, key: "membrane_signed", kind: .flag, unit: "", meaning: "whether membranes go below 0",
      value: { $0.chip.map { .flag($0.isMembraneSigned) } },
      store: { if case .flag(let flag) = $1 { $0.chip?.isMembraneSigned = flag } }),
    .chip("weights", \.weights, -32768...32767, unit: "", "weights of a synapse"),
    .chip("weight_signs", \.weightSigns, "whether each synapse has a sign, or all of a source the same"),
    .chip("thresholds", \.thresholds, -32768...2_147_483_647, unit: "", "thresholds of a neuron"),
    .chip("biases", \.biases, -2_147_483_648...2_147_483_647, unit: "", "biases of a neuron"),
    .chip("maximum_leak_amount", \.maximumLeakAmount, 0...2_147_483_647, unit: "", "greatest λ of a linear leak"),
    .chip("synapses", \.synapses, 1...4_294_967_295, orUnlimited: true, unit: "synapses", "synapses of the chip"),
    .chip(
      "synapses_per_neuron", \.synapsesPerNeuron, 1...16_777_216, orUnlimited: true, unit: "synapses",
      "synapses that leave one neuron"),
    .chip(
      "sources_per_neuron", \.sourcesPerNeuron, 1...16_777_216, orUnlimited: true, unit: "sources",
      "sources of one neuron"),
    .chip(
      "queued_events", \.queuedEvents, 1...16_777_216, orUnlimited: true, unit: "events",
      "events that wait at once where spikes act at once, the running one among them; more are lost"),
    .chip(
      "hidden_spike_cap", \.hiddenSpikeCap, 1...255, orUnlimited: true, unit: "spikes a tick",
      "the spike cap that every hidden neuron has; unlimited where a network may choose"),
    .chip(
      "output_spike_cap", \.outputSpikeCap, 1...255, orUnlimited: true, unit: "spikes a tick",
      "the same of neurons that are read out"),
    .chip(
      "input_window", \.inputWindow, 1...16_777_216, orUnlimited: true, unit: "neurons",
      "inputs reach the neurons below this number only"),
    .chip(
      "output_window", \.outputWindow, 1...16_777_216, orUnlimited: true, unit: "neurons",
      "only so many of the last neurons before the readouts reach them"),
  ]
}

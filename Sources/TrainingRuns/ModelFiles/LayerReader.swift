import NetworkFiles
import Targets
import Training
import Yams

/// Reads the section `layers` of a model file.
enum LayerReader {
  static func model(_ top: ModelMapping) throws(TrainingRunsError) -> ModelDescription {
    guard let node = top.node("layers") else {
      throw .missingKey(top.place, key: "layers", allowed: "a list of layers")
    }
    guard let sequence = node.sequence, sequence.count > 0 else {
      throw .notAllowed(
        top.yaml.place(of: node), key: "layers", value: node.sequence == nil ? node.kindInWords : "empty",
        allowed: "a list of layers, each beginning with '- type: dense' or another type")
    }
    guard sequence.count <= ModelFile.maximumLayers else {
      throw .notAllowed(
        top.yaml.place(of: node), key: "layers", value: "\(sequence.count) layers",
        allowed: "at most \(ModelFile.maximumLayers)")
    }
    var layers: [LayerDescription] = []
    for (index, element) in sequence.enumerated() {
      layers.append(try layer(try ModelMapping(element, path: "layers[\(index + 1)]", yaml: top.yaml)))
    }
    return ModelDescription(layers: layers)
  }

  private static func layer(_ mapping: ModelMapping) throws(TrainingRunsError) -> LayerDescription {
    let types = LayerKeys.Kind.allCases.map(\.rawValue)
    guard let word = try mapping.word("type", of: types), let kind = LayerKeys.Kind(rawValue: word) else {
      throw .missingKey(mapping.place, key: mapping.name("type"), allowed: WordList.text(types))
    }
    try mapping.check(LayerKeys.keys(of: kind))
    switch kind {
    case .flatten: return .flatten
    case .pool: return .pooling(try pooling(mapping))
    case .dense, .recurrent, .readout, .conv: return .population(try population(mapping, kind))
    }
  }

  private static func pooling(_ mapping: ModelMapping) throws(TrainingRunsError) -> PoolingDescription {
    let kinds = PoolingDescription.Kind.allCases.map(\.rawValue)
    let kind = try mapping.word("kind", of: kinds).flatMap(PoolingDescription.Kind.init(rawValue:)) ?? .average
    let size = try required(mapping, "size", 1...256)
    return PoolingDescription(kind: kind, size: size, stride: try mapping.integer("stride", 1...256))
  }

  private static func population(
    _ mapping: ModelMapping, _ kind: LayerKeys.Kind
  ) throws(TrainingRunsError) -> PopulationDescription {
    let connection: ConnectionDescription
    if kind == .conv {
      connection = .convolution(
        channels: try required(mapping, "channels", 1...4096), kernel: try required(mapping, "kernel", 1...256),
        stride: try mapping.integer("stride", 1...256) ?? 1, padding: try mapping.integer("padding", 0...255) ?? 0)
    } else {
      connection = .dense(neurons: try mapping.integer("size", 1...LayerKeys.greatest))
    }
    return PopulationDescription(
      name: try name(mapping), connection: connection, neurons: try neurons(mapping, kind),
      delay: try mapping.integer("delay", 0...65535) ?? 0,
      recurrentDelay: kind == .recurrent ? try mapping.integer("recurrent_delay", 1...65535) ?? 1 : nil,
      weightBits: try mapping.integer("bits", 2...8))
  }

  private static func name(_ mapping: ModelMapping) throws(TrainingRunsError) -> String? {
    let allowed = "1 to 64 letters, digits, '_' and '-', but not 'input', which are the data"
    guard let name = try mapping.text("name", allowed: allowed) else { return nil }
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isPlain, name != "input", (1...64).contains(name.utf8.count) else {
      throw mapping.problem("name", name, allowed: allowed)
    }
    return name
  }

  private static func neurons(
    _ mapping: ModelMapping, _ layer: LayerKeys.Kind
  ) throws(TrainingRunsError) -> NeuronDescription {
    var words = LayerKeys.Neurons.allCases.map(\.rawValue)
    // A layer of type readout says so already.
    if layer == .readout { words = [LayerKeys.Neurons.readout.rawValue] }
    let kind =
      try mapping.word("neurons", of: words).flatMap(LayerKeys.Neurons.init(rawValue:))
      ?? (layer == .readout ? .readout : .lif)
    var neurons = NeuronDescription(role: kind == .readout ? .readout : .spiking)
    if kind == .integrator, let node = mapping.node("leak") {
      throw .notAllowed(
        mapping.yaml.place(of: node), key: mapping.name("leak"), value: node.shown,
        allowed: "nothing with neurons: if, which do not leak; use neurons: lif")
    }
    if kind == .lif || kind == .integrator, let node = mapping.node("current_leak") {
      throw .notAllowed(
        mapping.yaml.place(of: node), key: mapping.name("current_leak"), value: node.shown,
        allowed: "nothing with neurons: \(kind.rawValue), which have no current; use neurons: cuba")
    }
    neurons.leak = kind == .integrator ? nil : try leak(mapping, "leak", LayerKeys.leak)
    neurons.currentLeak = try leak(mapping, "current_leak", kind == .cuba ? LayerKeys.currentLeak : nil)
    if kind == .lif && neurons.leak == nil {
      throw mapping.problem("leak", "none", allowed: "a leak; neurons that do not leak are neurons: if")
    }
    if kind == .cuba && neurons.currentLeak == nil {
      throw mapping.problem("current_leak", "none", allowed: "a leak; neurons without a current are neurons: lif or if")
    }
    neurons.threshold = try mapping.number("threshold", 1e-6...1e6, allowed: "a number from 0.000001 to 1000000") ?? 1
    for word in try mapping.words("trained", of: LayerKeys.trained) {
      switch word {
      case "leak" where neurons.leak != nil: neurons.leak?.isTrained = true
      case "current_leak" where neurons.currentLeak != nil: neurons.currentLeak?.isTrained = true
      case "threshold": neurons.trainsThreshold = true
      default: throw mapping.problem("trained", word, allowed: "what these neurons have")
      }
    }
    if let word = try mapping.word("reset", of: LayerKeys.resets.map(\.word)) {
      neurons.reset = LayerKeys.resets.first { $0.word == word }?.reset
    }
    neurons.refractoryTicks = try mapping.integer("refractory", 0...65535) ?? 0
    neurons.spikeCap = try mapping.integer("spikes_per_tick", 1...255) ?? 1
    neurons.hasBias = try mapping.flag("bias") ?? false
    return neurons
  }

  /// A leak: what remains of a value (`0.875`), `{ shift: 3 }`, `{ tau: 10 }` or `none`.
  private static func leak(
    _ mapping: ModelMapping, _ key: String, _ standard: NeuronDescription.Leak?
  ) throws(TrainingRunsError) -> NeuronDescription.Leak? {
    let allowed =
      "what remains after a tick, from 0 to 1, or { shift: 0 to 31 }, { tau: 0.01 to 1000000 ticks } or none"
    guard let node = mapping.node(key) else { return standard }
    if node.mapping != nil {
      let inner = try ModelMapping(node, path: mapping.name(key), yaml: mapping.yaml)
      try inner.check(["shift", "tau", "factor"])
      let shift = try inner.integer("shift", 0...31).map(NeuronDescription.Leak.init(shift:))
      let tau = try inner.number("tau", 0.01...1e6, allowed: "0.01 to 1000000 ticks")
        .map { NeuronDescription.Leak(factor: ElementaryFunctions.exponential(-1 / $0)) }
      let factor = try inner.number("factor", 0...1, allowed: "0 to 1").map { NeuronDescription.Leak(factor: $0) }
      let given = [shift, tau, factor].compactMap { $0 }
      guard given.count == 1, let leak = given.first else {
        throw .notAllowed(
          inner.place, key: mapping.name(key), value: "\(given.count) of shift, tau and factor", allowed: "one of them")
      }
      return leak
    }
    if try mapping.text(key, allowed: allowed) == "none" { return nil }
    return try mapping.number(key, 0...1, allowed: allowed).map { NeuronDescription.Leak(factor: $0) }
  }

  private static func required(
    _ mapping: ModelMapping, _ key: String, _ range: ClosedRange<Int>
  ) throws(TrainingRunsError) -> Int {
    guard let value = try mapping.integer(key, range) else {
      throw .missingKey(mapping.place, key: mapping.name(key), allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}

extension NeuronDescription.Leak {
  fileprivate init(shift: Int) { self.init(shift: shift, isTrained: false) }
}

import Training

/// Writes layers as the section `layers` of a model file; what is as it would be anyway is left out.
enum LayerWriter {
  static func text(_ layer: LayerDescription) -> String {
    switch layer {
    case .flatten: lines([("type", "flatten")])
    case .pooling(let pooling):
      lines([
        ("type", "pool"), ("kind", pooling.kind.rawValue), ("size", "\(pooling.size)"), ("stride", "\(pooling.stride)"),
      ])
    case .population(let population): lines(pairs(population))
    }
  }

  private static func lines(_ pairs: [(key: String, value: String)]) -> String {
    pairs.enumerated().map { "\($0.offset == 0 ? "  - " : "    ")\($0.element.key): \($0.element.value)\n" }.joined()
  }

  private static func pairs(_ population: PopulationDescription) -> [(String, String)] {
    let neurons = population.neurons
    var pairs: [(String, String)] = []
    func add(_ key: String, _ value: String?) {
      if let value { pairs.append((key, value)) }
    }
    switch population.connection {
    case .convolution(let channels, let kernel, let stride, let padding):
      add("type", LayerKeys.Kind.conv.rawValue)
      add("name", quoted(population.name))
      add("channels", "\(channels)")
      add("kernel", "\(kernel)")
      add("stride", "\(stride)")
      add("padding", "\(padding)")
    case .dense(let size):
      let kind: LayerKeys.Kind =
        population.recurrentDelay != nil ? .recurrent : neurons.role == .readout ? .readout : .dense
      add("type", kind.rawValue)
      add("name", quoted(population.name))
      add("size", size.map(String.init))
      add("recurrent_delay", population.recurrentDelay.map(String.init))
    }
    let kind: LayerKeys.Neurons =
      neurons.role == .readout
      ? .readout : neurons.currentLeak != nil ? .cuba : neurons.leak != nil ? .lif : .integrator
    add("neurons", kind.rawValue)
    if kind != .integrator { add("leak", neurons.leak.map { NumberForm.text($0.factor) } ?? "none") }
    add("current_leak", neurons.currentLeak.map { NumberForm.text($0.factor) })
    add("threshold", NumberForm.text(neurons.threshold))
    let trained = zip(
      LayerKeys.trained,
      [neurons.trainsThreshold, neurons.leak?.isTrained ?? false, neurons.currentLeak?.isTrained ?? false]
    ).filter(\.1).map(\.0)
    if !trained.isEmpty { add("trained", "[\(trained.joined(separator: ", "))]") }
    add("reset", LayerKeys.resets.first { $0.reset == neurons.reset }?.word)
    if neurons.refractoryTicks != 0 { add("refractory", "\(neurons.refractoryTicks)") }
    if neurons.spikeCap != 1 { add("spikes_per_tick", "\(neurons.spikeCap)") }
    if neurons.hasBias { add("bias", "true") }
    if population.delay != 0 { add("delay", "\(population.delay)") }
    add("bits", population.weightBits.map(String.init))
    return pairs
  }

  /// Names in quotes: `no` and `12` are words only so.
  private static func quoted(_ name: String?) -> String? { name.map { "\"\($0)\"" } }
}

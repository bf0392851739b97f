import Networks

/// Reads the projections of a network file.
struct ProjectionReader {
  let network: NetworkReader
  let inputs: Int
  let names: [String]
  let sizes: [Int]

  /// Keys that every projection has.
  private static let commonKeys = ["current", "delay", "from", "name", "to", "type"]
  private static let mapKeys = ["input", "kernel", "output", "stride"]
  private static let types: [(String, [String])] = [
    ("dense", ["weights"]),
    ("sparse", ["currents", "delays", "sources", "synapses", "targets", "weights"]),
    ("convolution", mapKeys + ["padding", "weights"]),
    ("sum_pooling", mapKeys + ["weight"]),
    ("one_to_one", ["weights"]),
  ]

  func projection(_ value: JSONValue, _ path: FieldPath, index: Int) throws(NetworkFilesError) -> Projection {
    let text = network.text
    let everyKey = Set(Self.types.flatMap(\.1)).sorted() + Self.commonKeys
    let type = try Fields(value, path, in: text, allowed: everyKey).choice(
      "type", of: Self.types.map { ($0.0, $0) }, standard: Self.types[0])
    let fields = try Fields(value, path, in: text, allowed: (Self.commonKeys + type.1).sorted())
    let sources =
      [(NetworkReader.inputName, ProjectionSource.input)]
      + names.enumerated().map { ($0.element, .population($0.offset)) }
    let source = try fields.choice("from", of: sources)
    let target = try fields.choice("to", of: names.enumerated().map { ($0.element, $0.offset) })
    let sourceName: String
    let sourceSize: Int
    switch source {
    case .input: (sourceName, sourceSize) = (NetworkReader.inputName, inputs)
    case .population(let index): (sourceName, sourceSize) = (names[index], sizes[index])
    }
    let connectivity = try connectivity(type.0, fields, sources: sourceSize, targets: sizes[target])
    return Projection(
      name: try fields.name("name", standard: "\(sourceName) to \(names[target])"), source: source, target: target,
      connectivity: connectivity,
      delay: try delay(fields, of: connectivity, least: source == .input ? 0 : 1), current: try current(fields))
  }

  /// The delay of all synapses. Where a column gives each its own, the least of them stands for it.
  private func delay(
    _ fields: Fields, of connectivity: Connectivity, least: Int
  ) throws(NetworkFilesError) -> Int {
    guard fields.optional("delays") != nil else { return try fields.integer("delay", in: 0...NetworkLimits.delay) }
    try refuse("delay", beside: "delays", in: fields)
    guard case .sparse(let list) = connectivity, let shortest = list.delays.min() else { return least }
    return max(Int(shortest), least)
  }

  /// The current of all synapses; 0 where a column gives each its own.
  private func current(_ fields: Fields) throws(NetworkFilesError) -> Int {
    guard fields.optional("currents") != nil else { return try fields.integer("current", in: 0...1, standard: 0) }
    try refuse("current", beside: "currents", in: fields)
    return 0
  }

  /// A number for all synapses that the column of each synapse's own would silently override.
  private func refuse(_ key: String, beside column: String, in fields: Fields) throws(NetworkFilesError) {
    guard let value = fields.optional(key) else { return }
    throw network.text.failure(
      value, fields.path(key), "cannot stand beside \(column); give one \(key) for all synapses, or \(column) alone")
  }

  private func connectivity(
    _ type: String, _ fields: Fields, sources: Int, targets: Int
  ) throws(NetworkFilesError) -> Connectivity {
    switch type {
    case "sparse": return .sparse(try sparse(fields, sources: sources, targets: targets))
    case "convolution": return .convolution(try convolution(fields))
    case "sum_pooling": return .sumPooling(try pooling(fields))
    case "one_to_one":
      let value = try fields.required("weights")
      switch value.content {
      case .array, .object:
        return .oneToOne(try network.numbers(value, fields.path("weights"), shape: [targets], axes: ["neuron"]))
      default:
        let weight = try network.text.integer(value, fields.path("weights"), in: NetworkReader.int32Range)
        return .oneToOne(Weights(narrowest: [Int32(weight)]))
      }
    default:
      return .dense(
        try network.numbers(
          try fields.required("weights"), fields.path("weights"), shape: [sources, targets], axes: ["source", "target"])
      )
    }
  }

  private func sparse(_ fields: Fields, sources: Int, targets: Int) throws(NetworkFilesError) -> SparseSynapses {
    if fields.optional("synapses") != nil { return try listedSynapses(fields, sources: sources, targets: targets) }
    let first = try fields.required("weights")
    let count = try length(of: first, fields.path("weights"))
    func column(_ key: String, in range: ClosedRange<Int>) throws(NetworkFilesError) -> [Int32] {
      let weights = try network.numbers(
        try fields.required(key), fields.path(key), shape: [count], axes: ["synapse"], in: range)
      let values = weights.values
      // Tensors come without a check of their values.
      if let index = values.firstIndex(where: { !range.contains(Int($0)) }) {
        throw network.text.failure(
          try fields.required(key), .index(fields.path(key), index),
          "is \(values[index]); it must be \(range.lowerBound) to \(range.upperBound)")
      }
      return values
    }
    return SparseSynapses(
      sources: try column("sources", in: 0...max(sources - 1, 0)).map { UInt32(truncatingIfNeeded: $0) },
      targets: try column("targets", in: 0...targets - 1).map { UInt32(truncatingIfNeeded: $0) },
      weights: try network.numbers(first, fields.path("weights"), shape: [count], axes: ["synapse"]),
      delays: fields.optional("delays") == nil
        ? [] : try column("delays", in: 0...NetworkLimits.delay).map { UInt16(truncatingIfNeeded: $0) },
      currents: fields.optional("currents") == nil
        ? [] : try column("currents", in: 0...1).map { UInt8(truncatingIfNeeded: $0) })
  }

  /// How many synapses a column has, whichever way it is given.
  private func length(of value: JSONValue, _ path: FieldPath) throws(NetworkFilesError) -> Int {
    if case .string(let name)? = value["tensor"]?.content, let tensor = network.sidecar?[name] {
      return tensor.shape.first ?? 0
    }
    if case .object = value.content { return 0 }
    return try network.text.elements(value, path).count
  }

  /// `[[source, target, weight], …]`.
  private func listedSynapses(_ fields: Fields, sources: Int, targets: Int) throws(NetworkFilesError) -> SparseSynapses
  {
    let text = network.text
    for key in ["currents", "delays", "sources", "targets", "weights"] where fields.optional(key) != nil {
      throw text.failure(try fields.required(key), fields.path(key), "cannot stand beside synapses; use one form")
    }
    var list = SparseSynapses(sources: [], targets: [], weights: Weights([Int8]()))
    var weights: [Int32] = []
    for (value, path) in try fields.elements("synapses") {
      let entry = try text.elements(value, path)
      guard entry.count == 3 else {
        throw text.failure(value, path, "has \(entry.count) entries; source, target and weight are needed")
      }
      list.sources.append(UInt32(try text.integer(entry[0].0, entry[0].1, in: 0...max(sources - 1, 0))))
      list.targets.append(UInt32(try text.integer(entry[1].0, entry[1].1, in: 0...targets - 1)))
      weights.append(Int32(try text.integer(entry[2].0, entry[2].1, in: NetworkReader.int32Range)))
    }
    list.weights = Weights(narrowest: weights)
    return list
  }

  private func shape(_ fields: Fields, _ key: String) throws(NetworkFilesError) -> MapShape {
    let extents = try fields.integers(key, count: 3, in: 1...NetworkLimits.mapExtent)
    return MapShape(channels: extents[0], height: extents[1], width: extents[2])
  }

  private func convolution(_ fields: Fields) throws(NetworkFilesError) -> Convolution {
    let input = try shape(fields, "input")
    let output = try shape(fields, "output")
    let kernel = try fields.integers("kernel", count: 2, in: 1...NetworkLimits.mapExtent)
    let stride = try fields.integers("stride", count: 2, in: 1...NetworkLimits.mapExtent, standard: [1, 1])
    let padding = try fields.integers("padding", count: 2, in: 0...NetworkLimits.mapExtent, standard: [0, 0])
    let weights = try network.numbers(
      try fields.required("weights"), fields.path("weights"),
      shape: [output.channels, input.channels, kernel[0], kernel[1]],
      axes: ["output channel", "input channel", "kernel row", "kernel column"])
    return Convolution(
      input: input, output: output, kernelHeight: kernel[0], kernelWidth: kernel[1], strideY: stride[0],
      strideX: stride[1], paddingY: padding[0], paddingX: padding[1], weights: weights)
  }

  private func pooling(_ fields: Fields) throws(NetworkFilesError) -> SumPooling {
    let kernel = try fields.integers("kernel", count: 2, in: 1...NetworkLimits.mapExtent)
    let stride = try fields.integers("stride", count: 2, in: 1...NetworkLimits.mapExtent, standard: kernel)
    return SumPooling(
      input: try shape(fields, "input"), output: try shape(fields, "output"), kernelHeight: kernel[0],
      kernelWidth: kernel[1], strideY: stride[0], strideX: stride[1],
      weight: Int32(try fields.integer("weight", in: NetworkReader.int32Range, standard: 1)))
  }
}

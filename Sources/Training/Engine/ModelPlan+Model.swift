import Kernels

extension ModelPlan {
  /// Finds every size of a model.
  ///
  /// - Parameters:
  ///   - inputShape: [channels, height, width], [height, width] or [inputs].
  ///   - classCount: the size of dense layers that give none.
  ///   - ticks: T.
  ///   - maximumCount: the greatest count that an input carries in one tick.
  ///   - weightBits: bits of a weight where the model gives none; nil in floats.
  /// - Throws: `TrainingError.model` for layers that do not fit each other, `.option` for values out of range.
  init(
    model: ModelDescription, inputShape: [Int], classCount: Int, ticks: Int, maximumCount: Int, weightBits: Int?
  ) throws(TrainingError) {
    try Self.check("ticks", ticks, 1...65536)
    try Self.check("the greatest input count", maximumCount, 1...255)
    var builder = try PlanBuilder(
      model: model, inputShape: inputShape, classCount: classCount, maximumCount: maximumCount, weightBits: weightBits)
    for (index, layer) in model.layers.enumerated() { try builder.add(layer, at: index) }
    let populations = try builder.finished()
    self.init(ticks: ticks, input: builder.input, populations: populations)
  }

  static func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(TrainingError) {
    if !range.contains(value) {
      throw .option(name: name, value: "\(value)", allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
  }
}

/// Walks the layers of a model from the input on.
private struct PlanBuilder {
  let input: MapLayout
  private let classCount: Int
  private let weightBits: Int?
  private let populationCount: Int
  /// What the next layer sees, before pooling.
  private var source: MapLayout
  private var pooling: PoolingPlan?
  private var isFlat = false
  /// Whether the source is maps, and not a row of neurons.
  private var hasMaps: Bool
  /// The greatest count of a source neuron in one tick.
  private var count: Int
  private var scale: Double
  private var populations: [PopulationPlan] = []

  /// The most elements of a volume: event lists hold 16-bit indices.
  private static let greatestVolume = 1 << 16

  init(
    model: ModelDescription, inputShape: [Int], classCount: Int, maximumCount: Int, weightBits: Int?
  ) throws(TrainingError) {
    let shape = inputShape.filter { $0 != 1 }.isEmpty ? [1] : inputShape
    var total = 1
    for side in shape {
      let (product, overflow) = total.multipliedReportingOverflow(by: side)
      guard side >= 1, !overflow, product <= Self.greatestVolume else {
        throw Self.misfit(
          layer: "input", problem: "has shape \(Self.text(inputShape))",
          needs: "1 to \(Self.greatestVolume) inputs in all")
      }
      total = product
    }
    try ModelPlan.check("the number of classes", classCount, 1...4096)
    self.classCount = classCount
    self.weightBits = weightBits
    if let weightBits { try ModelPlan.check("weight bits", weightBits, 2...8) }
    populationCount = model.layers.filter { if case .population = $0 { true } else { false } }.count
    count = maximumCount
    scale = 1 / Double(maximumCount)
    hasMaps = Self.seesMaps(model)
    if hasMaps {
      let sides = shape.count == 3 ? shape : shape.count == 2 ? [1] + shape : []
      guard sides.count == 3 else {
        throw Self.misfit(
          layer: "the first layer", problem: "is fed by inputs of shape \(Self.text(inputShape))",
          needs: "maps: [channels, height, width] or [height, width]")
      }
      input = MapLayout(channels: sides[0], height: sides[1], width: sides[2], stride: sides[0])
    } else {
      input = MapLayout(channels: total)
    }
    source = input
  }

  /// Whether pooling or a convolution stands before the first dense layer or flattening.
  private static func seesMaps(_ model: ModelDescription) -> Bool {
    switch model.layers.first {
    case .pooling: return true
    case .population(let population):
      if case .convolution = population.connection { return true }
      return false
    case .flatten, nil: return false
    }
  }

  mutating func add(_ layer: LayerDescription, at index: Int) throws(TrainingError) {
    switch layer {
    case .flatten: isFlat = true
    case .pooling(let pooling): try add(pooling, at: index)
    case .population(let population): try add(population)
    }
  }

  private mutating func add(_ added: PoolingDescription, at index: Int) throws(TrainingError) {
    let name = "layer \(index + 1) (pooling)"
    try ModelPlan.check("\(name): size", added.size, 1...256)
    try ModelPlan.check("\(name): stride", added.stride, 1...256)
    if isFlat || !hasMaps {
      throw Self.misfit(layer: name, problem: "pools, but sees neurons without maps", needs: "maps before it")
    }
    let before = pooled
    let composed: PoolingPlan
    if let inner = pooling {
      // A sum of sums is a sum over a greater window only where the inner windows tile.
      guard inner.size == inner.stride else {
        throw Self.misfit(
          layer: name, problem: "follows a pooling with size \(inner.size) and stride \(inner.stride)",
          needs: "one whose stride is its size, or a population in between")
      }
      composed = PoolingPlan(size: inner.size * added.size, stride: inner.stride * added.stride)
    } else {
      composed = PoolingPlan(size: added.size, stride: added.stride)
    }
    guard added.size <= before.height, added.size <= before.width else {
      throw Self.misfit(
        layer: name, problem: "has windows of \(added.size) × \(added.size), but sees maps of \(Self.text(before))",
        needs: "a window that fits")
    }
    if added.kind == .average { scale /= Double(added.size * added.size) }
    guard count * composed.size * composed.size <= 255 else {
      throw Self.misfit(
        layer: name, problem: "adds \(composed.size * composed.size) counts of up to \(count)",
        needs: "sums of at most 255: a smaller window, a smaller spike cap or smaller input counts")
    }
    pooling = composed
  }

  /// What the next weights see.
  private var pooled: MapLayout {
    guard let pooling else { return source }
    return MapLayout(
      channels: source.channels, height: (source.height - pooling.size) / pooling.stride + 1,
      width: (source.width - pooling.size) / pooling.stride + 1, stride: source.stride)
  }

  private mutating func add(_ population: PopulationDescription) throws(TrainingError) {
    let position = populations.count
    let isLast = position == populationCount - 1
    let name = population.name ?? (isLast ? "output" : "hidden\(position + 1)")
    if populations.contains(where: { $0.name == name }) {
      throw Self.misfit(layer: name, problem: "has the name of an earlier population", needs: "a name of its own")
    }
    let seen = pooled
    let (connection, output) = try resolve(population.connection, name: name, seen: seen)
    try check(population, name: name, isLast: isLast, output: output)
    let greatest = count * (pooling.map { $0.size * $0.size } ?? 1)
    let plan = PopulationPlan(
      name: name, source: source, pooling: pooling, pooled: seen, connection: connection, output: output,
      delay: population.delay, recurrentDelay: population.recurrentDelay, neurons: population.neurons,
      weightBits: weightBits.map { population.weightBits ?? $0 }, maximumCount: greatest, inputScale: scale)
    // 128 is the greatest magnitude of an 8-bit weight.
    guard plan.fanIn * greatest * 128 < 1 << 31 else { throw .layerTooWide(layer: name, sources: plan.fanIn) }
    populations.append(plan)
    (source, pooling, isFlat) = (output, nil, false)
    hasMaps = connection != .dense
    (count, scale) = (population.neurons.spikeCap, 1)
  }

  private func resolve(_ connection: ConnectionDescription, name: String, seen: MapLayout) throws(TrainingError)
    -> (ConnectionPlan, MapLayout)
  {
    switch connection {
    case .dense(let neurons):
      let size = neurons ?? classCount
      try ModelPlan.check("\(name): neurons", size, 1...Self.greatestVolume)
      return (.dense, MapLayout(channels: size))
    case .convolution(let channels, let kernel, let stride, let padding):
      try ModelPlan.check("\(name): channels", channels, 1...4096)
      try ModelPlan.check("\(name): kernel", kernel, 1...256)
      try ModelPlan.check("\(name): stride", stride, 1...256)
      try ModelPlan.check("\(name): padding", padding, 0...255)
      if isFlat || !hasMaps {
        throw Self.misfit(
          layer: name, problem: "convolves, but sees \(seen.neurons) neurons without maps",
          needs: "a convolution, a pooling or inputs with maps before it")
      }
      let height = seen.height + 2 * padding - kernel, width = seen.width + 2 * padding - kernel
      guard height >= 0, width >= 0, padding < kernel else {
        throw Self.misfit(
          layer: name,
          problem: "has a kernel of \(kernel) × \(kernel) with padding \(padding), but sees maps of "
            + Self.text(seen), needs: "a kernel that fits, and less padding than kernel")
      }
      let output = MapLayout(channels: channels, height: height / stride + 1, width: width / stride + 1)
      guard output.count <= Self.greatestVolume else {
        throw Self.misfit(
          layer: name, problem: "has maps of \(Self.text(output)), \(output.count) neurons with padding",
          needs: "at most \(Self.greatestVolume)")
      }
      return (.convolution(kernel: kernel, stride: stride, padding: padding), output)
    }
  }

  private func check(
    _ population: PopulationDescription, name: String, isLast: Bool, output: MapLayout
  ) throws(TrainingError) {
    let neurons = population.neurons
    try ModelPlan.check("\(name): delay", population.delay, 0...65535)
    if let delay = population.recurrentDelay { try ModelPlan.check("\(name): recurrent delay", delay, 1...65535) }
    try ModelPlan.check("\(name): spike cap", neurons.spikeCap, 1...255)
    try ModelPlan.check("\(name): refractory ticks", neurons.refractoryTicks, 0...65535)
    if let bits = population.weightBits { try ModelPlan.check("\(name): weight bits", bits, 2...8) }
    if !(neurons.threshold > 0 && neurons.threshold < 1e30) {
      throw .option(name: "\(name): threshold", value: "\(neurons.threshold)", allowed: "more than 0")
    }
    for (key, leak) in [("leak", neurons.leak), ("current leak", neurons.currentLeak)] {
      if let leak, !(0...1).contains(leak.factor) {
        throw .option(name: "\(name): \(key)", value: "\(leak.factor)", allowed: "0 to 1")
      }
    }
    if population.recurrentDelay != nil, !output.isRow || population.connection.isConvolution {
      throw Self.misfit(
        layer: name, problem: "is recurrent and convolves", needs: "a dense connection for recurrent weights")
    }
    if neurons.role == .readout {
      guard isLast else {
        throw Self.misfit(
          layer: name, problem: "is a readout in the middle", needs: "spiking neurons, or to be the last")
      }
      guard population.recurrentDelay == nil else {
        throw Self.misfit(
          layer: name, problem: "is a readout with recurrent weights", needs: "spiking neurons for those")
      }
    }
    if isLast, output.neurons != classCount || !output.isRow {
      throw Self.misfit(
        layer: name, problem: "is the last and has shape \(Self.text(output))",
        needs: "\(classCount) neurons, one a class")
    }
  }

  func finished() throws(TrainingError) -> [PopulationPlan] {
    guard !populations.isEmpty else {
      throw Self.misfit(layer: "the model", problem: "has no population", needs: "at least one")
    }
    if pooling != nil || isFlat {
      throw Self.misfit(layer: "the last layer", problem: "has no neurons", needs: "a population at the end")
    }
    return populations
  }

  private static func misfit(layer: String, problem: String, needs: String) -> TrainingError {
    .model(layer: layer, problem: "\(problem); it needs \(needs)")
  }

  private static func text(_ shape: [Int]) -> String { "[\(shape.map(String.init).joined(separator: ", "))]" }

  private static func text(_ map: MapLayout) -> String {
    map.isRow ? "[\(map.channels)]" : text([map.channels, map.height, map.width])
  }
}

extension ConnectionDescription {
  fileprivate var isConvolution: Bool {
    if case .convolution = self { true } else { false }
  }
}

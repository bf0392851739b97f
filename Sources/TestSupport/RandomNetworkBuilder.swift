import FixedPoint
import Networks
import NeuronCore

/// Grows a random network population by population.
struct RandomNetworkBuilder {
  var random: RandomStream
  let options: RandomOptions
  /// What the extras are drawn from, so that they change nothing of a network that has none.
  var extra: RandomStream
  let input: MapShape
  var shapes: [MapShape] = []
  var populations: [Population] = []
  var projections: [Projection] = []

  init(seed: UInt64, options: RandomOptions) {
    random = RandomStream(seed: seed, stream: 0x6E65_7477_6F72_6B)
    self.options = options
    extra = RandomStream(seed: seed, stream: 0x6578_7472_61)
    input = random.shape(options)
  }

  mutating func network() -> Network {
    for index in 0..<random.within(options.populations) { addPopulation(index) }
    for _ in 0..<random.within(options.extraProjections) { addExtraProjection() }
    var outputs = [output("last", population: populations.count - 1, whole: true)]
    if random.oneIn(3) {
      let population = random.within(0...populations.count - 1)
      outputs.append(output("further", population: population, whole: false))
      if !options.sharedOutputs { outputs[0].separate(from: outputs[1]) }
    }
    if outputs[0].neurons.isEmpty { outputs.removeFirst() }
    if extra.oneIn(options.foldedPoolingOneIn) { addFoldedPooling() }
    if extra.oneIn(options.mixedShiftsOneIn) { addMixedShifts() }
    if extra.oneIn(options.readoutsOneIn) { outputs = addReadouts() }
    return Network(
      name: "random", inputCount: input.count, populations: populations, projections: projections,
      outputs: outputs)
  }

  /// Adds a population and the projection that gives it its shape.
  private mutating func addPopulation(_ index: Int) {
    let fromInput = index == 0 || random.oneIn(4)
    let source = fromInput ? ProjectionSource.input : .population(random.within(0...index - 1))
    let sourceShape = shape(of: source)
    let bits = random.element(of: options.weightBits)
    let shift = random.oneIn(4) ? random.within(options.weightShifts) : 0
    var weights = RandomWeights(bits: bits, shift: shift)
    let layout = random.element(of: options.layouts)
    let (connectivity, shape): (Connectivity?, MapShape) =
      switch layout {
      case .dense, .sparse: (nil, random.shape(options))
      case .oneToOne: (nil, sourceShape)
      case .convolution: random.convolution(from: sourceShape, channels: options.mapChannels, &weights)
      case .sumPooling: random.pooling(from: sourceShape, &weights)
      }
    shapes.append(shape)
    let fanIn = max(sourceShape.count / 3, 1)
    populations.append(
      random.population("p\(index)", size: shape.count, options, drive: weights.typical * fanIn))
    add(source, target: index, layout: layout, made: connectivity, &weights)
  }

  /// Adds a projection between what is there: also backwards, and from a population to itself.
  private mutating func addExtraProjection() {
    let target = random.within(0...populations.count - 1)
    let source =
      random.oneIn(3) ? ProjectionSource.input : .population(random.within(0...populations.count - 1))
    var layouts = options.layouts.filter { $0 == .dense || $0 == .sparse }
    if shape(of: source).count == shapes[target].count && options.layouts.contains(.oneToOne) {
      layouts.append(.oneToOne)
    }
    if layouts.isEmpty { return }
    var weights = RandomWeights(bits: random.element(of: options.weightBits), shift: 0)
    add(source, target: target, layout: random.element(of: layouts), made: nil, &weights)
  }

  private mutating func add(
    _ source: ProjectionSource, target: Int, layout: RandomOptions.Layout, made: Connectivity?,
    _ weights: inout RandomWeights
  ) {
    let delays = source == .input ? options.inputDelays : options.delays
    let currents = max(populations[target].model.currents.count, 1)
    let (sources, targets) = (shape(of: source).count, shapes[target].count)
    let connectivity: Connectivity =
      switch (made, layout) {
      case (let made?, _): made
      case (nil, .sparse):
        random.sparse(sources: sources, targets: targets, delays: delays, currents: currents, &weights)
      case (nil, .oneToOne):
        .oneToOne(weights.make(random.oneIn(2) ? 1 : sources, &random))
      case (nil, _):
        .dense(weights.make(sources * targets, &random))
      }
    projections.append(
      Projection(
        name: "s\(projections.count)", source: source, target: target, connectivity: connectivity,
        delay: random.oneIn(2) ? delays.lowerBound : random.within(delays),
        current: random.within(0...currents - 1)))
  }

  func shape(of source: ProjectionSource) -> MapShape {
    switch source {
    case .input: input
    case .population(let index): shapes[index]
    }
  }

  private mutating func output(_ name: String, population: Int, whole: Bool) -> OutputGroup {
    let size = populations[population].size
    let first = whole ? 0 : random.within(0...size - 1)
    let last = whole ? size : random.within(first + 1...size)
    return OutputGroup(
      name: name, population: population, neurons: first..<last, shift: random.within(options.outputShifts))
  }
}

extension OutputGroup {
  /// Leaves only neurons in front of those of another group.
  fileprivate mutating func separate(from other: OutputGroup) {
    if population == other.population { neurons = 0..<other.neurons.lowerBound }
  }
}

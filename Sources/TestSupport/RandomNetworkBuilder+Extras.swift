import FixedPoint
import Networks
import NeuronCore

extension RandomNetworkBuilder {
  /// Adds a population behind a convolution into which sum pooling was folded, as training emits it.
  mutating func addFoldedPooling() {
    let source = anySource()
    let unpooled = shape(of: source)
    let extent = min(extra.within(2...3), unpooled.height, unpooled.width)
    let pooled = MapShape(
      channels: unpooled.channels, height: unpooled.height / extent, width: unpooled.width / extent)
    let isPadded = unpooled.height % extent == 0 && unpooled.width % extent == 0 && extra.oneIn(2)
    let padding = isPadded ? 1 : 0
    let kernel = extra.within(1...min(2, pooled.height + 2 * padding, pooled.width + 2 * padding))
    let stride = extra.within(1...2)
    let output = MapShape(
      channels: extra.within(1...options.mapChannels), height: (pooled.height + 2 * padding - kernel) / stride + 1,
      width: (pooled.width + 2 * padding - kernel) / stride + 1)
    let weights = RandomWeights(bits: extra.element(of: options.weightBits), shift: 0)
    let convolution = Convolution(
      input: pooled, output: output, kernelHeight: kernel, kernelWidth: kernel, strideY: stride, strideX: stride,
      paddingY: padding, paddingX: padding,
      weights: weights.make(output.channels * pooled.channels * kernel * kernel, &extra))
    let target = addPopulation("folded", shape: output, drive: weights.typical * max(unpooled.count / 3, 1))
    project(
      source, target, .convolution(convolution.foldingSumPooling(extent, of: unpooled)))
  }

  /// Adds a population that sums several dense projections whose weights are q · 2^shift with shifts of their own;
  /// one is its own recurrence.
  mutating func addMixedShifts() {
    let shape = extra.shape(options)
    let source = anySource()
    let target = addPopulation("mixed", shape: shape, drive: 40 * max(self.shape(of: source).count / 3, 1))
    let bits = min(4, options.weightBits.min() ?? 4)
    for from in [source, source, .population(target)] {
      let weights = RandomWeights(bits: bits, shift: extra.within(options.weightShifts))
      project(from, target, .dense(weights.make(self.shape(of: from).count * shape.count, &extra)))
    }
  }

  /// Adds one or two populations of readouts and gives the groups that read them, parts of them too.
  mutating func addReadouts() -> [OutputGroup] {
    (0..<extra.within(1...2)).map { index in
      let shape = extra.shape(options)
      var drawn = extra.population("readout \(index)", size: shape.count, options, drive: 1000)
      if drawn.model.lowerBound == .minusThreshold { drawn.initialMembrane = .uniform(0) }
      // Narrowing a 32-bit bound must leave the drawn membranes within it.
      if drawn.model.upperBound == .max { drawn.initialMembrane = .uniform(0) }
      var population = Population.readout(
        name: drawn.name, size: drawn.size, model: drawn.model, bias: drawn.bias, start: drawn.start,
        initialMembrane: drawn.initialMembrane)
      if population.model.compare == .above && extra.oneIn(2) {
        population.threshold = .uniform(population.model.upperBound)
        if population.model.upperBound < 1 { population.model.reset = .zero }
      }
      shapes.append(shape)
      populations.append(population)
      let target = populations.count - 1
      for _ in 0..<extra.within(1...2) {
        let source = anySource()
        let weights = RandomWeights(bits: extra.element(of: options.weightBits), shift: 0)
        project(source, target, .dense(weights.make(self.shape(of: source).count * shape.count, &extra)))
      }
      let first = extra.oneIn(2) ? 0 : extra.within(0...shape.count - 1)
      return OutputGroup(
        name: drawn.name, population: target, neurons: first..<extra.within(first + 1...shape.count),
        shift: extra.within(options.outputShifts), reads: .membranes)
    }
  }

  private mutating func anySource() -> ProjectionSource {
    extra.oneIn(3) ? .input : .population(extra.within(0...populations.count - 1))
  }

  private mutating func addPopulation(_ name: String, shape: MapShape, drive: Int) -> Int {
    shapes.append(shape)
    populations.append(extra.population(name, size: shape.count, options, drive: drive))
    return populations.count - 1
  }

  private mutating func project(_ source: ProjectionSource, _ target: Int, _ connectivity: Connectivity) {
    let delays = source == .input ? options.inputDelays : options.delays
    let currents = max(populations[target].model.currents.count, 1)
    projections.append(
      Projection(
        name: "s\(projections.count)", source: source, target: target, connectivity: connectivity,
        delay: extra.within(delays), current: extra.within(0...currents - 1)))
  }
}

import FixedPoint
import Networks
import NeuronCore

extension NetworkFile {
  /// SHA-256 over what a document means: graph, weights, ticks, coding, decoder and class names.
  ///
  /// It does not depend on how the document is stored: the same for inline weights and a sidecar, and
  /// for 8-bit weights stored in 8 or 32 bits. The target reference and the training notes do not
  /// enter. Mapped weights are streamed.
  public static func hash(_ document: NetworkDocument) -> Digest {
    var hasher = ContentHasher()
    hasher.add("\(format) content 1")
    hasher.add(document.ticks)
    hasher.add(document.coding.kind.rawValue)
    hasher.add(document.coding.maximum, document.coding.levels)
    hasher.add(Int(bitPattern: UInt(document.coding.seed)))
    if document.coding.kind == .delta { hasher.add(document.coding.threshold) }
    hasher.add(document.decoder.rawValue)
    hasher.add(document.classNames.count)
    for name in document.classNames { hasher.add(name) }
    let network = document.network
    hasher.add(network.name)
    hasher.add(network.inputCount, network.populations.count, network.projections.count, network.outputs.count)
    for population in network.populations { hasher.add(population) }
    for projection in network.projections { hasher.add(projection) }
    for output in network.outputs {
      hasher.add(output.name)
      hasher.add(output.population, output.neurons.lowerBound, output.neurons.upperBound, output.shift)
    }
    // Stands at the end and only where it says something, so that networks without it keep their hash.
    for (index, output) in network.outputs.enumerated() where output.reads != .spikes {
      hasher.add(index)
      hasher.add(output.reads.rawValue)
    }
    return hasher.finalize()
  }
}

/// Feeds values to SHA-256 so that different contents never give the same bytes: numbers take eight
/// bytes, and everything of variable length is preceded by its length.
private struct ContentHasher {
  private var hash = SHA256()

  mutating func finalize() -> Digest { hash.finalize() }

  mutating func add(_ numbers: Int...) {
    for number in numbers { withUnsafeBytes(of: number.littleEndian) { hash.update($0) } }
  }

  mutating func add(_ text: String) {
    let bytes = Array(text.utf8)
    add(bytes.count)
    bytes.withUnsafeBytes { hash.update($0) }
  }

  mutating func add(_ weights: Weights) {
    let width = Self.width(of: weights)
    add(width, weights.count)
    if width == weights.element.rawValue {
      weights.withBytes { hash.update($0) }
      return
    }
    weights.withBytes { bytes in
      let stored = weights.element.rawValue
      var block: [UInt8] = []
      block.reserveCapacity(65536)
      for index in 0..<weights.count {
        // Little-endian two's complement: the low bytes are the narrower number.
        block.append(contentsOf: bytes[index * stored..<index * stored + width])
        if block.count >= 65000 {
          block.withUnsafeBytes { hash.update($0) }
          block.removeAll(keepingCapacity: true)
        }
      }
      block.withUnsafeBytes { hash.update($0) }
    }
  }

  /// The bytes that the widest weight needs: 1, 2 or 4.
  private static func width(of weights: Weights) -> Int {
    if weights.element == .int8 { return 1 }
    var least: Int32 = 0
    var greatest: Int32 = 0
    weights.withBytes { bytes in
      for index in 0..<weights.count {
        let value =
          weights.element == .int16
          ? Int32(bytes.loadUnaligned(fromByteOffset: index * 2, as: Int16.self))
          : bytes.loadUnaligned(fromByteOffset: index * 4, as: Int32.self)
        least = min(least, value)
        greatest = max(greatest, value)
      }
    }
    if Int8(exactly: least) != nil, Int8(exactly: greatest) != nil { return 1 }
    return Int16(exactly: least) != nil && Int16(exactly: greatest) != nil ? 2 : 4
  }

  mutating func add(_ values: PerNeuron) {
    switch values {
    case .uniform(let value): add(0, Int(value))
    case .each(let list):
      add(1)
      add(Weights(list))
    }
  }

  mutating func add(_ rule: DecayRule) {
    switch rule {
    case .none: add(0, 0)
    case .floor(let shift): add(1, Int(shift))
    case .towardZero(let shift): add(2, Int(shift))
    case .atLeastOne(let shift): add(3, Int(shift))
    case .atLeastOneFloor(let shift): add(4, Int(shift))
    case .multiply(let shift): add(5, Int(shift))
    case .linear(let amount): add(6, Int(amount))
    }
  }

  mutating func add(_ population: Population) {
    add(population.name)
    add(population.size)
    let model = population.model
    switch model.lowerBound {
    case .value(let value): add(0, Int(value))
    case .minusThreshold: add(1, 0)
    }
    add(Int(model.upperBound), Int(model.accumulator.rawValue), Int(model.sum.rawValue), Int(model.compare.rawValue))
    add(Int(model.reset.rawValue), Int(model.spikeCap), Int(model.refractoryTicks), model.currents.count)
    add(model.leak)
    for index in 0..<model.currents.count { add(model.currents.decay(of: index)) }
    for values in [population.threshold, population.bias, population.start, population.initialMembrane] { add(values) }
  }

  mutating func add(_ projection: Projection) {
    add(projection.name)
    switch projection.source {
    case .input: add(-1)
    case .population(let index): add(index)
    }
    // What the columns of a list override has no part in the meaning.
    add(
      projection.target, projection.hasOwnDelays ? 0 : projection.delay,
      projection.hasOwnCurrents ? 0 : projection.current)
    switch projection.connectivity {
    case .dense(let weights):
      add(0)
      add(weights)
    case .sparse(let list):
      add(1)
      add(Weights(list.sources.map { Int32(truncatingIfNeeded: $0) }))
      add(Weights(list.targets.map { Int32(truncatingIfNeeded: $0) }))
      add(list.weights)
      add(Weights(list.delays.map(Int32.init)))
      add(Weights(list.currents.map(Int32.init)))
    case .convolution(let convolution):
      add(2)
      add(convolution.input, convolution.output)
      add(convolution.kernelHeight, convolution.kernelWidth, convolution.strideY, convolution.strideX)
      add(convolution.paddingY, convolution.paddingX)
      add(convolution.weights)
    case .sumPooling(let pooling):
      add(3)
      add(pooling.input, pooling.output)
      add(pooling.kernelHeight, pooling.kernelWidth, pooling.strideY, pooling.strideX, Int(pooling.weight))
    case .oneToOne(let weights):
      add(4)
      add(weights)
    }
  }

  private mutating func add(_ input: MapShape, _ output: MapShape) {
    add(input.channels, input.height, input.width, output.channels, output.height, output.width)
  }
}

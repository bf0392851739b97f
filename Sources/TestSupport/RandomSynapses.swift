import FixedPoint
import Networks

/// Weights of one width, all shifted left alike.
struct RandomWeights {
  let bits: Int
  let shift: Int

  /// The greatest magnitude; 2 bits are ternary, so −2 is left out.
  private var greatest: Int { (1 << (bits - 1)) - 1 }

  /// A weight that thresholds can be scaled by.
  var typical: Int { max(greatest << shift, 1) }

  func next(_ random: inout RandomStream) -> Int32 {
    if random.oneIn(5) { return 0 }
    // The most negative weight of the width is a corner worth meeting.
    if bits > 2 && random.oneIn(20) { return Int32(-(greatest + 1) << shift) }
    // A little more excitation than inhibition keeps networks lively.
    let low = random.oneIn(3) ? -greatest : -greatest / 2
    return Int32(random.within(low...greatest) << shift)
  }

  func make(_ count: Int, _ random: inout RandomStream) -> Weights {
    let values = (0..<count).map { _ in next(&random) }
    return bits + shift <= 8 ? Weights(values.map { Int8(truncatingIfNeeded: $0) }) : Weights(values)
  }
}

extension RandomStream {
  /// Maps of up to the options' extents.
  mutating func shape(_ options: RandomOptions) -> MapShape {
    MapShape(
      channels: within(1...options.mapChannels), height: within(1...options.mapExtent),
      width: within(1...options.mapExtent))
  }

  /// A list with gaps, some parallel synapses, and delays and currents of its own or the projection's.
  mutating func sparse(
    sources: Int, targets: Int, delays: ClosedRange<Int>, currents: Int, _ weights: inout RandomWeights
  ) -> Connectivity {
    let count = within(0...max(sources * targets / 2, 1))
    var list = SparseSynapses(
      sources: (0..<count).map { _ in below(UInt32(sources)) },
      targets: (0..<count).map { _ in below(UInt32(targets)) }, weights: weights.make(count, &self))
    if oneIn(2) { list.delays = (0..<count).map { _ in UInt16(within(delays)) } }
    if oneIn(2) { list.currents = (0..<count).map { _ in UInt8(within(0...currents - 1)) } }
    return .sparse(list)
  }

  mutating func convolution(
    from input: MapShape, channels: Int, _ weights: inout RandomWeights
  ) -> (Connectivity?, MapShape) {
    let (paddingY, paddingX) = (within(0...2), within(0...2))
    let kernelHeight = within(1...min(3, input.height + 2 * paddingY))
    let kernelWidth = within(1...min(3, input.width + 2 * paddingX))
    let (strideY, strideX) = (within(1...2), within(1...2))
    let output = MapShape(
      channels: within(1...channels), height: (input.height + 2 * paddingY - kernelHeight) / strideY + 1,
      width: (input.width + 2 * paddingX - kernelWidth) / strideX + 1)
    let count = output.channels * input.channels * kernelHeight * kernelWidth
    let convolution = Convolution(
      input: input, output: output, kernelHeight: kernelHeight, kernelWidth: kernelWidth, strideY: strideY,
      strideX: strideX, paddingY: paddingY, paddingX: paddingX, weights: weights.make(count, &self))
    return (.convolution(convolution), output)
  }

  mutating func pooling(
    from input: MapShape, _ weights: inout RandomWeights
  ) -> (Connectivity?, MapShape) {
    let (kernelHeight, kernelWidth) = (within(1...min(3, input.height)), within(1...min(3, input.width)))
    let (strideY, strideX) = (within(1...3), within(1...3))
    let output = MapShape(
      channels: input.channels, height: (input.height - kernelHeight) / strideY + 1,
      width: (input.width - kernelWidth) / strideX + 1)
    let pooling = SumPooling(
      input: input, output: output, kernelHeight: kernelHeight, kernelWidth: kernelWidth, strideY: strideY,
      strideX: strideX, weight: oneIn(2) ? 1 : weights.next(&self))
    return (.sumPooling(pooling), output)
  }
}

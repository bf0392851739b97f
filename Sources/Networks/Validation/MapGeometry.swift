/// A window that slides over feature maps: what convolution and pooling have in common.
struct MapGeometry {
  let input: MapShape
  let output: MapShape
  let kernelHeight: Int
  let kernelWidth: Int
  let strideY: Int
  let strideX: Int
  let paddingY: Int
  let paddingX: Int

  /// The output positions that see input position `position` along one axis, ascending, each with the
  /// kernel position it sees it with.
  ///
  /// Output o sees input o·stride − padding + k for k in 0..<kernel: with kernel 3, stride 1 and padding 1,
  /// input 0 is seen by output 0 (k = 1) and output 1 (k = 0).
  static func views(
    of position: Int, kernel: Int, stride: Int, padding: Int, outputs: Int
  ) -> ClosedRange<Int>? {
    let reach = position + padding
    // o·stride ≤ reach ≤ o·stride + kernel − 1
    let first = reach < kernel ? 0 : (reach - kernel + stride) / stride
    let last = min(reach / stride, outputs - 1)
    return first <= last ? first...last : nil
  }

  func validate(as element: NetworkElement, sources: Int, targets: Int) throws(NetworkError) {
    for (what, value) in [
      ("kernel height", kernelHeight), ("kernel width", kernelWidth), ("vertical stride", strideY),
      ("horizontal stride", strideX), ("input channels", input.channels), ("input height", input.height),
      ("input width", input.width), ("output channels", output.channels), ("output height", output.height),
      ("output width", output.width),
    ] {
      try check(what, value, in: 1...NetworkLimits.mapExtent, of: element)
    }
    try check("vertical padding", paddingY, in: 0...NetworkLimits.mapExtent, of: element)
    try check("horizontal padding", paddingX, in: 0...NetworkLimits.mapExtent, of: element)
    // Three extents of at most 2¹⁶ cannot overflow 63 bits.
    try checkCount("inputs in its maps", input.count, expected: sources, element)
    try checkCount("neurons in its maps", output.count, expected: targets, element)
    let height = try extent(input.height + 2 * paddingY, kernelHeight, strideY, element)
    let width = try extent(input.width + 2 * paddingX, kernelWidth, strideX, element)
    let expected = MapShape(channels: output.channels, height: height, width: width)
    if output != expected { throw .wrongOutputShape(element, expected: expected, actual: output) }
  }

  private func extent(
    _ padded: Int, _ kernel: Int, _ stride: Int, _ element: NetworkElement
  ) throws(NetworkError) -> Int {
    if kernel > padded { throw .kernelTooLarge(element, kernel: kernel, extent: padded) }
    return (padded - kernel) / stride + 1
  }

  /// How many (input, output) pairs of positions see each other, within one pair of channels.
  var pairCount: Int {
    let rows = (0..<input.height).reduce(0) { sum, y in
      sum
        + (Self.views(of: y, kernel: kernelHeight, stride: strideY, padding: paddingY, outputs: output.height)?.count
          ?? 0)
    }
    let columns = (0..<input.width).reduce(0) { sum, x in
      sum
        + (Self.views(of: x, kernel: kernelWidth, stride: strideX, padding: paddingX, outputs: output.width)?.count ?? 0)
    }
    return rows * columns
  }
}

extension Convolution {
  var geometry: MapGeometry {
    MapGeometry(
      input: input, output: output, kernelHeight: kernelHeight, kernelWidth: kernelWidth, strideY: strideY,
      strideX: strideX, paddingY: paddingY, paddingX: paddingX)
  }

  func validate(as element: NetworkElement, sources: Int, targets: Int) throws(NetworkError) -> Int {
    try geometry.validate(as: element, sources: sources, targets: targets)
    let kernel = kernelHeight * kernelWidth
    let (weightCount, overflow) = (input.channels * output.channels).multipliedReportingOverflow(by: kernel)
    try limitSynapses(overflow ? .max : weightCount, element)
    try checkCount("weights", weights.count, expected: weightCount, element)
    return try geometry.synapseCount(channelPairs: input.channels * output.channels, element)
  }
}

extension SumPooling {
  var geometry: MapGeometry {
    MapGeometry(
      input: input, output: output, kernelHeight: kernelHeight, kernelWidth: kernelWidth, strideY: strideY,
      strideX: strideX, paddingY: 0, paddingX: 0)
  }

  func validate(as element: NetworkElement, sources: Int, targets: Int) throws(NetworkError) -> Int {
    try geometry.validate(as: element, sources: sources, targets: targets)
    try checkCount("output channels", output.channels, expected: input.channels, element)
    return try geometry.synapseCount(channelPairs: input.channels, element)
  }
}

extension MapGeometry {
  fileprivate func synapseCount(channelPairs: Int, _ element: NetworkElement) throws(NetworkError) -> Int {
    let (count, overflow) = pairCount.multipliedReportingOverflow(by: channelPairs)
    try limitSynapses(overflow ? .max : count, element)
    return count
  }
}

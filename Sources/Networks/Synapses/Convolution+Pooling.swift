extension Convolution {
  /// The convolution of unpooled maps that equals this one behind sum pooling: pooling costs no population.
  ///
  /// Pooling of k × k windows, k apart, is linear, so kernel, stride and padding become k times as large and every
  /// weight is repeated k × k times: kernel 2, stride 1 with [1, 2] and k = 2 becomes kernel 4, stride 2 with
  /// [1, 1, 2, 2]. Rows and columns that fill no whole window are left out, as by the pooling.
  ///
  /// - Parameters:
  ///   - extent: k, at least 1.
  ///   - unpooled: maps of which ⌊height / k⌋ × ⌊width / k⌋ windows are this convolution's input.
  /// - Precondition: the shapes belong together. Where padding lies outside of rows that fill no window, the fold
  ///   would see those rows: maps with padding must be multiples of k.
  public func foldingSumPooling(_ extent: Int, of unpooled: MapShape) -> Convolution {
    precondition(extent >= 1 && unpooled.channels == input.channels)
    precondition(unpooled.height / extent == input.height && unpooled.width / extent == input.width)
    precondition(paddingY == 0 || unpooled.height % extent == 0)
    precondition(paddingX == 0 || unpooled.width % extent == 0)
    let values = weights.values
    var repeated: [Int32] = []
    repeated.reserveCapacity(values.count * extent * extent)
    for plane in 0..<output.channels * input.channels {
      for y in 0..<kernelHeight * extent {
        let row = (plane * kernelHeight + y / extent) * kernelWidth
        for x in 0..<kernelWidth * extent { repeated.append(values[row + x / extent]) }
      }
    }
    return Convolution(
      input: unpooled, output: output, kernelHeight: kernelHeight * extent, kernelWidth: kernelWidth * extent,
      strideY: strideY * extent, strideX: strideX * extent, paddingY: paddingY * extent, paddingX: paddingX * extent,
      weights: weights.element == .int8 ? Weights(repeated.map { Int8(truncatingIfNeeded: $0) }) : Weights(repeated))
  }
}

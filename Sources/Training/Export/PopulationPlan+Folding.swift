extension PopulationPlan {
  /// Why the pooling in front of the weights cannot become part of them; nil where it can.
  ///
  /// A dense row is repeated for every source of a window. A convolution with kernel K, stride S and padding P over
  /// windows of size k, one every s, has the kernel (K − 1)·s + k, the stride S·s and the padding P·s, each weight
  /// repeated over its window. Sources beyond the last whole window must stay unseen.
  var foldingProblem: String? {
    guard let pooling else { return nil }
    if pooling.stride < pooling.size {
      return "has windows of \(pooling.size) that overlap with a stride of \(pooling.stride)"
    }
    guard let folded = foldedConvolution else { return nil }
    guard case .convolution(_, _, let padding) = connection else { return nil }
    let isLeftOver = { (extent: Int, pooled: Int) in pooled * pooling.stride < extent }
    if padding > 0, isLeftOver(source.height, pooled.height) || isLeftOver(source.width, pooled.width) {
      return "has padding over maps of \(source.height) × \(source.width), which windows of \(pooling.size) do not fill"
    }
    let height = (source.height + 2 * folded.padding - folded.kernel) / folded.stride + 1
    let width = (source.width + 2 * folded.padding - folded.kernel) / folded.stride + 1
    if source.height + 2 * folded.padding < folded.kernel || source.width + 2 * folded.padding < folded.kernel
      || height != output.height || width != output.width
    {
      return "has windows of \(pooling.size) over \(source.height) × \(source.width) that give other maps once folded"
    }
    return nil
  }

  /// The convolution over the unpooled maps; nil for dense connections.
  var foldedConvolution: (kernel: Int, stride: Int, padding: Int)? {
    guard case .convolution(let kernel, let stride, let padding) = connection else { return nil }
    guard let pooling else { return (kernel, stride, padding) }
    return ((kernel - 1) * pooling.stride + pooling.size, stride * pooling.stride, padding * pooling.stride)
  }

  /// The pooled neuron, in the order [channel][y][x], whose window holds a source neuron of the same order; nil for
  /// none.
  func pooledNeuron(ofSource index: Int) -> Int? {
    guard let pooling else { return index }
    let x = index % source.width, y = index / source.width % source.height
    let channel = index / (source.width * source.height)
    let row = y / pooling.stride, column = x / pooling.stride
    guard row < pooled.height, column < pooled.width, y % pooling.stride < pooling.size,
      x % pooling.stride < pooling.size
    else { return nil }
    return (channel * pooled.height + row) * pooled.width + column
  }
}

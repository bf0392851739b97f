import Networks
import NeuronCore
import Targets

/// What a tile of a convolution's output costs a core: an estimate for the choice of tiles, which filling checks.
struct TileCost {
  private let convolution: Convolution
  /// k, where the weights are those of a kernel behind sum pooling of k × k, whose windows then share axons; else 1.
  private let extent: Int
  private let bits: Int
  private let costs: StorageCosts
  private let isBounded: Bool

  init(_ convolution: Convolution, from source: ProjectionSource, of network: Network, target: Target) {
    self.convolution = convolution
    costs = target.costs
    isBounded = target.budgets.synapseBytesPerCore < Budgets.unlimited
    let weights = convolution.weights.values
    extent = Self.poolingExtent(of: convolution, weights: weights, from: source, of: network)
    let nonZero = weights.filter { $0 != 0 }
    let neurons = (0..<nonZero.count).map { Int32(truncatingIfNeeded: $0) }
    bits =
      nonZero.isEmpty ? 8 : RowStorage(target).plan(neurons: neurons[...], weights: nonZero[...])?.bits ?? 8
  }

  /// The axons of a tile of h × w places.
  func axons(height: Int, width: Int) -> Int {
    let rows = windows(height, convolution.strideY, convolution.kernelHeight, convolution.input.height)
    let columns = windows(width, convolution.strideX, convolution.kernelWidth, convolution.input.width)
    return convolution.input.channels * rows * columns
  }

  /// The bytes of a tile's rows, as if no weight were 0; 0 where the target has no bound.
  ///
  /// A window that ny × nx places of the tile see has a row from the first to the last of them.
  func synapseBytes(channels: Int, height: Int, width: Int) -> Int {
    if !isBounded { return 0 }
    let rows = places(height, convolution.strideY, convolution.kernelHeight)
    let columns = places(width, convolution.strideX, convolution.kernelWidth)
    var bytes = 0
    for (ny, rowCount) in rows.enumerated() where ny > 0 && rowCount > 0 {
      for (nx, columnCount) in columns.enumerated() where nx > 0 && columnCount > 0 {
        let dense = costs.denseRowBytes(count: ((ny - 1) * width + nx) * channels, bits: bits)
        bytes += rowCount * columnCount * min(dense, costs.sparseRowBytes(count: ny * nx * channels))
      }
    }
    return bytes * convolution.input.channels
  }

  /// How many windows of one axis `count` places see, at most all of the input's.
  private func windows(_ count: Int, _ stride: Int, _ kernel: Int, _ input: Int) -> Int {
    (min((count - 1) * stride + kernel, input) + extent - 1) / extent
  }

  /// How many windows of one axis are seen by 0, 1, 2, … of `count` places.
  private func places(_ count: Int, _ stride: Int, _ kernel: Int) -> [Int] {
    let (step, width) = (stride / extent, kernel / extent)
    var histogram = [Int](repeating: 0, count: count + 1)
    for window in 0..<(count - 1) * step + width {
      // Place p sees the windows p · step ..< p · step + width.
      let first = max(0, (window - width + step) / step)
      let last = min(count - 1, window / step)
      histogram[max(0, last - first + 1)] += 1
    }
    return histogram
  }

  private static func poolingExtent(
    of convolution: Convolution, weights: [Int32], from source: ProjectionSource, of network: Network
  ) -> Int {
    // Inputs share no axon.
    guard case .population(let index) = source else { return 1 }
    let cap = Int(network.populations[index].model.spikeCap)
    let sizes = [
      convolution.kernelHeight, convolution.kernelWidth, convolution.strideY, convolution.strideX,
      convolution.paddingY, convolution.paddingX,
    ]
    var extent = sizes[..<4].min() ?? 1
    while extent > 1 {
      let isFolded =
        extent * extent * cap <= CoreBuilder.greatestCount && sizes.allSatisfy { $0 % extent == 0 }
        && isRepeated(weights, width: convolution.kernelWidth, extent)
      if isFolded { return extent }
      extent -= 1
    }
    return 1
  }

  /// Whether the kernels consist of squares of equal weights; kernels are whole squares high, so planes need no care.
  private static func isRepeated(_ weights: [Int32], width: Int, _ extent: Int) -> Bool {
    weights.indices.allSatisfy { place in
      let (row, column) = (place / width, place % width)
      return weights[place] == weights[(row - row % extent) * width + column - column % extent]
    }
  }
}

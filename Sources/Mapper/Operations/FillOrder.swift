import Networks
import Targets

/// The neurons of one population in the order in which cores are filled.
struct FillUnit {
  let population: Int
  /// In the network's numbering.
  var neurons: [UInt32]
  /// Neurons after which a cut costs least: the ends of spatial tiles, ascending; empty where any cut is as good.
  var tileEnds: [Int]
}

/// The order of filling: populations as they stand, feature maps by spatial tiles, so that the neurons of a
/// core see the same axons.
struct FillOrder {
  var units: [FillUnit]

  init(_ network: Network, target: Target, isKept: [Bool]?) {
    let offsets = network.populationOffsets
    units = network.populations.indices.map { population in
      var order = Array(0..<network.populations[population].size)
      var ends: [Int] = []
      if let tiling = Tiling(network, population: population, target: target) { (order, ends) = tiling.order() }
      let neurons = order.map { UInt32(offsets[population] + $0) }
      guard let isKept else { return FillUnit(population: population, neurons: neurons, tileEnds: ends) }
      let kept = neurons.filter { isKept[Int($0)] }
      return FillUnit(population: population, neurons: kept, tileEnds: kept.count == neurons.count ? ends : [])
    }
  }
}

/// How a population of feature maps is cut into tiles that each fit a core.
struct Tiling {
  let shape: MapShape
  /// Channels, rows and columns of a tile.
  private(set) var channels = 1
  private(set) var height = 1
  private(set) var width = 1

  /// The tiling with the fewest tiles, among equals the fewest axons; nil where none is needed or none fits.
  ///
  /// The axons of a tile are the inputs that its kernels see: Cin · ((h−1)·stride + k) · ((w−1)·stride + k); where
  /// pooling is folded into the kernel, the neurons of a window share one.
  init?(_ network: Network, population: Int, target: Target) {
    var found: (Convolution, ProjectionSource)?
    for projection in network.projections where projection.target == population {
      if case .convolution(let convolution) = projection.connectivity {
        found = found ?? (convolution, projection.source)
      }
    }
    guard let (convolution, source) = found else { return nil }
    let cost = TileCost(convolution, from: source, of: network, target: target)
    shape = convolution.output
    let neurons = min(target.budgets.neuronsPerCore, Self.greatestTile)
    let axons = target.budgets.axonsPerCore
    if shape.count <= neurons && convolution.input.count <= axons { return nil }
    var best: (tiles: Int, axons: Int)?
    var group = shape.channels
    while group >= 1 {
      for h in 1...max(1, min(shape.height, neurons / group)) {
        for w in 1...max(1, min(shape.width, neurons / (group * h))) where group * h * w <= neurons {
          let used = cost.axons(height: h, width: w)
          if used > axons { continue }
          let tiles = parts(shape.height, h) * parts(shape.width, w) * parts(shape.channels, group)
          if let best, (best.tiles, best.axons) <= (tiles, used * tiles) { continue }
          if cost.synapseBytes(channels: group, height: h, width: w) > target.budgets.synapseBytesPerCore { continue }
          best = (tiles, used * tiles)
          // Tiles of nearly equal size.
          channels = parts(shape.channels, parts(shape.channels, group))
          height = parts(shape.height, parts(shape.height, h))
          width = parts(shape.width, parts(shape.width, w))
        }
      }
      if group == 1 { break }
      group = (group + 1) / 2
    }
    if best == nil { return nil }
  }

  /// Larger tiles are not tried: 4096 neurons.
  private static let greatestTile = 4096

  /// The neurons of the population tile by tile, channels innermost, and where tiles end.
  func order() -> (neurons: [Int], ends: [Int]) {
    var neurons: [Int] = []
    var ends: [Int] = []
    neurons.reserveCapacity(shape.count)
    for c in stride(from: 0, to: shape.channels, by: channels) {
      for top in stride(from: 0, to: shape.height, by: height) {
        for left in stride(from: 0, to: shape.width, by: width) {
          for y in top..<min(top + height, shape.height) {
            for x in left..<min(left + width, shape.width) {
              for channel in c..<min(c + channels, shape.channels) {
                neurons.append((channel * shape.height + y) * shape.width + x)
              }
            }
          }
          ends.append(neurons.count)
        }
      }
    }
    return (neurons, ends)
  }
}

/// The parts of at most `size` that `total` takes: 10 by 4 takes 3.
private func parts(_ total: Int, _ size: Int) -> Int { (total + size - 1) / size }

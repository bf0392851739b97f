/// One synapse as its source sees it.
public struct Synapse: Hashable, Sendable {
  /// The index inside the target population.
  public var target: Int
  public var weight: Int32
  /// Ticks from spike to integration.
  public var delay: Int
  /// The target's current that receives it.
  public var current: Int

  public init(target: Int, weight: Int32, delay: Int, current: Int) {
    self.target = target
    self.weight = weight
    self.delay = delay
    self.current = current
  }
}

/// The synapses of one projection, row by row: what each source reaches, in the order of events.
///
/// Rows of dense, convolution and pooling projections ascend by target; a sparse row keeps the order of
/// its list. Weights of 0 are included.
public struct SynapseRows: Sendable {
  /// How many rows there are.
  public let sourceCount: Int
  private let targetCount: Int
  private let projection: Projection
  private let weights: [Int32]
  // Sparse only: the list positions of source s are order[starts[s]..<starts[s + 1]].
  private let starts: [Int]
  private let order: [UInt32]

  /// The rows of a validated network's projection.
  public init(_ projection: Projection, of network: Network) {
    self.projection = projection
    sourceCount = network.sourceCount(of: projection)
    targetCount = network.populations[projection.target].size
    switch projection.connectivity {
    case .dense(let weights), .oneToOne(let weights):
      (self.weights, starts, order) = (weights.values, [], [])
    case .convolution(let convolution):
      (weights, starts, order) = (convolution.weights.values, [], [])
    case .sumPooling:
      (weights, starts, order) = ([], [], [])
    case .sparse(let list):
      weights = list.weights.values
      (starts, order) = list.sortedBySource(sourceCount: sourceCount)
    }
  }

  /// Calls `body` with each synapse of one source.
  public func forEach<E: Error>(source: Int, _ body: (Synapse) throws(E) -> Void) throws(E) {
    let (delay, current) = (projection.delay, projection.current)
    switch projection.connectivity {
    case .dense:
      for target in 0..<targetCount {
        let weight = weights[source * targetCount + target]
        try body(Synapse(target: target, weight: weight, delay: delay, current: current))
      }
    case .oneToOne:
      let weight = weights[weights.count == 1 ? 0 : source]
      try body(Synapse(target: source, weight: weight, delay: delay, current: current))
    case .sparse(let list):
      for place in order[starts[source]..<starts[source + 1]] {
        let index = Int(place)
        try body(
          Synapse(
            target: Int(list.targets[index]), weight: weights[index],
            delay: list.delays.isEmpty ? delay : Int(list.delays[index]),
            current: list.currents.isEmpty ? current : Int(list.currents[index])))
      }
    case .convolution(let convolution):
      try convolution.geometry.forEachView(of: source, outputChannels: 0..<convolution.output.channels) {
        (view: MapView) throws(E) in
        let channel = view.outputChannel * convolution.input.channels + view.inputChannel
        let place = (channel * convolution.kernelHeight + view.kernelY) * convolution.kernelWidth + view.kernelX
        try body(Synapse(target: view.target, weight: weights[place], delay: delay, current: current))
      }
    case .sumPooling(let pooling):
      let channel = source / (pooling.input.height * pooling.input.width)
      try pooling.geometry.forEachView(of: source, outputChannels: channel..<channel + 1) {
        (view: MapView) throws(E) in
        try body(Synapse(target: view.target, weight: pooling.weight, delay: delay, current: current))
      }
    }
  }
}

extension Network {
  /// Calls `body` with every synapse of a projection in the order of events: by source, then by position.
  ///
  /// The network is validated.
  public func forEachSynapse<E: Error>(
    of projection: Projection,
    _ body: (_ source: Int, _ target: Int, _ weight: Int32, _ delay: Int, _ current: Int) throws(E) -> Void
  ) throws(E) {
    let rows = SynapseRows(projection, of: self)
    for source in 0..<rows.sourceCount {
      try rows.forEach(source: source) { (synapse: Synapse) throws(E) in
        try body(source, synapse.target, synapse.weight, synapse.delay, synapse.current)
      }
    }
  }
}

extension SparseSynapses {
  /// The list positions sorted by source; equal sources keep their order.
  fileprivate func sortedBySource(sourceCount: Int) -> (starts: [Int], order: [UInt32]) {
    var starts = [Int](repeating: 0, count: sourceCount + 1)
    for source in sources { starts[Int(source) + 1] += 1 }
    for source in 0..<sourceCount { starts[source + 1] += starts[source] }
    var next = starts
    var order = [UInt32](repeating: 0, count: sources.count)
    for (index, source) in sources.enumerated() {
      order[next[Int(source)]] = UInt32(index)
      next[Int(source)] += 1
    }
    return (starts, order)
  }
}

/// One input position seen by one output position of sliding windows.
struct MapView {
  let target: Int
  let inputChannel: Int
  let outputChannel: Int
  let kernelY: Int
  let kernelX: Int
}

extension MapGeometry {
  /// Calls `body` for every output that sees input `source`, ascending by target.
  func forEachView<E: Error>(
    of source: Int, outputChannels: Range<Int>, _ body: (MapView) throws(E) -> Void
  ) throws(E) {
    let inputChannel = source / (input.height * input.width)
    let y = source / input.width % input.height
    let x = source % input.width
    guard
      let rows = Self.views(of: y, kernel: kernelHeight, stride: strideY, padding: paddingY, outputs: output.height),
      let columns = Self.views(of: x, kernel: kernelWidth, stride: strideX, padding: paddingX, outputs: output.width)
    else { return }
    for channel in outputChannels {
      for outputY in rows {
        for outputX in columns {
          try body(
            MapView(
              target: (channel * output.height + outputY) * output.width + outputX, inputChannel: inputChannel,
              outputChannel: channel, kernelY: y + paddingY - outputY * strideY,
              kernelX: x + paddingX - outputX * strideX))
        }
      }
    }
  }
}

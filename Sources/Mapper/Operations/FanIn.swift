import Networks

/// What one neuron receives, found without the synapses of all others.
struct FanIn {
  let network: Network
  /// The indices of the projections into each population.
  let projections: [[Int]]

  init(_ network: Network) {
    self.network = network
    var projections = [[Int]](repeating: [], count: network.populations.count)
    for (index, projection) in network.projections.enumerated() { projections[projection.target].append(index) }
    self.projections = projections
  }

  /// At most this many synapses enter any one neuron of a population, before equal lines are merged.
  func bound(of population: Int) -> Int {
    projections[population].reduce(0) { $0 + bound(of: network.projections[$1]) }
  }

  /// At most this many synapses a network has.
  var synapseBound: Int {
    // Saturates, for kernels that reach far into padding: at most 2^31 weights seen by 2^24 neurons each.
    network.projections.reduce(0) { sum, projection in
      if case .sparse(let list) = projection.connectivity { return sum + list.targets.count }
      return min(sum + bound(of: projection) * network.populations[projection.target].size, 1 << 62)
    }
  }

  private func bound(of projection: Projection) -> Int {
    switch projection.connectivity {
    case .dense: network.sourceCount(of: projection)
    case .oneToOne: 1
    case .sparse(let list): inDegrees(list, of: projection).max() ?? 0
    case .convolution(let map): map.weights.count / max(1, map.output.channels)
    case .sumPooling(let map): min(map.kernelHeight, map.input.height) * min(map.kernelWidth, map.input.width)
    }
  }

  private func inDegrees(_ list: SparseSynapses, of projection: Projection) -> [Int] {
    var degrees = [Int](repeating: 0, count: network.populations[projection.target].size)
    for target in list.targets { degrees[Int(target)] += 1 }
    return degrees
  }

  /// The neuron of a population that hardly another exceeds: the middle of feature maps, the one that most
  /// entries of a list name, or the first.
  func widest(of population: Int) -> Int {
    for index in projections[population] {
      let projection = network.projections[index]
      switch projection.connectivity {
      case .convolution(let map): return middle(of: map.output)
      case .sumPooling(let map): return middle(of: map.output)
      case .sparse(let list):
        let degrees = inDegrees(list, of: projection)
        return degrees.indices.max { (degrees[$0], $1) < (degrees[$1], $0) } ?? 0
      case .dense, .oneToOne: continue
      }
    }
    return 0
  }

  private func middle(of shape: MapShape) -> Int {
    (shape.channels / 2 * shape.height + shape.height / 2) * shape.width + shape.width / 2
  }

  /// Calls `body` with each synapse of a projection into neuron `target` of its population.
  func forEachSynapse(
    of projection: Projection, into target: Int,
    _ body: (_ source: Int, _ weight: Int32, _ delay: Int, _ current: Int) -> Void
  ) {
    let (delay, current) = (projection.delay, projection.current)
    switch projection.connectivity {
    case .dense(let weights):
      let size = network.populations[projection.target].size
      for source in 0..<network.sourceCount(of: projection) {
        body(source, weights[source * size + target], delay, current)
      }
    case .oneToOne(let weights):
      body(target, weights[weights.count == 1 ? 0 : target], delay, current)
    case .sparse(let list):
      for index in list.targets.indices where Int(list.targets[index]) == target {
        body(
          Int(list.sources[index]), list.weights[index], list.delays.isEmpty ? delay : Int(list.delays[index]),
          list.currents.isEmpty ? current : Int(list.currents[index]))
      }
    case .convolution(let map):
      let plane = map.output.height * map.output.width
      let (top, left) = (
        target % plane / map.output.width * map.strideY - map.paddingY,
        target % map.output.width * map.strideX - map.paddingX
      )
      for channel in 0..<map.input.channels {
        for ky in 0..<map.kernelHeight where (0..<map.input.height).contains(top + ky) {
          for kx in 0..<map.kernelWidth where (0..<map.input.width).contains(left + kx) {
            let row = (target / plane * map.input.channels + channel) * map.kernelHeight + ky
            let source = (channel * map.input.height + top + ky) * map.input.width + left + kx
            body(source, map.weights[row * map.kernelWidth + kx], delay, current)
          }
        }
      }
    case .sumPooling(let map):
      let plane = map.output.height * map.output.width
      let channel = target / plane
      let top = target % plane / map.output.width * map.strideY
      let left = target % map.output.width * map.strideX
      for y in top..<min(top + map.kernelHeight, map.input.height) {
        for x in left..<min(left + map.kernelWidth, map.input.width) {
          body((channel * map.input.height + y) * map.input.width + x, map.weight, delay, current)
        }
      }
    }
  }
}

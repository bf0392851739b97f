import NeuronCore

extension ClockShifts {
  /// The trained network on one clock: deployed delays, starts later by their shift, outputs read later.
  ///
  /// - Parameters:
  ///   - trained: the network whose shifts these are.
  ///   - maximumDelay: the greatest delay between neurons that is wanted, and one more than the greatest
  ///     from inputs: 15 for the mesh boards, whose inputs wait at most 14.
  /// - Throws: `delayTooLong` where a path that is shorter than another one would have to wait longer.
  public func deploy(
    _ trained: Network, maximumDelay: Int = NetworkLimits.delay
  ) throws(NetworkError) -> Network {
    var network = trained
    for index in network.projections.indices {
      let projection = trained.projections[index]
      let wait = wait(of: projection)
      let element = NetworkElement.projection(index: index, name: projection.name)
      let longest = projection.greatestDelay + wait
      let maximum = projection.source == .input ? maximumDelay - 1 : maximumDelay
      if longest > maximum { throw .delayTooLong(element, delay: longest, maximum: maximum) }
      network.projections[index].delay += wait
      if case .sparse(var list) = projection.connectivity, !list.delays.isEmpty {
        // Both the least and the greatest of the sums were found to fit.
        list.delays = list.delays.map { UInt16(Int($0) + wait) }
        network.projections[index].connectivity = .sparse(list)
        network.projections[index].delay = list.delays.map(Int.init).min() ?? projection.delay
      }
    }
    for index in network.populations.indices {
      network.populations[index].start = trained.populations[index].start.delayed(by: shifts[index])
    }
    for index in network.outputs.indices {
      network.outputs[index].shift += shifts[network.outputs[index].population]
    }
    try network.validate()
    return network
  }

  /// The ticks in which a population does the T steps that it was trained on.
  public func window(of population: Int, ticks: Int) -> Range<Int> {
    shifts[population]..<shifts[population] + ticks
  }

  /// shift(target) − shift(source).
  private func wait(of projection: Projection) -> Int {
    switch projection.source {
    case .input: shifts[projection.target]
    case .population(let source): shifts[projection.target] - shifts[source]
    }
  }
}

extension PerNeuron {
  /// Starts that lie `ticks` later.
  fileprivate func delayed(by ticks: Int) -> PerNeuron {
    // Starts and shifts are both at most 2²⁴.
    switch self {
    case .uniform(let start): .uniform(start + Int32(ticks))
    case .each(let starts): .each(starts.map { $0 + Int32(ticks) })
    }
  }
}

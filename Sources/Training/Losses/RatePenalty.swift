import Kernels

/// The regulariser of rates for the populations of a model.
///
/// A neuron with n spikes in T ticks has r = n / T and pays
/// `strength`·(max(0, lower − r)² + max(0, r − upper)²) / N in a population of N neurons.
package struct RatePenalty: Sendable {
  let options: RateRegulariser
  let ticks: Int
  /// How each hidden population lies in memory; nil where nothing is paid.
  let layouts: [MapLayout?]

  init(options: RateRegulariser, ticks: Int, layouts: [MapLayout?]) {
    self.options = options
    self.ticks = ticks
    self.layouts = layouts
  }

  /// For populations that are rows of these sizes.
  package init(_ options: RateRegulariser, ticks: Int, sizes: [Int?]) {
    self.init(options: options, ticks: ticks, layouts: sizes.map { $0.map { MapLayout(channels: $0) } })
  }

  /// The penalty of a sample in a population, nil where there is none.
  ///
  /// - Parameters:
  ///   - counts: spikes of each neuron, padded.
  ///   - row: receives the derivative by a spike, 0 in the padding.
  func value<R: KernelScalar>(
    population: Int, counts: UnsafeBufferPointer<Int32>, row: UnsafeMutableBufferPointer<R>
  ) -> Double? {
    guard layouts.indices.contains(population), let layout = layouts[population] else { return nil }
    let share = options.strength / Double(layout.neurons)
    var penalty = 0.0
    for start in stride(from: 0, to: layout.count, by: layout.stride) {
      for channel in 0..<layout.stride {
        let index = start + channel
        guard channel < layout.channels else {
          row[index] = 0
          continue
        }
        let rate = Double(counts[index]) / Double(ticks)
        let below = max(0, options.lower - rate), above = max(0, rate - options.upper)
        penalty += share * (below * below + above * above)
        row[index] = R(2 * share * (above - below) / Double(ticks))
      }
    }
    return penalty
  }
}

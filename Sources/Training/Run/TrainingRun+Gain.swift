import Datasets
import Kernels

extension TrainingRun {
  /// Scales fresh weights so that every spiking population spikes, after the first batch of samples.
  ///
  /// From the input on, a population with too low a rate takes a quarter more of each weight until it has one within
  /// the band, and one with too high a rate a fifth less: the mean of a layer brought to where its gradients are, after
  /// Mishkin and Matas 2016. Sparse inputs need gains of several times; what spikes as drawn is left as it is.
  func adjustGains() throws(TrainingError) {
    let order = SampleEncoder.permutation(count: source.count, seed: options.seed, epoch: 0)
    let batch = batch(order[..<min(order.count, options.batchSize, 64)], draw: 1)
    for (index, population) in plan.populations.enumerated() where population.neurons.role == .spiking {
      for _ in 0..<Gain.rounds {
        if !isFloat { chooseScales() }
        let outcomes = try preparedEngine().evaluate(batch, source: source, loss: loss)
        let spikes = outcomes.reduce(0) { $0 + $1.spikes[index] }
        let rate = Double(spikes) / Double(batch.count * population.output.neurons * plan.ticks)
        guard let factor = Gain.factor(rate: rate, cap: population.neurons.spikeCap) else { break }
        let values = parameters[index].weights.values.elements
        for place in values.indices { values[place] *= R(factor) }
      }
    }
  }
}

/// The band of rates that fresh weights are brought into.
enum Gain {
  static let rounds = 24
  /// Spikes a neuron and tick.
  static let band = 0.02...0.4

  /// What weights are multiplied with at a rate; nil where the rate is good.
  static func factor(rate: Double, cap: Int) -> Double? {
    if rate < band.lowerBound { return 1.25 }
    if rate > band.upperBound * Double(cap) { return 0.8 }
    return nil
  }
}

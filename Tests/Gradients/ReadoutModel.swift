import FixedPoint
import Kernels
import Training

/// A network that ends in a readout, with one sample, by a seed: its loss is smooth in the readout's parameters.
struct ReadoutModel {
  /// What the readout is fed by.
  enum Kind: CaseIterable {
    case dense
    case convolution
    case pooledDense
    case pooledConvolution
    /// Spiking neurons stand before it.
    case behindSpikes
  }

  let kind: Kind
  let neurons: NeuronDescription
  let setting: GradientProbe.Setting
  let trainingLoss: TrainingLoss
  let overMaximum: Bool
  let label: Int
  var values: [GradientProbe.Values]
  /// [ticks][inputs].
  var counts: [UInt8]

  init(seed: UInt64) {
    var random = RandomStream(seed: seed, stream: 21)
    func choose<T>(_ options: [T]) -> T { options[Int(random.below(UInt32(options.count)))] }
    func numbers(_ count: Int, _ bound: Double) -> [Double] {
      (0..<count).map { _ in (Double(random.unit()) * 2 - 1) * bound }
    }
    let kind = Kind.allCases[Int(seed) % Kind.allCases.count]
    let classes = choose([2, 3, 5]), ticks = choose([1, 4, 9])
    let neurons = NeuronDescription(
      role: .readout, leak: choose([nil, NeuronDescription.Leak(factor: 0.8, isTrained: true)]),
      currentLeak: choose([nil, NeuronDescription.Leak(factor: 0.6, isTrained: true)]), hasBias: choose([true, false]))
    let overMaximum = choose([true, false])
    self.overMaximum = overMaximum
    trainingLoss = TrainingLoss(
      .membraneCrossEntropy(over: overMaximum ? .maximum : .mean, scale: choose([0.5, 1, 2])))
    (self.kind, self.neurons) = (kind, neurons)
    label = Int(random.below(UInt32(classes)))
    let delay = ticks > 1 ? choose([0, 0, 1]) : 0
    let dense = LayerDescription.population(
      PopulationDescription(connection: .dense(neurons: nil), neurons: neurons, delay: delay))
    func convolution(_ kernel: Int, padding: Int) -> LayerDescription {
      .population(
        PopulationDescription(
          connection: .convolution(channels: classes, kernel: kernel, stride: 7, padding: padding), neurons: neurons,
          delay: delay))
    }
    let pooling = LayerDescription.pooling(PoolingDescription(kind: choose([.sum, .average]), size: 2))
    var shape = [2, 4, 4], layers: [LayerDescription], fanIn: Int, maximum = 200
    var before: [GradientProbe.Values] = []
    switch kind {
    case .dense: (shape, layers, fanIn) = ([7], [dense], 7)
    case .convolution:
      let padding = choose([0, 1])
      (layers, fanIn) = ([convolution(4, padding: padding)], 32)
    // Sums over windows stay below 256 with smaller counts.
    case .pooledDense: (layers, fanIn, maximum) = ([pooling, dense], 8, 60)
    case .pooledConvolution: (layers, fanIn, maximum) = ([pooling, convolution(2, padding: 0)], 8, 60)
    case .behindSpikes:
      (shape, fanIn) = ([7], 6)
      layers = [
        .population(PopulationDescription(connection: .dense(neurons: 6), neurons: NeuronDescription(threshold: 0.4))),
        dense,
      ]
      before = [GradientProbe.Values(weights: numbers(42, 0.8), threshold: 0.4, leak: 0.875)]
    }
    setting = GradientProbe.Setting(
      model: ModelDescription(layers: layers), inputShape: shape, classCount: classes, ticks: ticks,
      maximumCount: maximum, surrogate: Surrogate(.fastSigmoid, 4), resetGradient: .detached, groupSize: 1,
      variant: choose(KernelVariant.supported))
    values =
      before + [
        GradientProbe.Values(
          weights: numbers(fanIn * classes, 0.7), biases: neurons.hasBias ? numbers(classes, 0.3) : nil,
          leak: neurons.leak?.factor ?? 1, currentLeak: neurons.currentLeak?.factor ?? 1)
      ]
    // Room for two steps of a count in both directions.
    counts = (0..<ticks * shape.reduce(1, *)).map { _ in UInt8(2 + random.below(UInt32(maximum - 4))) }
  }

  func probe() throws -> GradientProbe {
    try GradientProbe(as: Double.self, setting, values: values, counts: [counts], labels: [label], loss: trainingLoss)
  }

  func loss() throws -> Double { try probe().outcomes[0].loss }

  /// Whether no small change moves a maximum over time to another tick.
  func isSmooth(_ probe: GradientProbe) -> Bool {
    guard overMaximum else { return true }
    let membranes = probe.membranes[0][values.count - 1], classes = setting.classCount
    return (0..<classes).allSatisfy { index in
      let sorted = (0..<setting.ticks).map { membranes[$0 * classes + index] }.sorted(by: >)
      return sorted.count < 2 || sorted[0] - sorted[1] > 0.03
    }
  }
}

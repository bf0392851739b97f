import FixedPoint
import NeuronCore
import Training

/// Models, parameters and counts by a seed, over all that layers and neurons may be.
struct RandomModel {
  var random: RandomStream
  let setting: GradientProbe.Setting
  let values: [GradientProbe.Values]

  init(seed: UInt64) {
    var random = RandomStream(seed: seed, stream: 7)
    func choose<T>(_ options: [T]) -> T { options[Int(random.below(UInt32(options.count)))] }
    let maps = choose([true, false])
    let classes = 3, ticks = choose([1, 5, 7, 70].dropLast(maps ? 1 : 0))
    let maximum = choose([1, 1, 3])
    var layers: [LayerDescription] = []
    func neurons(last: Bool) -> NeuronDescription {
      NeuronDescription(
        role: last && choose([true, false, false]) ? .readout : .spiking,
        leak: choose([nil, NeuronDescription.Leak(factor: 0.75, isTrained: true), NeuronDescription.Leak(factor: 0.9)]),
        currentLeak: choose([nil, nil, NeuronDescription.Leak(factor: 0.6, isTrained: true)]), threshold: 0.8,
        trainsThreshold: choose([true, false]), reset: choose([.zero, .subtractBeforeLeak, .subtractAfterLeak, nil]),
        refractoryTicks: choose([0, 0, 1, 2]), spikeCap: choose([1, 1, 2]), hasBias: choose([true, false]))
    }
    func pooling() -> LayerDescription {
      .pooling(PoolingDescription(kind: choose([.sum, .average]), size: 2, stride: choose([1, 2])))
    }
    var inputShape = [9]
    if maps {
      inputShape = choose([[1, 7, 6], [3, 6, 6]])
      if choose([true, false, false]) { layers.append(pooling()) }
      if choose([true, true, false]) {
        layers.append(
          .population(
            PopulationDescription(
              connection: .convolution(
                channels: choose([2, 5]), kernel: choose([1, 3]), stride: choose([1, 2]), padding: 0),
              neurons: neurons(last: false), delay: choose([0, 0, 1]))))
        if choose([true, false]) {
          layers.append(
            .population(
              PopulationDescription(
                connection: .convolution(channels: 3, kernel: 2, stride: 1, padding: 1), neurons: neurons(last: false)))
          )
          // Maps of at least 2 × 2 by now.
          if choose([true, false]) {
            layers.append(.pooling(PoolingDescription(kind: choose([.sum, .average]), size: 2)))
          }
        }
      }
    }
    if choose([true, true, false]) || layers.isEmpty {
      layers.append(
        .population(
          PopulationDescription(
            connection: .dense(neurons: choose([4, 18])), neurons: neurons(last: false), delay: choose([0, 0, 2]),
            recurrentDelay: choose([nil, 1, 1, 3]))))
    }
    layers.append(
      .population(
        PopulationDescription(connection: .dense(neurons: nil), neurons: neurons(last: true), delay: choose([0, 1]))))
    let surrogate = choose([
      Surrogate(.sigmoid, 3), Surrogate(.triangular, 1.5), Surrogate(.rectangular, 1), Surrogate(.fastSigmoid, 5),
      Surrogate(.arctan, 2),
    ])
    setting = GradientProbe.Setting(
      model: ModelDescription(layers: layers), inputShape: inputShape, classCount: classes, ticks: ticks,
      maximumCount: maximum, surrogate: surrogate, resetGradient: choose([.attached, .detached]))
    values = Self.values(setting, &random)
    self.random = random
  }

  /// Parameters of the sizes that the layers ask for.
  private static func values(_ setting: GradientProbe.Setting, _ random: inout RandomStream) -> [GradientProbe.Values] {
    var values: [GradientProbe.Values] = []
    var channels = setting.inputShape.count == 3 ? setting.inputShape[0] : 1
    var height = setting.inputShape.count == 3 ? setting.inputShape[1] : 1
    var width = setting.inputShape.count == 3 ? setting.inputShape[2] : setting.inputShape[0]
    func numbers(_ count: Int, _ bound: Double) -> [Double] {
      (0..<count).map { _ in (Double(random.unit()) * 2 - 0.7) * bound }
    }
    for layer in setting.model.layers {
      switch layer {
      case .flatten: continue
      case .pooling(let pooling):
        height = (height - pooling.size) / pooling.stride + 1
        width = (width - pooling.size) / pooling.stride + 1
      case .population(let population):
        let fanIn: Int, weights: Int
        switch population.connection {
        case .dense(let size):
          fanIn = channels * height * width
          channels = size ?? setting.classCount
          weights = fanIn * channels
          (height, width) = (1, 1)
        case .convolution(let made, let kernel, let stride, let padding):
          fanIn = channels * kernel * kernel
          weights = fanIn * made
          channels = made
          height = (height + 2 * padding - kernel) / stride + 1
          width = (width + 2 * padding - kernel) / stride + 1
        }
        let bound = 2 * Double(setting.maximumCount) / Double(fanIn).squareRoot()
        values.append(
          GradientProbe.Values(
            weights: numbers(weights, bound),
            recurrent: population.recurrentDelay.map { _ in
              numbers(channels * channels, 1 / Double(channels).squareRoot())
            }, biases: population.neurons.hasBias ? numbers(channels, 0.2) : nil,
            threshold: population.neurons.threshold, leak: population.neurons.leak?.factor ?? 1,
            currentLeak: population.neurons.currentLeak?.factor ?? 1))
      }
    }
    return values
  }

  /// Counts of a sample, [ticks][inputs].
  mutating func counts() -> [UInt8] {
    let count = setting.ticks * setting.inputShape.reduce(1, *)
    return (0..<count).map { _ in
      random.below(3) > 0 ? 0 : UInt8(1 + random.below(UInt32(setting.maximumCount)))
    }
  }
}

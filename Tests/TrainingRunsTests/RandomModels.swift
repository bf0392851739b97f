import FixedPoint
import NeuronCore
import Training

extension RandomStream {
  mutating func chance(_ share: Float = 0.5) -> Bool { unit() < share }
  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(below(UInt32(range.upperBound - range.lowerBound + 1)))
  }
  mutating func number(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * Double(next()) / Double(UInt32.max)
  }
  mutating func element<Element>(_ elements: [Element]) -> Element { elements[integer(0...elements.count - 1)] }

  mutating func leak() -> NeuronDescription.Leak {
    let isTrained = chance()
    return chance()
      ? NeuronDescription.Leak(shift: integer(0...10), isTrained: isTrained)
      : NeuronDescription.Leak(factor: number(0...1), isTrained: isTrained)
  }

  mutating func neurons(isReadout: Bool) -> NeuronDescription {
    var neurons = NeuronDescription(role: isReadout ? .readout : .spiking)
    neurons.leak = chance(0.8) ? leak() : nil
    neurons.currentLeak = chance(0.3) ? leak() : nil
    neurons.threshold = chance() ? 1 : number(0.01...100)
    neurons.trainsThreshold = chance()
    neurons.reset = chance() ? nil : element(Reset.allCases)
    neurons.refractoryTicks = chance() ? 0 : integer(0...20)
    neurons.spikeCap = chance() ? 1 : integer(1...255)
    neurons.hasBias = chance()
    return neurons
  }

  /// Layers of every kind, in an order that need make no sense.
  mutating func model() -> ModelDescription {
    let count = integer(1...6)
    return ModelDescription(
      layers: (0..<count).map { index in
        switch integer(0...5) {
        case 0: return .flatten
        case 1:
          return .pooling(
            PoolingDescription(
              kind: element(PoolingDescription.Kind.allCases), size: integer(1...8),
              stride: chance() ? nil : integer(1...8)))
        default:
          let convolves = chance(0.3)
          return .population(
            PopulationDescription(
              name: chance() ? nil : element(["a", "no", "12", "layer_\(index)", "Out-\(index)"]),
              connection: convolves
                ? .convolution(
                  channels: integer(1...64), kernel: integer(1...9), stride: integer(1...3), padding: integer(0...4))
                : .dense(neurons: chance(0.2) ? nil : integer(1...4096)),
              neurons: neurons(isReadout: chance(0.2)), delay: chance() ? 0 : integer(0...15),
              recurrentDelay: !convolves && chance(0.3) ? integer(1...15) : nil,
              weightBits: chance() ? nil : integer(2...8)))
        }
      })
  }

  mutating func options() -> TrainingOptions {
    var options = TrainingOptions()
    options.precision = element(Precision.allCases)
    options.weightBits = integer(2...8)
    options.clip = element(WeightClip.allCases)
    options.floatEpochs = integer(0...3)
    options.ticks = integer(1...4096)
    options.epochs = integer(1...1000)
    options.batchSize = integer(1...1000)
    options.learningRate = Float(number(1e-6...1))
    options.warmUp = Float(number(0...0.9))
    options.schedule = element([
      .constant, .cosine, .step(epochs: integer(1...50), factor: Float(number(0.01...1))),
    ])
    options.optimiser = element([
      .adam(weightDecay: 0), .adam(weightDecay: Float(number(0.001...1))),
      .sgd(momentum: Float(number(0...0.99)), weightDecay: Float(number(0...1))),
    ])
    options.gradientNorm = chance() ? nil : Float(number(0.01...100))
    options.surrogate = Surrogate(element(Surrogate.Kind.allCases), number(0.01...100))
    options.resetGradient = element(ResetGradient.allCases)
    options.loss = element([
      .countCrossEntropy(scale: number(0.01...10)), .rateMeanSquared,
      .countMeanSquared(right: number(0...1), wrong: number(0...1)),
      .membraneCrossEntropy(over: element(Loss.MembraneStatistic.allCases), scale: number(0.01...10)),
    ])
    options.regulariser =
      chance() ? nil : RateRegulariser(strength: number(0...10), lower: number(0...1), upper: number(1...2))
    options.selection = element(TrainingOptions.Selection.allCases)
    options.patience = chance() ? nil : integer(1...100)
    options.seed = UInt64(next()) << 32 | UInt64(next())
    return options
  }
}

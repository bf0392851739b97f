import FixedPoint
import NeuronCore
import Targets
import Training

/// A model with options drawn by a seed, small enough to be trained in a blink: dense, recurrent, convolutions, pooling,
/// currents, refractory ticks, caps, readouts, resets, leaks, delays, biases, trained thresholds and leaks.
struct RandomModel {
  var model: ModelDescription
  var options: TrainingOptions
  var arithmetic: TrainingArithmetic
  var source: PatternSamples

  static func one<T>(of values: [T], _ random: inout RandomStream) -> T {
    values[Int(random.below(UInt32(values.count)))]
  }

  init(seed: UInt64) {
    var random = RandomStream(seed: seed, stream: 21)
    let hasMaps = random.below(2) == 0
    let classes = 2 + Int(random.below(4))
    let maximumCount = Self.one(of: [1, 1, 3], &random)
    source = PatternSamples(
      count: 24, inputShape: hasMaps ? Self.one(of: [[12, 12], [2, 11, 10]], &random) : [5 + Int(random.below(20))],
      classCount: classes, maximumCount: maximumCount, seed: seed)
    let membraneBits = Self.one(of: [8, 12, 16, 16, 24, 32], &random)
    let delays = 1 + Int(random.below(3)), inputDelay = Int(random.below(3))
    arithmetic = TrainingArithmetic(
      Arithmetic(
        membraneBits: membraneBits, accumulatorBits: membraneBits == 32 ? 64 : 32, maximumCurrents: 1,
        leaks: [Self.one(of: DecayKind.allCases, &random), .none], maximumLeakShift: Self.one(of: [31, 8, 3], &random),
        sums: Self.one(of: [[.exact], [.exact], [.perTerm16]], &random),
        compares: [Self.one(of: Comparison.allCases, &random)], resets: Reset.allCases,
        maximumSpikeCap: 255, weightBits: [8, 4, 2], maximumWeightShift: Int(random.below(8)),
        delays: delays...delays + 3, inputDelays: inputDelay...inputDelay + 3))
    var layers: [LayerDescription] = []
    if hasMaps {
      let isPooled = random.below(2) == 0
      let convolves = random.below(5) > 0
      if isPooled { layers.append(.pooling(Self.pooling(&random))) }
      if convolves {
        layers.append(
          .population(
            PopulationDescription(
              connection: .convolution(
                channels: 1 + Int(random.below(5)), kernel: isPooled ? 2 : 3, stride: isPooled ? 1 : 2,
                padding: Int(random.below(2))),
              neurons: Self.neurons(&random, arithmetic), delay: Int(random.below(3)),
              weightBits: Self.one(of: [nil, 4], &random))))
      }
      if convolves && random.below(2) == 0 {
        layers.append(.pooling(PoolingDescription(kind: Self.one(of: [.sum, .average], &random), size: 2)))
      }
      if random.below(2) == 0 { layers.append(.flatten) }
    }
    if random.below(3) > 0 {
      let isRecurrent = random.below(2) == 0
      layers.append(
        .population(
          PopulationDescription(
            connection: .dense(neurons: 3 + Int(random.below(20))), neurons: Self.neurons(&random, arithmetic),
            delay: Int(random.below(3)), recurrentDelay: isRecurrent ? delays + Int(random.below(3)) : nil,
            weightBits: Self.one(of: [nil, 2, 8], &random))))
    }
    let isReadout = random.below(3) == 0
    var output = Self.neurons(&random, arithmetic)
    // What never spikes has no threshold to be trained.
    if isReadout { (output.role, output.trainsThreshold) = (.readout, false) }
    layers.append(.population(PopulationDescription(connection: .dense(neurons: nil), neurons: output)))
    model = ModelDescription(layers: layers)
    options = TrainingOptions()
    options.weightBits = 2 + Int(random.below(7))
    options.clip = Self.one(of: WeightClip.allCases, &random)
    options.ticks = 3 + Int(random.below(10))
    options.epochs = 2
    options.floatEpochs = Int(random.below(2))
    options.batchSize = 10
    options.learningRate = 0.01
    options.seed = seed
    options.threads = 1
    options.surrogate = Surrogate(Self.one(of: Surrogate.Kind.allCases, &random), 1 + Double(random.below(3)))
    options.resetGradient = Self.one(of: ResetGradient.allCases, &random)
    options.optimiser = Self.one(
      of: [.adam(weightDecay: 0), .adam(weightDecay: 0.01), .sgd(momentum: 0.9, weightDecay: 0)], &random)
    options.gradientNorm = Self.one(of: [nil, 0.5], &random)
    options.regulariser = Self.one(of: [nil, RateRegulariser(strength: 1, lower: 0.05, upper: 0.5)], &random)
    options.loss =
      isReadout
      ? .membraneCrossEntropy(over: Self.one(of: Loss.MembraneStatistic.allCases, &random), scale: 1)
      : Self.one(
        of: [.countCrossEntropy(scale: 1), .rateMeanSquared, .countMeanSquared(right: 0.8, wrong: 0.1)], &random)
  }

  private static func pooling(_ random: inout RandomStream) -> PoolingDescription {
    PoolingDescription(kind: one(of: [.sum, .average], &random), size: 2, stride: one(of: [2, 2, 3], &random))
  }

  private static func neurons(_ random: inout RandomStream, _ arithmetic: TrainingArithmetic) -> NeuronDescription {
    let trains = arithmetic.leaks[0] != .none && arithmetic.leaks[0] != .linear
    return NeuronDescription(
      leak: random.below(4) == 0
        ? nil : .init(factor: one(of: [0.5, 0.8, 0.9, 0.97], &random), isTrained: trains && random.below(2) == 0),
      currentLeak: random.below(3) == 0 ? .init(factor: one(of: [0.5, 0.9], &random), isTrained: trains) : nil,
      threshold: one(of: [1, 1, 0.5, 2], &random), trainsThreshold: random.below(3) == 0,
      reset: one(of: [nil, .zero, .subtractAfterLeak, .subtractBeforeLeak], &random),
      refractoryTicks: one(of: [0, 0, 0, 1, 3], &random), spikeCap: one(of: [1, 1, 1, 4], &random),
      hasBias: random.below(3) == 0)
  }
}

import Dispatch
import Kernels
import NeuronCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One training run: its weights, its workers and its memory, all allocated at the beginning.
final class TrainingRun {
  let source: any SampleSource
  let validation: (any SampleSource)?
  let options: TrainingOptions
  let kernels: KernelSet
  let arithmetic: TrainingArithmetic
  let neuronModel: NeuronModel
  let layers: [LayerParameters]
  let quantiser: WeightQuantiser
  let gradientStep: GradientStep
  let loss: CountCrossEntropy
  let schedule: LearningRateSchedule
  let tasks: ParallelTasks
  let workers: [SampleWorker]
  let backwards: [BackwardPass]
  let slots: [SampleSlot]
  var adam = Adam()
  var step = 0

  /// Samples that are taken through the network before their gradients are summed: a trade of memory for
  /// fewer hand-overs between threads. A constant, because the sum's order follows from it.
  static let groupSize = 64
  /// Steps between two choices of the thresholds.
  static let thresholdInterval = 32

  init(
    source: any SampleSource, validation: (any SampleSource)?, options: TrainingOptions,
    arithmetic: TrainingArithmetic, kernels: KernelSet
  ) throws(TrainingError) {
    self.source = source
    self.validation = validation
    self.options = options
    self.kernels = kernels
    self.arithmetic = arithmetic
    let leak = arithmetic.leakRule(shift: options.leakShift)
    neuronModel = NeuronModel(
      lowerBound: .value(arithmetic.lower), upperBound: arithmetic.upper, leak: leak, compare: arithmetic.compare,
      reset: arithmetic.reset)
    layers = try TrainingRun.makeLayers(source, options, arithmetic, neuronModel)
    quantiser = WeightQuantiser(
      thresholds: arithmetic.thresholds, biases: arithmetic.biases, hasBias: options.hasBias, kernels: kernels)
    gradientStep = GradientStep(layers: layers, hasBias: options.hasBias, kernels: kernels)
    loss = CountCrossEntropy(logitScale: options.logitScale)
    let stepsPerEpoch = (source.count + options.batchSize - 1) / options.batchSize
    let totalSteps = stepsPerEpoch * options.epochs
    schedule = LearningRateSchedule(
      greatest: options.learningRate, warmUpSteps: Int(Double(options.warmUp) * Double(totalSteps)),
      totalSteps: totalSteps)
    let threads = options.threads == 0 ? ProcessInfo.processInfo.activeProcessorCount : options.threads
    tasks = ParallelTasks(workers: threads)
    let quantised = layers.map(\.quantised)
    workers = (0..<threads).map { _ in SampleWorker(layers: quantised, ticks: options.ticks, kernels: kernels) }
    let widest = layers.map(\.stride).max() ?? 0
    backwards = (0..<threads).map { _ in
      BackwardPass(
        kernels: kernels, surrogate: FastSigmoid(slope: options.surrogateSlope), ticks: options.ticks,
        widestStride: widest)
    }
    let group = min(TrainingRun.groupSize, options.batchSize)
    slots = (0..<max(group, threads)).map { _ in SampleSlot(layers: quantised, ticks: options.ticks) }
    for (index, layer) in layers.enumerated() { layer.initialise(seed: options.seed, layer: index) }
    layers.forEach(quantiser.chooseThreshold)
    layers.forEach(quantiser.quantise)
  }

  private static func makeLayers(
    _ source: any SampleSource, _ options: TrainingOptions, _ arithmetic: TrainingArithmetic, _ model: NeuronModel
  ) throws(TrainingError) -> [LayerParameters] {
    let limit = TrainingArithmetic.weightLimit(bits: options.weightBits)
    let sizes = [source.inputCount] + options.hidden + [source.classCount]
    let bias = options.hasBias ? max(Int64(arithmetic.biases.upperBound), -Int64(arithmetic.biases.lowerBound)) : 0
    var layers: [LayerParameters] = []
    for index in 0..<sizes.count - 1 {
      let count = index == 0 ? source.maximumCount : 1
      let neurons = try NeuronTick(
        model, threshold: arithmetic.thresholds.lowerBound, layer: index, inputs: sizes[index], count: count,
        greatestWeight: limit, greatestBias: bias)
      let quantised = QuantisedLayer(inputs: sizes[index], outputs: sizes[index + 1], neurons: neurons)
      layers.append(LayerParameters(quantised: quantised, limit: limit, fullScale: count, isFirst: index == 0))
    }
    return layers
  }

  /// The model as it stands.
  var model: TrainedModel {
    TrainedModel(
      layers: layers.map(\.quantised.trained), model: neuronModel, ticks: options.ticks,
      maximumInputCount: source.maximumCount, inputDelay: arithmetic.inputDelay, delay: arithmetic.delay)
  }
}

extension QuantisedLayer {
  /// A copy without padding.
  var trained: TrainedModel.Layer {
    defer { withExtendedLifetime(self) {} }
    var weights: [Int8] = []
    weights.reserveCapacity(inputs * outputs)
    for input in 0..<inputs { weights += rows[input * stride..<input * stride + outputs] }
    return TrainedModel.Layer(
      inputs: inputs, outputs: outputs, weights: weights, biases: Array(bias[0..<outputs]),
      threshold: neurons.threshold)
  }
}

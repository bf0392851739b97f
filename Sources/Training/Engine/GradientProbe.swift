import Datasets
import FixedPoint
import Kernels
import NeuronCore
import Threads

/// The forward pass and the gradients of a network with given weights, as training computes them: for comparison with
/// recorded gradients and with other ways to compute them.
package struct GradientProbe {
  /// One population's parameters, or their gradients.
  package struct Values: Sendable {
    /// Dense [source][target], the source in the order [channel][y][x]; convolution [channel below][ky][kx][channel].
    package var weights: [Double]
    /// [source][target].
    package var recurrent: [Double]?
    /// One a channel.
    package var biases: [Double]?
    package var threshold: Double
    package var leak: Double
    package var currentLeak: Double
    /// With which the forward pass is in integers: weights and biases are then whole numbers.
    package var integers: Integers?

    package init(
      weights: [Double], recurrent: [Double]? = nil, biases: [Double]? = nil, threshold: Double = 1, leak: Double = 1,
      currentLeak: Double = 1, integers: Integers? = nil
    ) {
      (self.weights, self.recurrent, self.biases) = (weights, recurrent, biases)
      (self.threshold, self.leak, self.currentLeak, self.integers) = (threshold, leak, currentLeak, integers)
    }
  }

  /// What makes a population one of integers.
  package struct Integers: Sendable {
    package var model: NeuronModel
    package var threshold: Int32
    package var weightShift: Int
    package var recurrentShift: Int

    package init(model: NeuronModel, threshold: Int32, weightShift: Int = 0, recurrentShift: Int = 0) {
      (self.model, self.threshold) = (model, threshold)
      (self.weightShift, self.recurrentShift) = (weightShift, recurrentShift)
    }
  }

  /// What is run.
  package struct Setting: Sendable {
    package var model: ModelDescription
    package var inputShape: [Int]
    package var classCount: Int
    package var ticks: Int
    package var maximumCount: Int
    package var surrogate: Surrogate
    package var resetGradient: ResetGradient
    package var threads: Int
    package var groupSize: Int
    package var variant: KernelVariant

    package init(
      model: ModelDescription, inputShape: [Int], classCount: Int, ticks: Int, maximumCount: Int = 1,
      surrogate: Surrogate, resetGradient: ResetGradient, threads: Int = 1, groupSize: Int = 64,
      variant: KernelVariant = KernelVariant.supported.last ?? .portable
    ) {
      (self.model, self.inputShape, self.classCount, self.ticks) = (model, inputShape, classCount, ticks)
      (self.maximumCount, self.surrogate, self.resetGradient) = (maximumCount, surrogate, resetGradient)
      (self.threads, self.groupSize, self.variant) = (threads, groupSize, variant)
    }
  }

  package private(set) var outcomes: [SampleOutcome] = []
  /// For each sample and population [ticks][neurons], in the order [channel][y][x].
  package private(set) var spikes: [[[UInt8]]] = []
  /// u before the reset, likewise.
  package private(set) var membranes: [[[Double]]] = []
  /// The sum of the samples' losses by each parameter; scalars and biases are 0 where they are not trained.
  package private(set) var gradients: [Values] = []
  /// For each sample [ticks][inputs].
  package private(set) var inputGradient: [[Double]] = []
  /// The loss by each population's weighted input, for each sample and population [ticks][neurons]; empty for
  /// convolutions. Without currents it is the derivative by the membrane.
  package private(set) var adjoints: [[[Double]]] = []

  /// - Parameters:
  ///   - type: Float or Double.
  ///   - values: of each population.
  ///   - counts: for each sample [ticks][inputs]; no more samples than the setting's group.
  package init<R: KernelScalar>(
    as type: R.Type, _ setting: Setting, values: [Values], counts: [[UInt8]], labels: [Int], loss: some SampleLoss
  ) throws(TrainingError) {
    let isInteger = values.contains { $0.integers != nil }
    let plan = try ModelPlan(
      model: setting.model, inputShape: setting.inputShape, classCount: setting.classCount, ticks: setting.ticks,
      maximumCount: setting.maximumCount, weightBits: isInteger ? 8 : nil)
    let kernels: KernelSet
    do throws(KernelError) { kernels = try KernelSet(setting.variant) } catch { throw .kernels(error) }
    let parameters = zip(plan.populations, values).map { PopulationParameters<R>(plan: $0, values: $1) }
    let integers = zip(plan.populations, values).compactMap { IntegerPopulation(plan: $0, values: $1) }
    let engine = Engine(
      plan: plan, parameters: parameters, integers: isInteger ? integers : nil, surrogate: setting.surrogate,
      resetGradient: setting.resetGradient, pool: WorkerPool(threads: setting.threads), groupSize: setting.groupSize,
      kernels: kernels,
      recordsInputGradient: true)
    let source = RecordedCounts(counts: counts, labels: labels, setting: setting, inputs: plan.input.neurons)
    let batch = labels.enumerated().map { BatchSample(index: $0, draw: 0, label: $1) }
    outcomes = try engine.train(batch, source: source, loss: loss)
    gradients = zip(plan.populations, parameters).map { Values(gradientsOf: $1, plan: $0) }
    for sample in counts.indices where counts.count <= setting.groupSize {
      inputGradient.append(engine.recordedInputGradient(sample))
      adjoints.append(engine.recordedAdjoints(sample))
    }
    for sample in counts {
      let trace = engine.forwardTrace(counts: sample)
      spikes.append(trace.spikes)
      membranes.append(trace.membranes)
    }
  }
}

/// Samples that are given as counts.
private struct RecordedCounts: SampleSource {
  let counts: [[UInt8]]
  let labels: [Int]
  let inputShape: [Int]
  let classCount: Int
  let maximumCount: Int
  let inputCount: Int
  var count: Int { counts.count }

  init(counts: [[UInt8]], labels: [Int], setting: GradientProbe.Setting, inputs: Int) {
    (self.counts, self.labels, inputShape) = (counts, labels, setting.inputShape)
    (classCount, maximumCount, inputCount) = (setting.classCount, setting.maximumCount, inputs)
  }

  func label(_ index: Int) -> Int { labels[index] }

  func encode(
    _ index: Int, draw: UInt64, ticks: Int, into rows: UnsafeMutableBufferPointer<UInt8>
  ) throws(DatasetError) {
    for (place, count) in counts[index].enumerated() { rows[place] = count }
  }
}

extension PopulationPlan {
  /// Where each weight of `GradientProbe.Values` lies in the engine's layout.
  fileprivate var weightPlaces: [Int] {
    let targets = 0..<output.channels
    switch connection {
    case .dense:
      return (0..<pooled.neurons).flatMap { source in
        targets.map { pooled.offset(ofNeuron: source) * output.stride + $0 }
      }
    case .convolution(let kernel, _, _):
      return (0..<pooled.channels * kernel * kernel).flatMap { tap in targets.map { tap * output.stride + $0 } }
    }
  }

  fileprivate var recurrentPlaces: [Int] {
    (0..<output.channels).flatMap { source in (0..<output.channels).map { source * output.stride + $0 } }
  }
}

extension PopulationParameters {
  fileprivate init(plan: PopulationPlan, values: GradientProbe.Values) {
    self.init(plan: plan)
    for (place, value) in zip(plan.weightPlaces, values.weights) { weights.values.elements[place] = R(value) }
    for (place, value) in zip(plan.recurrentPlaces, values.recurrent ?? []) {
      recurrent?.values.elements[place] = R(value)
    }
    for (channel, value) in (values.biases ?? []).enumerated() { biases?.values.elements[channel] = R(value) }
    threshold.values.elements[0] = R(values.threshold)
    leak.values.elements[0] = R(values.leak)
    currentLeak.values.elements[0] = R(values.currentLeak)
  }
}

extension IntegerPopulation {
  fileprivate convenience init?(plan: PopulationPlan, values: GradientProbe.Values) {
    guard let integers = values.integers else { return nil }
    self.init(plan: plan, model: integers.model, threshold: integers.threshold)
    (weightShift, recurrentShift) = (integers.weightShift, integers.recurrentShift)
    for (place, value) in zip(plan.weightPlaces, values.weights) { weights.elements[place] = Int8(value) }
    for (place, value) in zip(plan.recurrentPlaces, values.recurrent ?? []) { recurrent?.elements[place] = Int8(value) }
    for (channel, value) in (values.biases ?? []).enumerated() { biases?.elements[channel] = Int32(value) }
  }
}

extension GradientProbe.Values {
  fileprivate init<R: KernelScalar>(gradientsOf parameters: PopulationParameters<R>, plan: PopulationPlan) {
    self.init(
      weights: plan.weightPlaces.map { Double(parameters.weights.gradient.elements[$0]) },
      recurrent: parameters.recurrent.map { recurrent in
        plan.recurrentPlaces.map { Double(recurrent.gradient.elements[$0]) }
      },
      biases: parameters.biases.map { biases in
        (0..<plan.output.channels).map { Double(biases.gradient.elements[$0]) }
      }, threshold: Double(parameters.threshold.gradient.elements[0]),
      leak: Double(parameters.leak.gradient.elements[0]),
      currentLeak: Double(parameters.currentLeak.gradient.elements[0]))
  }
}

extension Engine {
  /// The loss by the inputs of one of the last group's samples, [ticks][inputs] in the data's order.
  fileprivate func recordedInputGradient(_ sample: Int) -> [Double] {
    guard let inputGradient else { return [] }
    let first = populations[0], pitch = first.belowPitch, width = first.belowCount
    let layout = MapLayout(
      channels: plan.input.channels, height: plan.input.height, width: plan.input.width, stride: pitch)
    return (0..<plan.ticks).flatMap { tick in
      (0..<layout.neurons).map {
        Double(inputGradient.elements[(sample * self.plan.ticks + tick) * width + layout.offset(ofNeuron: $0)])
      }
    }
  }

  /// The loss by each dense population's weighted input, [ticks][neurons].
  fileprivate func recordedAdjoints(_ sample: Int) -> [[Double]] {
    stores.map { store in
      if store.adjoints.count == 0 { return [] }
      return (0..<plan.ticks).flatMap { tick in
        (0..<store.prepared.plan.output.channels).map {
          Double(store.adjoints.elements[(sample * self.plan.ticks + tick) * store.pitch + $0])
        }
      }
    }
  }
}

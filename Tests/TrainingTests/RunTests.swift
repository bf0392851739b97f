import Datasets
import FixedPoint
import Kernels
import NeuronCore
import Testing
import Training

/// A run, its states and what it tells.
@Suite("Runs")
struct RunTests {
  /// Models of every kind of layer, with the options that leave state behind.
  static let kinds = ["dense", "recurrent", "convolution", "current"]

  static func request(_ kind: String, precision: Precision = .integer) -> (
    model: ModelDescription, source: PatternSamples, options: TrainingOptions
  ) {
    var options = TrainingOptions()
    options.precision = precision
    options.weightBits = 4
    options.ticks = 7
    options.epochs = 3
    options.batchSize = 20
    options.learningRate = 0.005
    options.seed = 11
    options.threads = 1
    var neurons = NeuronDescription(leak: .init(factor: 0.9, isTrained: true), trainsThreshold: true, hasBias: true)
    var layers: [LayerDescription] = []
    var shape = [37]
    switch kind {
    case "recurrent":
      layers = [.population(.init(connection: .dense(neurons: 19), neurons: neurons, recurrentDelay: 1))]
      options.clip = .learned
      options.floatEpochs = precision == .integer ? 1 : 0
    case "convolution":
      shape = [2, 7, 7]
      layers = [
        .population(
          .init(connection: .convolution(channels: 3, kernel: 3, stride: 1, padding: 1), neurons: NeuronDescription())),
        .pooling(PoolingDescription(kind: .average, size: 7)),
      ]
      options.optimiser = .sgd(momentum: 0.9, weightDecay: 0.001)
      options.gradientNorm = 1
    case "current":
      neurons.currentLeak = .init(factor: 0.7, isTrained: true)
      neurons.spikeCap = 3
      neurons.refractoryTicks = 1
      layers = [.population(.init(connection: .dense(neurons: 21), neurons: neurons))]
      options.selection = .bestOnTenth
    default:
      layers = [33, 17].map { .population(.init(connection: .dense(neurons: $0), neurons: neurons)) }
      options.regulariser = RateRegulariser(strength: 1, lower: 0.05, upper: 0.4)
    }
    layers.append(.population(.init(connection: .dense(neurons: nil))))
    let source = PatternSamples(
      count: 70, inputShape: shape, classCount: 5, maximumCount: 3, seed: 4, hasFreshNoise: true)
    return (ModelDescription(layers: layers), source, options)
  }

  static func train(
    _ kind: String, precision: Precision = .integer, threads: Int = 1, variant: KernelVariant = .portable,
    resume: TrainingState? = nil, interval: Int? = nil, checkpoint: (TrainingState) -> Void = { _ in }
  ) throws -> TrainingResult {
    var (model, source, options) = request(kind, precision: precision)
    options.threads = threads
    return try Trainer.train(
      model, on: source, options: options, arithmetic: TrainingArithmetic(), resumeFrom: resume, kernels: variant,
      checkpointInterval: interval, checkpoint: checkpoint)
  }

  @Test("weights are the same at any thread count and with all kernels", arguments: kinds)
  func sameBits(_ kind: String) throws {
    let reference = try Self.train(kind)
    #expect(try #require(reference.model).populations.allSatisfy { $0.weights.contains { $0 != 0 } })
    for variant in KernelVariant.supported {
      for threads in [1, 2, 16] {
        let result = try Self.train(kind, threads: threads, variant: variant)
        #expect(result.floatModel == reference.floatModel, "\(variant), \(threads) threads")
        #expect(result.model == reference.model?.with(threads: threads), "\(variant), \(threads) threads")
        #expect(result.history == reference.history)
      }
    }
  }

  @Test("the same holds in floats", arguments: [Precision.float32, .float64])
  func sameFloatBits(_ precision: Precision) throws {
    for kind in Self.kinds {
      let reference = try Self.train(kind, precision: precision)
      #expect(reference.model == nil)
      for variant in KernelVariant.supported {
        let result = try Self.train(kind, precision: precision, threads: 2, variant: variant)
        #expect(result.floatModel == reference.floatModel, "\(kind) \(variant)")
      }
    }
  }

  @Test("a run resumed at any step gives the same bits, on other threads too", arguments: kinds)
  func resume(_ kind: String) throws {
    var states: [TrainingState] = []
    let whole = try Self.train(kind, interval: 1) { states.append($0) }
    #expect(states.count >= 11)
    for state in states {
      var last: TrainingState?
      let resumed = try Self.train(kind, threads: 2, resume: state, interval: 1) { last = $0 }
      #expect(resumed.floatModel == whole.floatModel && resumed.history == whole.history)
      #expect(resumed.model == whole.model?.with(threads: 2), "step \(state.figures.step)")
      #expect(state.isComplete == (last == nil))
    }
  }

  @Test("a state of another run is refused, and the difference named")
  func otherStates() throws {
    var states: [TrainingState] = []
    _ = try Self.train("dense") { states.append($0) }
    let state = try #require(states.first)
    var (model, source, options) = Self.request("dense")
    func error(_ change: (inout TrainingState) -> Void = { _ in }) -> TrainingError? {
      var changed = state
      change(&changed)
      do throws(TrainingError) {
        _ = try Trainer.train(
          model, on: source, options: options, arithmetic: TrainingArithmetic(), resumeFrom: changed)
        return nil
      } catch {
        return error
      }
    }
    #expect(error() == nil)
    options.threads = 2
    #expect(error() == nil)
    options.learningRate = 0.25
    #expect(error() == .stateDiffers(what: "option learning rate", state: "0.005", run: "0.25"))
    #expect(
      error()?.description
        == "the checkpoint belongs to another run: its option learning rate is 0.005, this run's is 0.25")
    options.learningRate = 0.005
    #expect(error { $0.tensors.removeLast() } != nil && error { $0.figures.step += 1 } != nil)
    #expect(error { $0.tensors[0].values = .float32([1]) } != nil && error { $0.figures.scales = [] } != nil)
    #expect(error { $0.figures.scales[0].weightShift = 60 } != nil && error { $0.figures.epoch = -1 } != nil)
    model.layers.removeFirst()
    if case .stateDiffers(let what, _, _) = error() { #expect(what == "model") } else { Issue.record("taken") }
    (model, source, options) = Self.request("dense")
    source = PatternSamples(count: 71, inputShape: [37], classCount: 5, maximumCount: 3, seed: 4)
    if case .stateDiffers(let what, _, _) = error() { #expect(what == "training data") } else { Issue.record("taken") }
  }

  @Test("a cancelled run offers a state first, and goes on from it to the same bits")
  func cancelled() throws {
    let whole = try Self.train("recurrent")
    let (model, source, options) = Self.request("recurrent")
    for step in [1, 4, 7] {
      var asked = 0, states: [TrainingState] = []
      #expect(throws: TrainingError.cancelled) {
        try Trainer.train(
          model, on: source, options: options, arithmetic: TrainingArithmetic(), checkpoint: { states.append($0) },
          isCancelled: {
            asked += 1
            return asked > step
          })
      }
      let state = try #require(states.last)
      #expect(state.figures.step == step)
      #expect(try Self.train("recurrent", resume: state).floatModel == whole.floatModel)
    }
  }

  @Test("validation and progress influence nothing, and progress tells what it should")
  func observers() throws {
    let (model, source, options) = Self.request("dense")
    let plain = try Self.train("dense")
    var reports: [TrainingProgress] = []
    let watched = try Trainer.train(
      model, on: source, options: options, arithmetic: TrainingArithmetic(), validation: source,
      progress: { reports.append($0) })
    #expect(plain.floatModel == watched.floatModel && plain.model == watched.model)
    #expect(reports.map(\.samples) == [20, 40, 60, 70, 20, 40, 60, 70, 20, 40, 60, 70])
    let ends = reports.filter(\.isEpochEnd)
    #expect(ends.allSatisfy { $0.validationAccuracy != nil && $0.populations.map(\.name).count == 3 })
    #expect(watched.history.map(\.validationAccuracy) == ends.map(\.validationAccuracy))
  }

  @Test("the best epoch on a tenth is kept, and patience ends a run")
  func selection() throws {
    var (model, source, options) = Self.request("dense")
    source = PatternSamples(count: 200, inputShape: [37], classCount: 5, maximumCount: 1, seed: 9)
    options.selection = .bestOnTenth
    options.epochs = 30
    options.patience = 3
    var ends: [TrainingProgress] = []
    let result = try Trainer.train(
      model, on: source, options: options, arithmetic: TrainingArithmetic(),
      progress: { if $0.isEpochEnd { ends.append($0) } })
    #expect(ends.allSatisfy { $0.samplesPerEpoch == 180 })
    let accuracies = try ends.map { try #require($0.validationAccuracy) }
    let best = try #require(accuracies.max())
    #expect(result.keptEpoch == (accuracies.firstIndex(of: best) ?? 0) + 1)
    #expect(ends.count == result.keptEpoch + 3 && ends.count < 30)
    #expect(ends.last { $0.isBest }?.epoch == result.keptEpoch)
  }

  @Test("the values of a state are those of the run, and of its best epoch where the best is kept", arguments: kinds)
  func floatModelOfState(_ kind: String) throws {
    for precision in [Precision.integer, .float64] {
      var states: [TrainingState] = []
      let result = try Self.train(kind, precision: precision) { states.append($0) }
      #expect(try states.last?.floatModel() == result.floatModel)
      // The best epoch may be the first.
      if kind != "current" { #expect(try states.first?.floatModel() != result.floatModel) }
    }
    var states: [TrainingState] = []
    _ = try Self.train(kind) { states.append($0) }
    var state = try #require(states.last)
    state.tensors.removeAll { $0.name.hasSuffix("weights.values") }
    #expect(throws: TrainingError.self) { try state.floatModel() }
  }

  @Test("weights that run away stop the run with epoch and population, and no state holds them")
  func divergence() throws {
    var (model, source, options) = Self.request("dense", precision: .float32)
    options.optimiser = .sgd(momentum: 0.9, weightDecay: 10)
    options.learningRate = 10
    options.epochs = 60
    var states: [TrainingState] = []
    do throws(TrainingError) {
      _ = try Trainer.train(model, on: source, options: options, checkpoint: { states.append($0) })
      Issue.record("it did not diverge")
    } catch {
      guard case .diverged(let epoch, _, _) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(epoch >= 1 && error.description.contains("learning rate"))
    }
    for case .float32(let values) in states.flatMap(\.tensors).map(\.values) {
      #expect(values.allSatisfy { $0.isFinite })
    }
    model.layers.removeAll()
    #expect(throws: TrainingError.self) { try Trainer.train(model, on: source, options: options) }
  }

  @Test("a population that never spikes, and one that always does, are told with their rates")
  func warnings() throws {
    var (_, source, options) = Self.request("dense", precision: .float32)
    options.epochs = 1
    options.learningRate = 1e-6
    func warnings(_ threshold: Double) throws -> [RateWarning] {
      let model = ModelDescription.dense([8], neurons: NeuronDescription(threshold: threshold))
      return try Trainer.train(model, on: source, options: options).warnings
    }
    #expect(try warnings(1).isEmpty)
    guard case .silent(let name, let rate)? = try warnings(1e9).first else {
      Issue.record("no warning")
      return
    }
    #expect(name == "hidden1" && rate < 0.001)
    let busy = PopulationFigures(name: "a", spikesPerSample: 0, rate: 1.9, spikeCap: 2)
    #expect(busy.warning == .saturated(population: "a", rate: 1.9))
    #expect(PopulationFigures(name: "a", spikesPerSample: 0, rate: 1.7, spikeCap: 2).warning == nil)
    #expect(PopulationFigures(name: "a", spikesPerSample: 0, rate: 0, spikeCap: 0).warning == nil)
  }
}

extension TrainedModel {
  /// The same but for the option that never changes a result.
  func with(threads: Int) -> TrainedModel {
    var copy = self
    copy.options.threads = threads
    return copy
  }
}

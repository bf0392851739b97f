import Datasets
import Networks
import NeuronCore
import Targets
import Testing
import Training

@Suite("Learning")
struct LearningTests {
  static func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions()
    options.ticks = 8
    options.epochs = 12
    options.batchSize = 20
    options.learningRate = 0.005
    change(&options)
    return options
  }

  @Test("patterns are learned with every width of weights and either clip", arguments: 2...8)
  func widths(_ bits: Int) throws {
    let source = PatternSamples(count: 120, inputShape: [30], classCount: 4, maximumCount: 1, seed: 9)
    for clip in WeightClip.allCases {
      let options = Self.options {
        $0.weightBits = bits
        $0.clip = clip
      }
      let result = try Trainer.train(.dense([24]), on: source, options: options, arithmetic: TrainingArithmetic())
      let model = try #require(result.model)
      #expect(try model.accuracy(on: source) > 0.93, "\(clip)")
      let limit = TrainingArithmetic.weightLimit(bits: bits)
      let weights = model.populations.flatMap { $0.weights.map { Int($0.magnitude) } }
      #expect(weights.max() ?? 0 <= limit && weights.contains { $0 > 0 })
    }
  }

  @Test("patterns are learned in every precision, with every surrogate, optimiser and loss")
  func choices() throws {
    let source = PatternSamples(count: 120, inputShape: [30], classCount: 4, maximumCount: 2, seed: 9)
    var variants: [TrainingOptions] = Precision.allCases.map { precision in Self.options { $0.precision = precision } }
    variants += [
      (.sigmoid, 4), (.triangular, 1), (.rectangular, 1), (.fastSigmoid, 4), (.arctan, 2),
    ].map { kind, width in Self.options { $0.surrogate = Surrogate(kind, width) } }
    variants += [OptimiserOptions.adam(weightDecay: 0.01), .sgd(momentum: 0.9, weightDecay: 0.0001)].map { optimiser in
      Self.options {
        $0.optimiser = optimiser
        if case .sgd = optimiser { $0.learningRate = 0.05 }
      }
    }
    variants += [Loss.rateMeanSquared, .countMeanSquared(right: 0.9, wrong: 0.05)].map { loss in
      Self.options {
        $0.loss = loss
        $0.learningRate = 0.01
      }
    }
    variants.append(Self.options { $0.resetGradient = .attached })
    for options in variants {
      let result = try Trainer.train(.dense([24]), on: source, options: options, arithmetic: TrainingArithmetic())
      let runner =
        if let model = result.model { try ModelRunner(model) } else {
          try ModelRunner(result.floatModel, options: options)
        }
      #expect(try runner.accuracy(on: source) > 0.9, "\(options)")
    }
  }

  @Test("digits are learned in a few epochs, and float digits keep their accuracy when quantised")
  func digits() throws {
    let dataset = try Dataset.load("digits")
    var options = TrainingOptions.standard(samples: dataset.train.count)
    options.epochs = 8
    let coding = InputCoding.standard(for: dataset)
    func samples(_ set: SampleSet) throws -> EncodedSamples {
      try EncodedSamples(set, coding: coding, ticks: options.ticks, inputShape: dataset.inputShape, classCount: 10)
    }
    let training = try samples(dataset.train), test = try samples(dataset.test)
    let integers = try Trainer.train(.dense([64]), on: training, options: options, arithmetic: TrainingArithmetic())
    #expect(try #require(integers.model).accuracy(on: test) > 0.93)
    options.precision = .float32
    let floats = try Trainer.train(.dense([64]), on: training, options: options)
    let accuracy = try ModelRunner(floats.floatModel, options: options).accuracy(on: test)
    #expect(accuracy > 0.93)
    for bits in [8, 4] {
      options.weightBits = bits
      let quantised = try Quantiser.quantise(
        floats.floatModel, calibration: training, options: options, arithmetic: TrainingArithmetic())
      #expect(try quantised.model.accuracy(on: test) > accuracy - 0.03, "\(bits) bits")
      #expect(quantised.report.allSatisfy { ($0.rate - $0.floatRate).magnitude < 0.02 * max($0.floatRate, 0.05) })
    }
  }

  @Test("fine-tuning from a float model, and from a network, begins where that one ended")
  func beginnings() throws {
    let source = PatternSamples(count: 120, inputShape: [30], classCount: 4, maximumCount: 1, seed: 9)
    var options = Self.options { $0.precision = .float32 }
    let floats = try Trainer.train(.dense([24]), on: source, options: options).floatModel
    options.precision = .integer
    options.epochs = 1
    options.learningRate = 1e-5
    func accuracy(_ initial: FloatModel) throws -> Double {
      try #require(
        Trainer.train(.dense([24]), on: source, options: options, arithmetic: TrainingArithmetic(), initial: initial)
          .model
      ).accuracy(on: source)
    }
    #expect(try accuracy(floats) > 0.9)
    let trained = try #require(
      Trainer.train(.dense([24]), on: source, options: Self.options(), arithmetic: TrainingArithmetic()).model)
    let network = try trained.network()
    let again = try FloatModel(network, setting: trained.setting)
    #expect(try accuracy(again) > 0.9)
    #expect(again.tensors.map(\.shape) == floats.tensors.map(\.shape))
    #expect(throws: TrainingError.self) {
      try Trainer.train(.dense([25]), on: source, options: options, arithmetic: TrainingArithmetic(), initial: floats)
    }
  }
}

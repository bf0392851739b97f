import Datasets
import Networks
import NeuronCore
import Targets
import Testing
import Training

@Suite("Learning")
struct LearningTests {
  @Test("patterns are learned with every width of weights", arguments: 2...8)
  func widths(_ bits: Int) throws {
    let source = PatternSamples(count: 120, inputCount: 30, classCount: 4, maximumCount: 1, seed: 9)
    let options = TrainingOptions(
      hidden: [24], weightBits: bits, ticks: 8, epochs: 12, batchSize: 20, learningRate: 0.005)
    let model = try Trainer.train(on: source, options: options, arithmetic: TrainingArithmetic())
    #expect(try model.accuracy(on: source) > 0.95)
    let limit = TrainingArithmetic.weightLimit(bits: bits)
    let weights = model.layers.flatMap { $0.weights.map { Int($0.magnitude) } }
    #expect(weights.max() ?? 0 <= limit && weights.contains { $0 > 0 })
  }

  @Test("patterns are learned with every leak and reset")
  func arithmetics() throws {
    let source = PatternSamples(count: 120, inputCount: 30, classCount: 4, maximumCount: 2, seed: 9)
    for leak in DecayKind.allCases {
      for reset in Reset.allCases {
        let options = TrainingOptions(hidden: [24], ticks: 8, epochs: 12, batchSize: 20, learningRate: 0.005)
        let arithmetic = TrainingArithmetic(leak: leak, reset: reset)
        let model = try Trainer.train(on: source, options: options, arithmetic: arithmetic)
        #expect(try model.accuracy(on: source) > 0.9, "\(leak) \(reset)")
      }
    }
  }

  @Test("digits are learned in a few epochs")
  func digits() throws {
    let dataset = try Dataset.load("digits")
    var options = TrainingOptions.standard(samples: dataset.train.count)
    options.epochs = 8
    let coding = InputCoding.standard(for: dataset)
    let classes = dataset.classNames.count
    let training = try EncodedSamples(dataset.train, coding: coding, ticks: options.ticks, classCount: classes)
    let test = try EncodedSamples(dataset.test, coding: coding, ticks: options.ticks, classCount: classes)
    let model = try Trainer.train(on: training, options: options, arithmetic: TrainingArithmetic())
    #expect(try model.accuracy(on: test) > 0.93)
  }

  @Test("the best epoch on a tenth is kept, and that tenth does not train")
  func bestOnTenth() throws {
    let source = PatternSamples(count: 200, inputCount: 30, classCount: 4, maximumCount: 1, seed: 9)
    let options = TrainingOptions(
      hidden: [24], ticks: 8, epochs: 8, batchSize: 20, learningRate: 0.005, selection: .bestOnTenth)
    var ends: [TrainingProgress] = []
    let model = try Trainer.train(
      on: source, options: options, arithmetic: TrainingArithmetic(), progress: { if $0.isEpochEnd { ends.append($0) } }
    )
    #expect(ends.count == 8 && ends.allSatisfy { $0.samplesPerEpoch == 180 && $0.validationAccuracy != nil })
    #expect(try model.accuracy(on: source) > 0.9)
  }

  @Test("a batch that the samples do not fill, and one larger than all of them, train as well")
  func batches() throws {
    let source = PatternSamples(count: 67, inputCount: 5, classCount: 2, maximumCount: 1, seed: 3)
    for batch in [1, 66, 67, 1000] {
      let options = TrainingOptions(hidden: [], ticks: 3, epochs: 1, batchSize: batch)
      let model = try Trainer.train(on: source, options: options, arithmetic: TrainingArithmetic())
      #expect(model.layers.count == 1 && model.layers[0].weights.count == 10)
    }
  }
}

import Datasets
import Testing
import Training

@Suite("Bad requests for training")
struct TrainingErrorTests {
  static let source = PatternSamples(count: 20, inputShape: [4], classCount: 2, maximumCount: 3, seed: 1)

  func error(
    _ change: (inout TrainingOptions) -> Void = { _ in }, model: ModelDescription = .dense([3]),
    source: any SampleSource = TrainingErrorTests.source, validation: (any SampleSource)? = nil,
    arithmetic: TrainingArithmetic? = TrainingArithmetic()
  ) -> TrainingError? {
    var options = TrainingOptions()
    options.ticks = 3
    options.epochs = 1
    change(&options)
    do throws(TrainingError) {
      _ = try Trainer.train(model, on: source, options: options, arithmetic: arithmetic, validation: validation)
      return nil
    } catch {
      return error
    }
  }

  @Test("options out of range are named with what is allowed")
  func ranges() {
    #expect(error() == nil)
    let changes: [(name: String, change: (inout TrainingOptions) -> Void)] = [
      ("weight bits", { $0.weightBits = 9 }), ("ticks", { $0.ticks = 0 }), ("epochs", { $0.epochs = 0 }),
      ("batch size", { $0.batchSize = 0 }), ("threads", { $0.threads = -1 }),
      ("learning rate", { $0.learningRate = .nan }), ("warm-up", { $0.warmUp = 1 }),
      ("gradient norm", { $0.gradientNorm = 0 }), ("surrogate width", { $0.surrogate.parameter = 0 }),
      ("momentum", { $0.optimiser = .sgd(momentum: 1, weightDecay: 0) }),
      ("weight decay", { $0.optimiser = .adam(weightDecay: -1) }),
      ("factor of the schedule", { $0.schedule = .step(epochs: 1, factor: 0) }),
      ("scale of the loss", { $0.loss = .countCrossEntropy(scale: 0) }),
      ("share of the right class", { $0.loss = .countMeanSquared(right: -1, wrong: 0) }),
      ("float epochs", { $0.floatEpochs = 1 }), ("patience", { $0.patience = 2 }),
      ("rates of the regulariser", { $0.regulariser = RateRegulariser(strength: 1, lower: 1, upper: 0) }),
    ]
    for (name, change) in changes {
      guard case .option(let found, _, _)? = error(change) else {
        Issue.record("\(name) was taken")
        continue
      }
      #expect(found == name)
    }
    #expect(error({ $0.epochs = 0 })?.description == "epochs 0 is out of range; use 1 to 1000000")
    #expect(error(arithmetic: nil) != nil)
  }

  @Test("samples that cannot train are errors, and wrong shapes name both")
  func samples() {
    let none = PatternSamples(count: 0, inputShape: [4], classCount: 2, maximumCount: 1, seed: 1)
    let other = PatternSamples(count: 5, inputShape: [2, 3], classCount: 2, maximumCount: 1, seed: 1)
    #expect(error(source: none) == .noSamples)
    #expect(error(validation: other) == .shapesDiffer(what: "validation samples", has: [2, 3], needs: [4]))
    #expect(
      error(validation: other)?.description == "validation samples have the shape 2 × 3, but 4 is needed")
    #expect(error(source: WrongLabels()) == .label(sample: 3, label: 3, classes: 3))
    #expect(error(source: WrongLabels())?.description == "sample 3 has label 3, but there are classes 0 to 2")
    #expect(error(arithmetic: TrainingArithmetic(maximumInputCount: 2)) == .inputCount(needed: 3, allowed: 2))
    #expect(
      error(
        { $0.selection = .bestOnTenth },
        source: PatternSamples(count: 9, inputShape: [4], classCount: 2, maximumCount: 1, seed: 1)) == .noSamples)
    #expect(error(source: Vanishing()) == .data(.empty(path: "gone.bin")))
  }

  @Test("a population that loses all weights in rounding is an error that says why")
  func vanished() {
    let problem = error(
      { $0.learningRate = 1e-6 }, model: .dense([], neurons: NeuronDescription(threshold: 1e7)),
      arithmetic: TrainingArithmetic(thresholds: 1...2))
    #expect(problem == .weightsVanished(population: "output", threshold: 2, count: 3))
  }

  @Test("layers that do not fit each other are named")
  func layers() {
    let convolution = LayerDescription.population(
      .init(connection: .convolution(channels: 2, kernel: 3, stride: 1, padding: 0)))
    let output = LayerDescription.population(.init(connection: .dense(neurons: nil)))
    for layers in [[], [convolution, output], [.flatten, convolution, output], [output, .flatten]] {
      if case .model? = error(model: ModelDescription(layers: layers)) { continue }
      Issue.record("\(layers) was taken")
    }
  }

  /// A file that is gone when training comes to it.
  struct Vanishing: SampleSource {
    var count: Int { 20 }
    var inputCount: Int { 4 }
    var classCount: Int { 2 }
    var maximumCount: Int { 1 }
    func label(_ index: Int) -> Int { index % 2 }
    func encode(
      _ index: Int, draw: UInt64, ticks: Int, into counts: UnsafeMutableBufferPointer<UInt8>
    ) throws(DatasetError) {
      if index == 13 { throw .empty(path: "gone.bin") }
      counts.update(repeating: 1)
    }
  }
}

import FixedPoint
import NeuronCore
import Testing
import Training

/// What trained thresholds and leaks have become, and what had no effect.
@Suite("Figures of neurons")
struct NeuronFigureTests {
  @Test("trained leaks and thresholds are told in floats and as the target has them", arguments: ["dense", "current"])
  func trained(_ kind: String) throws {
    let result = try RunTests.train(kind)
    let model = try #require(result.model)
    #expect(result.neurons.map(\.name) == model.populations.map(\.name))
    for (figures, population) in zip(result.neurons, model.populations) {
      #expect(figures.integerThreshold == Int(population.threshold))
      // What is told is the rule of the network: a leak that takes 2^−k.
      #expect(TrainingArithmetic().nearestLeak(figures.leak?.factor) == population.model.leak)
      let target = try #require(figures.leak?.targetFactor)
      #expect((1 - target).significand == 1 && TrainingArithmetic().nearestLeak(target) == population.model.leak)
      #expect(figures.threshold == result.floatModel.number("\(figures.name).threshold"))
      if figures.leak?.isTrained == true {
        #expect(figures.leak?.factor == result.floatModel.number("\(figures.name).leak"))
      }
      if figures.name == "output" {
        #expect(figures.leak?.factor == 0.875 && !figures.isTrained && !figures.isNews)
      } else {
        #expect(figures.trainsThreshold && figures.isNews && figures.leak?.isRounded == true)
        #expect(figures.threshold != 1 && figures.leak?.factor != 0.9)
      }
      #expect((figures.currentLeak != nil) == (population.model.currents.count == 1))
    }
    // Of every epoch those with something trained; the last is what is kept where the last epoch is.
    #expect(result.history.allSatisfy { $0.neurons?.contains { $0.name == "output" } == false })
    if kind == "dense" { #expect(result.history.last?.neurons == result.neurons.filter(\.isTrained)) }
  }

  @Test("in floats there is no integer, and a leak that the target rounds is told without training")
  func floatsAndRounding() throws {
    let floats = try RunTests.train("dense", precision: .float32)
    #expect(floats.neurons.allSatisfy { $0.integerThreshold == nil && $0.leak?.targetFactor == nil })
    #expect(floats.neurons[0].isTrained)
    var (model, source, options) = RunTests.request("dense")
    model = .dense([4], neurons: NeuronDescription(leak: .init(factor: 0.9)))
    options.epochs = 1
    let result = try Trainer.train(model, on: source, options: options, arithmetic: TrainingArithmetic())
    #expect(result.neurons[0].leak == NeuronFigures.Leak(factor: 0.9, targetFactor: 0.875, isTrained: false))
    #expect(result.neurons[0].isNews && !result.neurons[0].isTrained && result.history[0].neurons == nil)
  }

  @Test("a threshold cannot be trained in a readout, and what has no effect is told in a line")
  func unused() throws {
    var (_, source, options) = RunTests.request("dense", precision: .float32)
    options.epochs = 1
    options.clip = .leastSquares
    options.weightBits = 8
    options.loss = .membraneCrossEntropy(over: .mean, scale: 1)
    options.regulariser = nil
    var readout = NeuronDescription(role: .readout)
    func result(_ hidden: [PopulationDescription] = []) throws(TrainingError) -> TrainingResult {
      let last = PopulationDescription(connection: .dense(neurons: nil), neurons: readout)
      return try Trainer.train(
        ModelDescription(layers: (hidden + [last]).map { .population($0) }), on: source, options: options)
    }
    #expect(try result().unused.isEmpty)
    readout.trainsThreshold = true
    let error = #expect(throws: TrainingError.self) { try result() }
    #expect(error?.description.contains("output is a readout, which never spikes") == true)
    readout = NeuronDescription(role: .readout, threshold: 2, reset: .zero, refractoryTicks: 1, spikeCap: 3)
    options.surrogate = Surrogate(.arctan, 2)
    options.resetGradient = .attached
    options.regulariser = RateRegulariser(strength: 1, lower: 0, upper: 1)
    options.weightBits = 4
    options.clip = .learned
    #expect(
      try result().unused.map(\.setting) == [
        "output: threshold", "output: reset", "output: refractory", "output: spikes_per_tick", "surrogate",
        "reset_gradient", "regulariser", "bits", "clip",
      ])
    #expect(
      try result().unused[4].description == "surrogate arctan has no effect: no population spikes")
    readout = NeuronDescription(role: .readout)
    (options.weightBits, options.clip) = (8, .leastSquares)
    let late = PopulationDescription(
      connection: .dense(neurons: 3), neurons: NeuronDescription(refractoryTicks: 7), delay: 7, recurrentDelay: 9)
    #expect(
      try result([late]).unused.map(\.setting) == [
        "hidden1: delay", "hidden1: recurrent_delay", "hidden1: refractory",
      ])
  }

  @Test("recurrent models have a flatter surrogate and a bound of the gradient, and readouts a loss of membranes")
  func standard() {
    func options(_ populations: PopulationDescription...) -> TrainingOptions {
      .standard(samples: 100, model: ModelDescription(layers: populations.map { .population($0) }))
    }
    let plain = PopulationDescription(connection: .dense(neurons: nil))
    var recurrent = plain, readout = plain
    recurrent.recurrentDelay = 1
    readout.neurons.role = .readout
    #expect(options(plain) == .standard(samples: 100))
    #expect(options(plain).surrogate == Surrogate(.fastSigmoid, 4) && options(plain).gradientNorm == nil)
    #expect(options(recurrent, plain).surrogate == Surrogate(.fastSigmoid, 10))
    #expect(options(recurrent, plain).gradientNorm == 1)
    #expect(options(plain, readout).loss == .membraneCrossEntropy(over: .maximum, scale: 1))
  }
}

extension FloatModel {
  /// The only value of a tensor.
  fileprivate func number(_ name: String) -> Double? {
    switch tensor(name)?.values {
    case .float32(let values): values.first.map(Double.init)
    case .float64(let values): values.first
    case nil: nil
    }
  }
}

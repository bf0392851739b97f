import ChipCatalog
import FixedPoint
import Images
import Kernels
import Networks
import NeuronCore
import ShippedTargets
import Targets
import Testing
import Training
import Workflows

/// What is trained for a chip keeps to its limits, and its emulator does what training's forward pass does.
@Suite("Training for chips")
struct ChipTrainingTests {
  static let chips = ["ucaspian", "tinyodin", "odin", "xylo-audio-2", "xylo-audio-3", "xylo-imu"]
  static let ticks = 9

  /// Samples whose counts a target takes.
  static func source(_ target: Target, seed: UInt64 = 5) -> PatternSamples {
    PatternSamples(
      count: 24, inputShape: [12], classCount: 3, maximumCount: min(target.arithmetic.maximumInputCount, 15), seed: seed
    )
  }

  static func options(_ arithmetic: TrainingArithmetic) -> TrainingOptions {
    var options = TrainingOptions()
    options.weightBits = TrainingOptions.standardWeightBits(arithmetic)
    (options.ticks, options.epochs, options.batchSize, options.learningRate) = (ticks, 3, 6, 0.02)
    options.threads = 1
    return options
  }

  static func train(_ target: Target, hidden: [Int] = [14]) throws -> TrainedModel {
    let arithmetic = TrainingArithmetic(target)
    let model = ModelDescription.dense(hidden).suited(to: arithmetic)
    return try #require(
      try Trainer.train(model, on: source(target), options: options(arithmetic), arithmetic: arithmetic).model)
  }

  @Test("the emulated chip gives the very outputs of training's forward pass", arguments: chips)
  func emulated(name: String) throws {
    let target = try Target.load(name)
    let model = try Self.train(target)
    #expect(try Self.differences(model, target) == 0)
  }

  /// Ticks and classes in which the emulator's outputs are others; all spikes count as one more.
  static func differences(_ model: TrainedModel, _ target: Target) throws -> Int {
    let samples = PatternProvider(source: source(target), ticks: ticks)
    let document = NetworkDocument(
      network: try model.network(), ticks: ticks, coding: .spikes, decoder: model.decoder, classNames: [])
    let image = try LoadedImage(name: target.name, bytes: try Compilation(document, for: target).imageBytes)
    let runner = try ModelRunner(model)
    var differences = 0, spikes = 0
    try EmulatorRunner(try ChipCatalog.emulator(for: image), threads: 1).run(0..<8, of: samples) { index, outcome in
      let trace = try runner.forward(samples.source.counts(index, ticks: ticks))
      guard let last = trace.spikes.last, last.count == outcome.outputs.count else {
        differences += 1
        return
      }
      differences += zip(last, outcome.outputs).filter { $0 != $1 }.count
      spikes += last.reduce(0) { $0 + Int($1) }
    }
    #expect(spikes > 0, "nothing spikes")
    return differences
  }

  @Test(
    "event-driven cores and training agree on random networks, full queues included", arguments: ["tinyodin", "odin"])
  func randomEvents(name: String) throws {
    let target = try Target.load(name)
    let arithmetic = TrainingArithmetic(target)
    for seed in 0..<6 as Range<UInt64> {
      var random = RandomStream(seed: seed, stream: 3)
      let setting = ModelSetting(
        model: .dense([120]), inputShape: [12], classCount: 3, ticks: Self.ticks,
        maximumCount: Self.source(target).maximumCount)
      var model = try TrainedModel.filled(setting, options: Self.options(arithmetic), arithmetic: arithmetic)
      for index in model.populations.indices {
        // Low thresholds let more neurons fire at one event than the queue of ODIN holds.
        // A high one keeps outputs below the 255 spikes that a count holds.
        model.populations[index].threshold = index == 0 ? 1 + Int32(random.below(seed % 2 == 0 ? 9 : 60)) : 200
        model.populations[index].model.leak = .linear(amount: random.below(4))
        let classes = model.populations[index].weights.count / (index == 0 ? 12 : 120)
        for source in 0..<(index == 0 ? 12 : 120) {
          let sign: Int8 = random.below(4) == 0 ? -1 : 1
          for target in 0..<classes {
            model.populations[index].weights[source * classes + target] = sign * Int8(random.below(8))
          }
        }
      }
      #expect(try Self.differences(model, target) == 0, "seed \(seed)")
    }
  }

  @Test("training saturates after every event as the interpreter does, with all kernels")
  func saturation() throws {
    let target = try Target.load("xylo-imu")
    let arithmetic = TrainingArithmetic(target)
    var saturated = 0
    for seed in 0..<12 as Range<UInt64> {
      var random = RandomStream(seed: seed, stream: 4)
      var neurons = NeuronDescription(currentLeak: .init(shift: 1), hasBias: seed % 3 == 0)
      neurons.spikeCap = 31
      var output = neurons
      output.spikeCap = 1
      let layers: [LayerDescription] = [
        .population(.init(connection: .dense(neurons: 20), neurons: neurons, recurrentDelay: 1)),
        .population(.init(connection: .dense(neurons: nil), neurons: output)),
      ]
      let setting = ModelSetting(
        model: ModelDescription(layers: layers), inputShape: [12], classCount: 3, ticks: Self.ticks, maximumCount: 15)
      var model = try TrainedModel.filled(setting, options: Self.options(arithmetic), arithmetic: arithmetic)
      func weight() -> Int8 { Int8(truncatingIfNeeded: Int32(random.below(255)) - 127) }
      for index in model.populations.indices {
        model.populations[index].weights = model.populations[index].weights.map { _ in weight() }
        model.populations[index].recurrent = model.populations[index].recurrent.map { _ in weight() }
        model.populations[index].weightShift = Int(random.below(8))
        model.populations[index].recurrentShift = Int(random.below(8))
        model.populations[index].threshold = 1 + Int32(random.below(4000))
        model.populations[index].model.leak = .atLeastOneFloor(shift: UInt8(random.below(6)))
        model.populations[index].model.currents = .one(.atLeastOneFloor(shift: UInt8(1 + random.below(5))))
        if neurons.hasBias {
          let count = index == 0 ? 20 : 3
          model.populations[index].biases = (0..<count).map { _ in Int32(random.below(4000)) - 2000 }
        }
      }
      saturated += try Self.compare(model, Self.source(target, seed: seed), "seed \(seed)")
    }
    #expect(saturated > 100, "membranes at a rail: \(saturated)")
  }

  /// Compares spikes and membranes with the interpreter, and counts membranes at a rail.
  static func compare(_ model: TrainedModel, _ source: PatternSamples, _ note: String) throws -> Int {
    let network = try model.network()
    let interpreter = try NetworkInterpreter(network)
    let shifts = [0, 1]
    var rails = 0
    for variant in KernelVariant.supported {
      let runner = try ModelRunner(model, kernels: variant)
      for sample in 0..<3 {
        let counts = source.counts(sample, ticks: ticks)
        let expected = try interpreter.run(input: counts, ticks: ticks)
        let trace = try runner.forward(counts)
        for (index, rows) in trace.spikes.enumerated() {
          let width = network.populations[index].size, first = network.populationOffsets[index]
          let same = rows.indices.allSatisfy {
            rows[$0] == expected[tick: $0 / width + shifts[index], neuron: first + $0 % width]
          }
          #expect(same, "\(note), \(variant), population \(index)")
          rails += trace.membranes[index].filter { $0 == 32767 || $0 == -32768 }.count
        }
      }
    }
    return rails
  }

  @Test("networks for ODIN have one sign a source, unsigned membranes, and weights of at most 7")
  func signs() throws {
    let target = try Target.load("odin")
    let network = try Self.train(target, hidden: [14, 9]).network()
    var negative = 0
    for projection in network.projections {
      guard case .dense(let weights) = projection.connectivity else { continue }
      let width = network.populations[projection.target].size
      let rows = stride(from: 0, to: weights.values.count, by: width).map { Array(weights.values[$0..<$0 + width]) }
      #expect(rows.allSatisfy { row in row.allSatisfy { $0 >= 0 } || row.allSatisfy { $0 <= 0 } })
      #expect(weights.values.allSatisfy { $0.magnitude <= 7 })
      negative += rows.filter { row in row.contains { $0 < 0 } }.count
    }
    #expect(negative > 0)
    for population in network.populations {
      #expect(population.model.lowerBound == .value(0) && population.model.upperBound == 255)
      #expect((1...255).contains(population.threshold[0]) && population.bias[0] == 0)
    }
  }

  @Test("what a chip does not have is refused before training")
  func refusals() throws {
    func error(_ name: String, _ change: (inout PopulationDescription) -> Void) throws -> TrainingError? {
      let arithmetic = TrainingArithmetic(try Target.load(name))
      var hidden = PopulationDescription(connection: .dense(neurons: 5))
      change(&hidden)
      let model = ModelDescription(layers: [
        .population(hidden), .population(PopulationDescription(connection: .dense(neurons: nil))),
      ]).suited(to: arithmetic)
      do throws(TrainingError) {
        _ = try Trainer.train(
          model, on: Self.source(try Self.loaded(name)), options: Self.options(arithmetic), arithmetic: arithmetic)
        return nil
      } catch {
        return error
      }
    }
    #expect(
      try error("ucaspian") { $0.neurons.hasBias = true }
        == .unsupported(option: "hidden1: bias", value: "one", allowed: "none"))
    #expect(
      try error("ucaspian") { $0.neurons.currentLeak = .init(shift: 2) }
        == .unsupported(option: "hidden1: synaptic current", value: "one", allowed: "none"))
    #expect(
      try error("odin") { $0.delay = 1 }
        == .unsupported(option: "hidden1: delay", value: "1", allowed: "0: a spike acts at once"))
    #expect(try error("tinyodin") { $0.recurrentDelay = 1 } != nil)
    #expect(
      try error("xylo-imu") { $0.neurons.spikeCap = 4 }
        == .unsupported(option: "hidden1: spikes a tick", value: "4", allowed: "31, no more and no less"))
  }

  private static func loaded(_ name: String) throws(TrainingError) -> Target {
    do { return try Target.load(name) } catch { throw .network("\(error)") }
  }
}

/// Pattern samples for an emulator.
private struct PatternProvider: SampleProvider {
  let source: PatternSamples
  let ticks: Int
  var lines: Int { source.inputCount }
  var count: Int { source.count }
  func label(of index: Int) -> Int? { source.label(index) }
  func fill(_ index: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>) {
    source.encode(index, draw: 0, ticks: ticks, into: buffer)
  }
}

import ChipCatalog
import FixedPoint
import Networks
import NeuronCore
import ShippedTargets
import Targets
import Testing
import Training

/// What training gives for a target, that target takes.
@Suite("Training for a target")
struct TargetArithmeticTests {
  static let source = PatternSamples(count: 24, inputShape: [12], classCount: 3, maximumCount: 2, seed: 5)

  static func train(
    _ arithmetic: Arithmetic, neurons: NeuronDescription = NeuronDescription(hasBias: true), hidden: [Int] = [9, 6],
    delay: Int = 0, recurrentDelay: Int? = nil, bits: Int = 8, progress: (TrainingProgress) -> Void = { _ in }
  ) throws(TrainingError) -> TrainedModel {
    var options = TrainingOptions()
    options.weightBits = bits
    options.ticks = 7
    options.epochs = 3
    options.batchSize = 6
    options.learningRate = 0.02
    options.threads = 1
    var layers = hidden.map {
      LayerDescription.population(
        .init(connection: .dense(neurons: $0), neurons: neurons, delay: delay, recurrentDelay: recurrentDelay))
    }
    layers.append(.population(.init(connection: .dense(neurons: nil), neurons: neurons)))
    let result = try Trainer.train(
      ModelDescription(layers: layers), on: source, options: options, arithmetic: TrainingArithmetic(arithmetic),
      progress: progress)
    guard let model = result.model else { throw .cancelled }
    return model
  }

  /// Maps a model on a target and compares every spike of the deployed network with training's forward pass.
  static func check(_ model: TrainedModel, on target: Target, _ note: String) throws -> Int {
    let network = try model.network()
    _ = try ChipCatalog.map(network, to: target)
    let interpreter = try NetworkInterpreter(network)
    let runner = try ModelRunner(model)
    var spikes = 0
    for sample in 0..<4 {
      let counts = source.counts(sample, ticks: 7)
      let trace = try interpreter.run(input: counts, ticks: 7)
      for (index, rows) in try runner.forward(counts).spikes.enumerated() {
        let width = network.populations[index].size, first = network.populationOffsets[index]
        let shift = Int(network.populations[index].start[0])
        let same = rows.indices.allSatisfy {
          rows[$0] == trace[tick: $0 / width + shift, neuron: first + $0 % width]
        }
        #expect(same, "\(note), population \(index)")
        spikes += rows.reduce(0) { $0 + Int($1) }
      }
    }
    return spikes
  }

  @Test("random targets either take what is trained for them, or training refuses them")
  func randomTargets() throws {
    let board = try Target.load("board")
    var trained = 0, refused = 0, spikes = 0
    for seed in 0..<250 {
      var random = RandomStream(seed: UInt64(seed), stream: 11)
      var target = board
      target.arithmetic = Self.arithmetic(&random)
      try target.validate()
      let bits = [2, 4, 8][Int(random.below(3))]
      var neurons = NeuronDescription(hasBias: random.below(2) == 0)
      if random.below(3) == 0 { neurons.currentLeak = .init(factor: 0.7) }
      if random.below(3) == 0 { neurons.spikeCap = 3 }
      if random.below(4) == 0 { neurons.refractoryTicks = 1 }
      if random.below(5) == 0 { neurons.leak = nil }
      let hidden = [[], [9], [9, 6]][Int(random.below(3))]
      let delay = Int(random.below(4)), recurrent = [nil, 1, 3][Int(random.below(3))]
      let note = "seed \(seed): \(target.arithmetic), \(bits) bits, \(hidden), \(neurons)"
      do throws(TrainingError) {
        let model = try Self.train(
          target.arithmetic, neurons: neurons, hidden: hidden, delay: delay, recurrentDelay: recurrent, bits: bits)
        trained += 1
        do { spikes += try Self.check(model, on: target, note) } catch { Issue.record("\(note): \(error)") }
      } catch {
        refused += 1
        switch error {
        case .target, .unsupported, .inputCount, .weightsVanished: break
        default: Issue.record("\(note): \(error)")
        }
      }
    }
    #expect(trained >= 50 && refused >= 50 && spikes > 500, "\(trained) trained, \(refused) refused, \(spikes) spikes")
  }

  @Test("every leak, reset, compare, sum and membrane width that a target may have is trained and taken")
  func everyOption() throws {
    var target = try Target.load("board")
    for leak in DecayKind.allCases {
      for reset in Reset.allCases {
        for bits in [8, 12, 24, 32] {
          target.arithmetic = Arithmetic(
            membraneBits: bits, accumulatorBits: bits == 32 ? 64 : 32, leaks: [leak], maximumLeakShift: 3,
            sums: [bits == 8 ? .perTerm16 : .exact], compares: [bits == 12 ? .atLeast : .above], resets: [reset],
            delays: 1...4, inputDelays: 0...0)
          let note = "\(leak) \(reset) \(bits)"
          #expect(try Self.check(try Self.train(target.arithmetic), on: target, note) > 0, "\(note)")
        }
      }
    }
  }

  @Test("the least delays of a target are those of the network, and its layers start by them")
  func leastDelays() throws {
    var target = try Target.load("board")
    target.arithmetic.delays = 2...5
    target.arithmetic.inputDelays = 1...3
    let network = try Self.train(target.arithmetic).network()
    #expect(network.projections.map(\.delay) == [1, 2, 2])
    #expect(network.populations.map { $0.start[0] } == [1, 3, 5])
    #expect(network.outputs.map(\.shift) == [5])
    let delayed = try Self.train(target.arithmetic, delay: 3)
    let later = try delayed.network()
    #expect(later.projections.map(\.delay) == [3, 3, 2] && later.populations.map { $0.start[0] } == [0, 0, 2])
    #expect(try Self.check(delayed, on: target, "delays") > 0)
  }

  @Test("what a target does not have is refused before training, and named with the population")
  func refusals() throws {
    var refusedEarly = false
    func error(
      _ neurons: NeuronDescription = NeuronDescription(), delay: Int = 0, recurrentDelay: Int? = nil, bits: Int = 8,
      _ change: (inout Arithmetic) -> Void = { _ in }
    ) throws -> TrainingError? {
      var arithmetic = try Target.load("board").arithmetic
      var steps = 0
      defer { refusedEarly = steps == 0 }
      change(&arithmetic)
      do throws(TrainingError) {
        _ = try Self.train(
          arithmetic, neurons: neurons, delay: delay, recurrentDelay: recurrentDelay, bits: bits,
          progress: { _ in steps += 1 })
        return nil
      } catch {
        return error
      }
    }
    #expect(try error { $0.sums = [.perTerm16] } == nil && !refusedEarly)
    #expect(
      try error { $0.accumulators = [.wrap16, .saturatePerEvent] }
        == .target(key: "accumulators", has: "wrap16, saturatePerEvent", needs: "exact"))
    #expect(refusedEarly)
    #expect(
      try error { $0.maximumStart = 1 } == .target(key: "maximum_start", has: "1", needs: "2 or more for these layers"))
    #expect(
      try error(NeuronDescription(leak: nil)) { $0.leaks = [.floor] }
        == .unsupported(option: "hidden1: leak", value: "none", allowed: "leaks floor"))
    #expect(
      try error(NeuronDescription(reset: .zero)) { $0.resets = [.subtractAfterLeak] }
        == .unsupported(option: "hidden1: reset", value: "zero", allowed: "subtractAfterLeak"))
    #expect(
      try error(NeuronDescription(spikeCap: 4)) { $0.maximumSpikeCap = 3 }
        == .unsupported(option: "hidden1: spikes a tick", value: "4", allowed: "1 to 3"))
    #expect(
      try error(NeuronDescription(refractoryTicks: 4)) { $0.maximumRefractoryTicks = 3 }
        == .unsupported(option: "hidden1: refractory ticks", value: "4", allowed: "0 to 3"))
    #expect(
      try error(NeuronDescription(currentLeak: .init(factor: 0.5))) { $0.maximumCurrents = 0 }
        == .unsupported(option: "hidden1: synaptic current", value: "one", allowed: "none"))
    #expect(
      try error(delay: 5) { $0.inputDelays = 0...4 }
        == .unsupported(option: "hidden1: delay", value: "5", allowed: "0 to 4"))
    #expect(
      try error(recurrentDelay: 1) { $0.delays = 2...4 }
        == .unsupported(option: "hidden1: recurrent delay", value: "1", allowed: "2 to 4"))
    #expect(
      try error(NeuronDescription(leak: .init(factor: 0.9, isTrained: true))) { $0.leaks = [.linear] } != nil)
    #expect(try error(bits: 8) { $0.weightBits = [4, 2] } != nil && refusedEarly)
  }

  @Test("a loss of spikes with a readout at the end, and the reverse, are refused with a sentence")
  func losses() throws {
    var options = TrainingOptions()
    options.ticks = 3
    var readout = NeuronDescription()
    readout.role = .readout
    func error(_ neurons: NeuronDescription, _ loss: Loss) -> TrainingError? {
      options.loss = loss
      do throws(TrainingError) {
        _ = try Trainer.train(
          ModelDescription(layers: [.population(.init(connection: .dense(neurons: nil), neurons: neurons))]),
          on: Self.source, options: options, arithmetic: TrainingArithmetic())
        return nil
      } catch {
        return error
      }
    }
    #expect(
      error(readout, .rateMeanSquared)?.description
        == "the loss rate mean squared needs a last layer that spikes, which output is not; "
        + "change the loss or the role of the last layer")
    if case .lossDoesNotFit? = error(NeuronDescription(), .membraneCrossEntropy(over: .mean, scale: 1)) {
    } else {
      Issue.record("taken")
    }
  }

  /// The arithmetic of a target as a user may write it.
  private static func arithmetic(_ random: inout RandomStream) -> Arithmetic {
    func one<T>(of values: [T], _ random: inout RandomStream) -> T { values[Int(random.below(UInt32(values.count)))] }
    let membrane = one(of: [8, 12, 16, 24, 31, 32], &random)
    let delay = 1 + Int(random.below(4)), inputDelay = Int(random.below(4))
    let leak = one(of: DecayKind.allCases, &random)
    return Arithmetic(
      membraneBits: membrane, accumulatorBits: membrane == 32 ? 64 : one(of: [32, 64], &random),
      maximumCurrents: Int(random.below(3)),
      accumulators: random.below(12) == 0 ? [.saturatePerEvent] : [.exact],
      leaks: leak == .none || random.below(3) == 0 ? [leak] : [leak, .none],
      maximumLeakShift: one(of: [31, 31, 8, 3, 3, 2], &random),
      sums: one(of: [[.exact], [.exact], [.exact, .perTerm16], [.perTerm16, .exact], [.perTerm16]], &random),
      compares: [one(of: Comparison.allCases, &random)], resets: [one(of: Reset.allCases, &random)],
      maximumSpikeCap: one(of: [1, 255, 255], &random), maximumRefractoryTicks: one(of: [0, 9, 9], &random),
      weightBits: one(of: [[8, 4, 2], [8], [8, 4], [4, 2], [8, 2]], &random), maximumWeightShift: Int(random.below(8)),
      delays: delay...delay + Int(random.below(4)), inputDelays: inputDelay...inputDelay + Int(random.below(4)),
      maximumInputCount: random.below(12) == 0 ? 1 : 255,
      maximumStart: one(of: [65535, 65535, 65535, 65535, 4, 0], &random))
  }
}

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
  static let source = PatternSamples(count: 24, inputCount: 12, classCount: 3, maximumCount: 2, seed: 5)

  static func train(
    _ arithmetic: Arithmetic, hidden: [Int] = [9, 6], bits: Int, hasBias: Bool = true,
    progress: (TrainingProgress) -> Void = { _ in }
  ) throws(TrainingError) -> TrainedModel {
    let options = TrainingOptions(
      hidden: hidden, weightBits: bits, ticks: 7, epochs: 6, batchSize: 6, learningRate: 0.02, threads: 1,
      hasBias: hasBias)
    return try Trainer.train(
      on: source, options: options, arithmetic: TrainingArithmetic(arithmetic), progress: progress)
  }

  /// Maps a model on a target and compares every spike of the deployed network with training's forward pass.
  static func check(_ model: TrainedModel, on target: Target, _ note: String) throws -> Int {
    let network = try model.network()
    _ = try ChipCatalog.map(network, to: target)
    let interpreter = try NetworkInterpreter(network)
    let runner = try TrainedModelRunner(model)
    var counts = [UInt8](repeating: 0, count: model.ticks * source.inputCount)
    var spikes = 0
    for sample in 0..<6 {
      counts.withUnsafeMutableBufferPointer { source.encode(sample, draw: 0, ticks: model.ticks, into: $0) }
      let trace = try interpreter.run(input: counts, ticks: model.ticks)
      for (index, rows) in runner.forward(counts).enumerated() {
        let width = model.layers[index].outputs, first = network.populationOffsets[index]
        for place in rows.indices {
          let tick = place / width + model.shifts[index]
          #expect(
            rows[place] == trace[tick: tick, neuron: first + place % width], "\(note), layer \(index), tick \(tick)")
        }
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
      let hidden = [[], [9], [9, 6]][Int(random.below(3))]
      let note = "seed \(seed): \(target.arithmetic), \(bits) bits, \(hidden)"
      do throws(TrainingError) {
        let model = try Self.train(target.arithmetic, hidden: hidden, bits: bits, hasBias: random.below(2) == 0)
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
    #expect(trained >= 60 && refused >= 60 && spikes > 1000, "\(trained) trained, \(refused) refused, \(spikes) spikes")
  }

  @Test("every leak, reset, compare and membrane width that a target may have is trained and taken")
  func everyOption() throws {
    var target = try Target.load("board")
    for leak in DecayKind.allCases {
      for reset in Reset.allCases {
        for bits in [8, 12, 24, 32] {
          target.arithmetic = Arithmetic(
            membraneBits: bits, accumulatorBits: bits == 32 ? 64 : 32, leaks: [leak], maximumLeakShift: 3,
            compares: [bits == 12 ? .atLeast : .above], resets: [reset], delays: 1...4, inputDelays: 0...0)
          let note = "\(leak) \(reset) \(bits)"
          #expect(try Self.check(try Self.train(target.arithmetic, bits: 8), on: target, note) > 0, "\(note)")
        }
      }
    }
  }

  @Test("the least delays of a target are those of the network, and its layers start by them")
  func leastDelays() throws {
    var target = try Target.load("board")
    target.arithmetic.delays = 2...5
    target.arithmetic.inputDelays = 1...3
    let model = try Self.train(target.arithmetic, bits: 8)
    let network = try model.network()
    #expect(model.shifts == [1, 3, 5])
    #expect(network.projections.map(\.delay) == [1, 2, 2])
    #expect(network.populations.map { $0.start[0] } == [1, 3, 5])
    #expect(network.outputs.map(\.shift) == [5])
    #expect(try Self.check(model, on: target, "delays") > 0)
  }

  @Test("delays change nothing of what is learned")
  func sameLayers() throws {
    var arithmetic = try Target.load("board").arithmetic
    let plain = try Self.train(arithmetic, bits: 4)
    arithmetic.delays = 3...3
    arithmetic.inputDelays = 2...2
    #expect(try Self.train(arithmetic, bits: 4).layers == plain.layers)
  }

  @Test("arithmetic that training does not compute is named by the key of the target's file")
  func refusals() throws {
    var refusedEarly = false
    func error(_ change: (inout Arithmetic) -> Void) throws -> TrainingError? {
      var arithmetic = try Target.load("board").arithmetic
      var steps = 0
      defer { refusedEarly = steps == 0 }
      change(&arithmetic)
      do throws(TrainingError) {
        _ = try Self.train(arithmetic, bits: 8, progress: { _ in steps += 1 })
        return nil
      } catch {
        return error
      }
    }
    #expect(try error { $0.sums = [.perTerm16] } == .target(key: "sums", has: "perTerm16", needs: "exact"))
    #expect(try error { $0.sums = [.perTerm16, .exact] } == nil)
    #expect(
      try error { $0.accumulators = [.wrap16, .saturatePerEvent] }
        == .target(key: "accumulators", has: "wrap16, saturatePerEvent", needs: "exact"))
    #expect(refusedEarly)
    let start = try error { $0.maximumStart = 1 }
    #expect(start == .target(key: "maximum_start", has: "1", needs: "2 or more for these layers"))
    #expect(
      start?.description
        == "training needs 2 or more for these layers in arithmetic.maximum_start of the target, which has 1; "
        + "use another target")
    #expect(try error { $0.maximumStart = 2 } == nil)
    #expect(
      try error {
        $0.leaks = [.floor]
        $0.maximumLeakShift = 2
      } == .unsupported(option: "leak shift", value: "3", allowed: "0 to 2"))
    for leak in [DecayKind.linear, .none] {
      #expect(
        try error {
          $0.leaks = [leak]
          $0.maximumLeakShift = 0
        } == nil)
    }
  }

  @Test("a layer that loses all weights in rounding is an error that says why")
  func vanished() throws {
    let options = TrainingOptions(hidden: [], ticks: 3, epochs: 1, batchSize: 24, learningRate: 1e-6)
    let arithmetic = TrainingArithmetic(thresholds: 1...2)
    #expect(throws: TrainingError.weightsVanished(layer: 1, threshold: 2, count: 2)) {
      try Trainer.train(on: Self.source, options: options, arithmetic: arithmetic)
    }
  }

  /// The arithmetic of a target as a user may write it.
  private static func arithmetic(_ random: inout RandomStream) -> Arithmetic {
    func one<T>(of values: [T], _ random: inout RandomStream) -> T { values[Int(random.below(UInt32(values.count)))] }
    let membrane = one(of: [8, 12, 16, 24, 31, 32], &random)
    let delay = 1 + Int(random.below(4)), inputDelay = Int(random.below(4))
    return Arithmetic(
      membraneBits: membrane, accumulatorBits: membrane == 32 ? 64 : one(of: [32, 64], &random),
      maximumCurrents: Int(random.below(3)),
      accumulators: random.below(12) == 0 ? [.saturatePerEvent] : [.exact],
      leaks: [one(of: DecayKind.allCases, &random)], maximumLeakShift: one(of: [31, 31, 8, 3, 3, 2], &random),
      sums: one(of: [[.exact], [.exact], [.exact, .perTerm16], [.perTerm16, .exact], [.perTerm16]], &random),
      compares: [one(of: Comparison.allCases, &random)], resets: [one(of: Reset.allCases, &random)],
      maximumSpikeCap: one(of: [1, 255], &random), maximumRefractoryTicks: 0,
      weightBits: one(of: [[8, 4, 2], [8], [8, 4], [4, 2], [8, 2]], &random), maximumWeightShift: Int(random.below(8)),
      delays: delay...delay + Int(random.below(4)), inputDelays: inputDelay...inputDelay + Int(random.below(4)),

      // Samples carry counts of 2.
      maximumInputCount: random.below(12) == 0 ? 1 : 255,
      maximumStart: one(of: [65535, 65535, 65535, 65535, 4, 0], &random))
  }
}

import NeuronCore
import Testing
import Training

@Suite("What training refuses")
struct TrainingErrorTests {
  static let source = PatternSamples(count: 20, inputCount: 4, classCount: 2, maximumCount: 3, seed: 1)

  private func error(
    _ change: (inout TrainingOptions) -> Void = { _ in }, arithmetic: TrainingArithmetic = TrainingArithmetic(),
    source: any SampleSource = source, validation: (any SampleSource)? = nil, isCancelled: () -> Bool = { false }
  ) -> TrainingError? {
    var options = TrainingOptions(hidden: [4], ticks: 3, epochs: 1, batchSize: 10)
    change(&options)
    do throws(TrainingError) {
      _ = try Trainer.train(
        on: source, validation: validation, options: options, arithmetic: arithmetic, isCancelled: isCancelled)
      return nil
    } catch {
      return error
    }
  }

  @Test("options out of range are named with what is allowed")
  func options() {
    #expect(error { $0.weightBits = 1 } == .option(name: "weight bits", value: "1", allowed: "2 to 8"))
    #expect(error { $0.ticks = 0 } == .option(name: "ticks", value: "0", allowed: "1 to 4096"))
    #expect(error { $0.epochs = 0 } == .option(name: "epochs", value: "0", allowed: "1 to 1000000"))
    #expect(error { $0.batchSize = 0 } == .option(name: "batch size", value: "0", allowed: "1 to 65536"))
    #expect(error { $0.threads = -1 } == .option(name: "threads", value: "-1", allowed: "0 to 1024"))
    #expect(error { $0.hidden = [4, 0] } == .option(name: "hidden layer size", value: "0", allowed: "1 to 65536"))
    #expect(
      error { $0.learningRate = .nan }?.description
        == "learning rate nan is out of range; use a number above 0, up to 10")
    for change: (inout TrainingOptions) -> Void in [
      { $0.learningRate = 0 }, { $0.warmUp = 1 }, { $0.surrogateSlope = -1 }, { $0.logitScale = .infinity },
      { $0.leakShift = 32 }, { $0.hidden = Array(repeating: 1, count: 65) },
    ] {
      guard case .option = error(change) else {
        Issue.record("an option out of range was taken")
        continue
      }
    }
  }

  @Test("what the target lacks is named with what it has")
  func target() {
    let arithmetic = TrainingArithmetic(maximumLeakShift: 3, weightBits: [2, 4], maximumInputCount: 2)
    #expect(
      error({ $0.weightBits = 8 }, arithmetic: arithmetic)
        == .unsupported(option: "weight bits", value: "8", allowed: "2, 4"))
    #expect(
      error(
        {
          $0.weightBits = 4; $0.leakShift = 4
        }, arithmetic: arithmetic)
        == .unsupported(option: "leak shift", value: "4", allowed: "0 to 3"))
    #expect(
      error(
        {
          $0.weightBits = 4; $0.leakShift = 3
        }, arithmetic: arithmetic) == .inputCount(needed: 3, allowed: 2))
  }

  @Test("samples that cannot train are errors")
  func samples() {
    let none = PatternSamples(count: 0, inputCount: 4, classCount: 2, maximumCount: 1, seed: 1)
    let other = PatternSamples(count: 5, inputCount: 6, classCount: 2, maximumCount: 1, seed: 1)
    #expect(error(source: none) == .noSamples)
    #expect(error(validation: other) == .inputsDiffer(training: 4, validation: 6))
    #expect(error(source: WrongLabels()) == .label(sample: 3, label: 3, classes: 3))
    #expect(error(source: WrongLabels())?.description == "sample 3 has label 3, but there are classes 0 to 2")
    #expect(
      error(
        { $0.selection = .bestOnTenth },
        source: PatternSamples(count: 9, inputCount: 4, classCount: 2, maximumCount: 1, seed: 1)) == .noSamples)
  }

  @Test("a run stops when it is asked to")
  func cancelled() {
    var asked = 0
    let result = error(isCancelled: {
      asked += 1
      return asked == 2
    })
    #expect(result == .cancelled && asked == 2)
  }
}

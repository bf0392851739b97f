import Kernels
import NeuronCore
import Targets
import Testing
import Training

/// A seed gives the same bytes whatever computes them.
@Suite("Determinism")
struct Determinism {
  static let source = PatternSamples(
    count: 150, inputCount: 37, classCount: 5, maximumCount: 3, seed: 4, hasFreshNoise: true)

  static func train(
    _ arithmetic: TrainingArithmetic = TrainingArithmetic(), bits: Int = 4, threads: Int, variant: KernelVariant
  ) throws -> TrainedModel {
    try Trainer.train(
      on: source,
      options: TrainingOptions(
        hidden: [33, 17], weightBits: bits, ticks: 9, epochs: 3, batchSize: 70, learningRate: 0.002, warmUp: 0.1,
        seed: 11,
        threads: threads, leakShift: 4, surrogateSlope: 10, logitScale: 1, hasBias: true),
      arithmetic: arithmetic, kernels: variant)
  }

  @Test("trained weights are the same at any thread count and with all kernels")
  func sameBytes() throws {
    let reference = try Self.train(threads: 1, variant: .portable)
    #expect(reference.layers[0].weights.contains { $0 != 0 })
    for variant in KernelVariant.supported {
      for threads in [1, 2, 3, 8] {
        #expect(try Self.train(threads: threads, variant: variant) == reference, "\(variant), \(threads) threads")
      }
    }
  }

  @Test("the same holds for every leak and reset")
  func everyArithmetic() throws {
    for leak in DecayKind.allCases {
      for reset in Reset.allCases {
        let arithmetic = TrainingArithmetic(membraneBits: 12, leak: leak, compare: .above, reset: reset)
        let reference = try Self.train(arithmetic, bits: 8, threads: 1, variant: .portable)
        for variant in KernelVariant.supported {
          #expect(
            try Self.train(arithmetic, bits: 8, threads: 2, variant: variant) == reference,
            "\(leak) \(reset) \(variant)")
        }
      }
    }
  }

  @Test("another seed gives other weights")
  func seeds() throws {
    var options = TrainingOptions(hidden: [8], ticks: 5, epochs: 1, batchSize: 50, seed: 1, threads: 1)
    let first = try Trainer.train(on: Self.source, options: options, arithmetic: TrainingArithmetic())
    options.seed = 2
    #expect(try Trainer.train(on: Self.source, options: options, arithmetic: TrainingArithmetic()) != first)
  }

  @Test("validation, progress and the number of threads influence nothing")
  func observersDoNotMatter() throws {
    let options = TrainingOptions(hidden: [8], ticks: 5, epochs: 2, batchSize: 50, threads: 2)
    let plain = try Trainer.train(on: Self.source, options: options, arithmetic: TrainingArithmetic())
    var reports: [TrainingProgress] = []
    let watched = try Trainer.train(
      on: Self.source, validation: Self.source, options: options, arithmetic: TrainingArithmetic(),
      progress: { reports.append($0) })
    #expect(plain == watched)
    #expect(reports.count == 6 && reports.map(\.samples) == [50, 100, 150, 50, 100, 150])
    #expect(reports.filter(\.isEpochEnd).allSatisfy { $0.validationAccuracy != nil && $0.spikesPerSample.count == 2 })
  }

  /// The bytes of one run as recorded; they are the same on every machine.
  @Test("a run gives the weights that were recorded")
  func recorded() throws {
    let model = try Self.train(threads: 2, variant: try KernelVariant.selected())
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    for layer in model.layers {
      let numbers = [Int64(layer.threshold)] + layer.biases.map(Int64.init) + layer.weights.map(Int64.init)
      for number in numbers { digest = (digest ^ UInt64(bitPattern: number)) &* 0x100_0000_01B3 }
    }
    #expect(digest == 8_027_007_700_024_642_262)
  }
}

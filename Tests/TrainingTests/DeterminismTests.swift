import Kernels
import Testing
import Training

/// The bytes of runs as recorded; they are the same on every machine.
@Suite("Recorded runs")
struct DeterminismTests {
  static func digest(_ kind: String) throws -> UInt64 {
    let model = try #require(RunTests.train(kind, threads: 2, variant: try KernelVariant.selected()).model)
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    for population in model.populations {
      let numbers =
        [Int64(population.threshold)] + population.biases.map(Int64.init) + population.weights.map(Int64.init)
        + population.recurrent.map(Int64.init)
      for number in numbers { digest = (digest ^ UInt64(bitPattern: number)) &* 0x100_0000_01B3 }
    }
    return digest
  }

  @Test(
    "a run gives the weights that were recorded",
    arguments: zip(
      RunTests.kinds,
      [
        6_107_752_661_487_716_791, 8_458_529_646_435_707_441, 1_083_732_864_337_251_452, 8_721_620_289_915_934_650,
      ] as [UInt64]))
  func recorded(_ kind: String, _ expected: UInt64) throws {
    let digest = try Self.digest(kind)
    #expect(digest == expected, "\(kind): \(digest)")
  }

  @Test("another seed gives other weights")
  func seeds() throws {
    var (model, source, options) = RunTests.request("dense")
    let first = try Trainer.train(model, on: source, options: options, arithmetic: TrainingArithmetic())
    options.seed = 2
    let second = try Trainer.train(model, on: source, options: options, arithmetic: TrainingArithmetic())
    #expect(first.floatModel != second.floatModel)
    model.layers.removeFirst()
  }
}

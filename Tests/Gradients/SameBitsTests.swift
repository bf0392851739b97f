import FixedPoint
import Kernels
import NeuronCore
import Testing
import Training

@Suite("Gradients: same bits")
struct SameBitsTests {
  @Test("gradients have the same bits on 1, 2 and 16 threads and with every variant of the kernels")
  func sameBits() throws {
    for seed in 200..<230 as Range<UInt64> {
      var model = RandomModel(seed: seed)
      let counts = (0..<21).map { _ in model.counts() }
      let isInteger = seed % 2 == 0
      var reference: [[Double]]?
      for variant in KernelVariant.supported {
        for threads in [1, 2, 16] where threads == 1 || variant == KernelVariant.supported.last {
          var setting = model.setting
          (setting.variant, setting.threads, setting.groupSize) = (variant, threads, 16)
          let probe = try GradientProbe(
            as: Float.self, setting, values: isInteger ? model.integerValues : model.values, counts: counts,
            labels: counts.map { _ in 0 }, loss: LinearLoss())
          let found = Self.numbers(probe)
          if reference == nil { reference = found }
          #expect(found == reference, "seed \(seed), \(variant), \(threads) threads")
        }
      }
    }
  }

  private static func numbers(_ probe: GradientProbe) -> [[Double]] {
    probe.gradients.flatMap {
      [$0.weights, $0.recurrent ?? [], $0.biases ?? [], [$0.threshold, $0.leak, $0.currentLeak]]
    } + [probe.outcomes.map(\.loss)]
  }
}

extension RandomModel {
  /// The parameters in integers of 8 bits, 50 to the threshold.
  var integerValues: [GradientProbe.Values] {
    let populations = setting.model.layers.compactMap { layer -> NeuronDescription? in
      if case .population(let population) = layer { population.neurons } else { nil }
    }
    func whole(_ values: [Double]) -> [Double] { values.map { min(max(($0 * 50).rounded(), -127), 127) } }
    return zip(values, populations).map { values, neurons in
      var quantised = values
      quantised.weights = whole(values.weights)
      quantised.recurrent = values.recurrent.map(whole)
      quantised.biases = values.biases.map(whole)
      let model = NeuronModel(
        currents: neurons.currentLeak == nil ? .none : .one(.floor(shift: 1)), leak: .floor(shift: 2),
        reset: neurons.reset ?? .subtractBeforeLeak, spikeCap: UInt8(neurons.spikeCap),
        refractoryTicks: UInt16(neurons.refractoryTicks))
      quantised.integers = GradientProbe.Integers(model: model, threshold: 50)
      return quantised
    }
  }
}

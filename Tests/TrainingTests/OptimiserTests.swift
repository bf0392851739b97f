import FixedPoint
import Kernels
import Testing
import Training

/// Steps against the formulas of the papers, written out.
@Suite("Optimisers")
struct OptimiserTests {
  static func numbers(_ count: Int, _ stream: UInt64) -> [Double] {
    var random = RandomStream(seed: 8, stream: stream)
    return (0..<count).map { _ in 2 * Double(random.unit()) - 1 }
  }

  @Test("Adam and AdamW take the steps of the papers", arguments: [0, 0.1] as [Float])
  func adam(_ decay: Float) throws {
    let start = Self.numbers(40, 1)
    var probe = try OptimiserProbe<Double>(.adam(weightDecay: decay), values: start, decays: true, kernels: .portable)
    var (w, m, v) = (start, [Double](repeating: 0, count: 40), [Double](repeating: 0, count: 40))
    for step in 1...20 {
      let sums = Self.numbers(40, UInt64(step) + 10)
      probe.step(sums, batch: 4, learningRate: 0.01)
      for index in w.indices {
        let g = sums[index] / 4, rate = Double(Float(0.01))
        let (b1, b2) = (Double(Float(0.9)), Double(Float(0.999)))
        w[index] *= 1 - rate * Double(decay)
        m[index] = b1 * m[index] + (1 - b1) * g
        v[index] = b2 * v[index] + (1 - b2) * g * g
        let (p1, p2) = ((1...step).reduce(1.0) { p, _ in p * b1 }, (1...step).reduce(1.0) { p, _ in p * b2 })
        w[index] -= rate * (m[index] / (1 - p1)) / ((v[index] / (1 - p2)).squareRoot() + Double(Float(1e-8)))
        #expect((probe.values[index] - w[index]).magnitude < 1e-12)
      }
    }
  }

  @Test("momentum takes the steps of its formula, and only weights decay")
  func momentum() throws {
    let start = Self.numbers(40, 2)
    for decays in [true, false] {
      var probe = try OptimiserProbe<Double>(
        .sgd(momentum: 0.5, weightDecay: 0.25), values: start, decays: decays, kernels: .portable)
      var (w, m) = (start, [Double](repeating: 0, count: 40))
      for step in 1...10 {
        let sums = Self.numbers(40, UInt64(step) + 50)
        probe.step(sums, batch: 2, learningRate: 0.125)
        for index in w.indices {
          m[index] = 0.5 * m[index] + sums[index] / 2 + (decays ? 0.25 * w[index] : 0)
          w[index] -= 0.125 * m[index]
          #expect((probe.values[index] - w[index]).magnitude < 1e-12)
        }
      }
    }
  }

  @Test("floats take the same steps as doubles within their precision", arguments: KernelVariant.supported)
  func single(_ variant: KernelVariant) throws {
    let start = Self.numbers(100, 3)
    for options in [OptimiserOptions.adam(weightDecay: 0.01), .sgd(momentum: 0.9, weightDecay: 0.01)] {
      var wide = try OptimiserProbe<Double>(options, values: start, decays: true, kernels: variant)
      var narrow = try OptimiserProbe<Float>(options, values: start.map { Float($0) }, decays: true, kernels: variant)
      for step in 1...20 {
        let sums = Self.numbers(100, UInt64(step) + 90)
        wide.step(sums, batch: 8, learningRate: 0.01, clip: 0.9)
        narrow.step(sums.map { Float($0) }, batch: 8, learningRate: 0.01, clip: 0.9)
      }
      #expect(zip(wide.values, narrow.values).allSatisfy { ($0 - Double($1)).magnitude < 1e-5 })
    }
  }

  @Test("a gradient longer than the bound is shortened to it, and a shorter one is left")
  func norm() throws {
    for (bound, expected) in [(1, 1), (100, 5)] as [(Float, Double)] {
      var probe = try OptimiserProbe<Double>(
        .sgd(momentum: 0, weightDecay: 0), values: [Double](repeating: 0, count: 16), decays: true, kernels: .portable)
      // The mean gradient is (3, 4): its norm is 5.
      probe.step([6, 8] + [Double](repeating: 0, count: 14), batch: 2, learningRate: 1, norm: bound)
      #expect(
        (probe.values[0] + 0.6 * expected).magnitude < 1e-6 && (probe.values[1] + 0.8 * expected).magnitude < 1e-6)
    }
  }

  @Test("beyond the clip a value moves only inwards")
  func clip() throws {
    var probe = try OptimiserProbe<Double>(
      .sgd(momentum: 0, weightDecay: 0), values: [2, 2, -2, -2, 0.5], decays: true, kernels: .portable)
    probe.step([-1, 1, 1, -1, -1], batch: 1, learningRate: 0.5, clip: 1)
    #expect(probe.values == [2, 1.5, -2, -1.5, 1])
  }

  @Test("schedules: constant stays, step falls by its factor, cosine ends at 0; all rise in the warm-up")
  func schedules() {
    for schedule in [RateSchedule.constant, .cosine, .step(epochs: 2, factor: 0.5)] {
      let rates = LearningRateSchedule(
        greatest: 1, schedule: schedule, warmUpSteps: 4, totalSteps: 80, stepsPerEpoch: 10)
      #expect((0..<4).map { rates.rate(step: $0) } == [0.2, 0.4, 0.6, 0.8])
      switch schedule {
      case .constant: #expect(rates.rate(step: 79) == 1)
      case .cosine: #expect(rates.rate(step: 80) < 1e-6 && rates.rate(step: 4) == 1)
      case .step: #expect([4, 19, 20, 39, 40, 60].map { rates.rate(step: $0) } == [1, 1, 0.5, 0.5, 0.25, 0.125])
      }
    }
  }
}

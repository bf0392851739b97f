import FixedPoint
import Kernels
import Targets
import Testing
import Training

@Suite("Quantisation")
struct QuantiserTests {
  /// Normal-like weights: sums of three uniform ones.
  static func weights(_ count: Int, spread: Double, _ random: inout RandomStream) -> [Double] {
    (0..<count).map { _ in spread * (Double(random.unit()) + Double(random.unit()) + Double(random.unit()) - 1.5) }
  }

  @Test("of all candidates none has less error than the one chosen", arguments: 2...8)
  func leastError(_ bits: Int) throws {
    var several = 0
    for seed in 0..<12 {
      var random = RandomStream(seed: UInt64(seed), stream: 5)
      let spread = [0.01, 0.1, 0.5][Int(random.below(3))]
      let weights = Self.weights(20 * 16, spread: spread, &random)
      let recurrent =
        random.below(2) == 0 ? nil : Self.weights(16 * 16, spread: spread * Double(1 + random.below(8)), &random)
      let arithmetic = TrainingArithmetic(membraneBits: [12, 16, 24][Int(random.below(3))])
      let probe = try QuantiserProbe<Double>(
        weights: weights, recurrent: recurrent, neurons: 16, bits: bits, arithmetic: arithmetic, clip: .leastSquares,
        kernels: .portable)
      let errors = probe.errors
      #expect(errors.candidates.count >= 1 && errors.candidates.allSatisfy { $0 >= errors.chosen }, "seed \(seed)")
      #expect(arithmetic.thresholds.contains(probe.threshold) && probe.shifts.allSatisfy { (0...7).contains($0) })
      if errors.candidates.count > 8 { several += 1 }
    }
    // Tiny weights leave narrow membranes with the greatest threshold only.
    #expect(several >= 6)
  }

  @Test("stored weights are the nearest integers to the masters, clipped", arguments: [2, 4, 8])
  func nearest(_ bits: Int) throws {
    var random = RandomStream(seed: 1, stream: 6)
    let weights = Self.weights(320, spread: 0.2, &random), recurrent = Self.weights(256, spread: 0.7, &random)
    let probe = try QuantiserProbe<Double>(
      weights: weights, recurrent: recurrent, neurons: 16, bits: bits, arithmetic: TrainingArithmetic(),
      clip: .leastSquares, kernels: .portable)
    let limit = Double(TrainingArithmetic.weightLimit(bits: bits)), steps = probe.steps
    for (index, (weight, stored)) in zip(weights + recurrent, probe.stored).enumerated() {
      let exact = weight / steps[index < 320 ? 0 : 1]
      #expect((min(max(exact, -limit), limit) - Double(stored)).magnitude <= 0.5 + 1e-9)
    }
    #expect(probe.stored.contains { Double($0.magnitude) == limit })
  }

  @Test("shifts let weights of very different sizes use their bits under one threshold")
  func shifts() throws {
    var random = RandomStream(seed: 2, stream: 7)
    let weights = Self.weights(320, spread: 0.02, &random), recurrent = Self.weights(256, spread: 0.5, &random)
    func errors(_ maximumShift: Int) throws -> Double {
      try QuantiserProbe<Double>(
        weights: weights, recurrent: recurrent, neurons: 16, bits: 4,
        arithmetic: TrainingArithmetic(maximumWeightShift: maximumShift), clip: .leastSquares, kernels: .portable
      ).errors.chosen
    }
    #expect(try errors(7) < 0.5 * errors(0))
  }

  @Test("the greatest weight sets no scale below six bits")
  func neverMaxAbs() throws {
    var random = RandomStream(seed: 3, stream: 8)
    var weights = Self.weights(320, spread: 0.1, &random)
    weights[7] = 3
    for bits in 2...5 {
      let probe = try QuantiserProbe<Double>(
        weights: weights, recurrent: nil, neurons: 16, bits: bits, arithmetic: TrainingArithmetic(),
        clip: .leastSquares, kernels: .portable)
      #expect(probe.steps[0] * Double(TrainingArithmetic.weightLimit(bits: bits)) < 2.9)
    }
  }

  @Test("all kernels choose and store the same", arguments: KernelVariant.supported)
  func variants(_ variant: KernelVariant) throws {
    var random = RandomStream(seed: 4, stream: 9)
    let weights = Self.weights(320, spread: 0.2, &random).map { Float($0) }
    func probe(_ variant: KernelVariant) throws -> QuantiserProbe<Float> {
      try QuantiserProbe(
        weights: weights, recurrent: nil, neurons: 16, bits: 4, arithmetic: TrainingArithmetic(), clip: .leastSquares,
        kernels: variant)
    }
    #expect(try probe(variant).stored == probe(.portable).stored)
    #expect(try probe(variant).threshold == probe(.portable).threshold)
  }

  /// With the rounding of each weight held as it is, and the clipped ones as they are, a quantised weight is smooth in
  /// the step: w + step·(q − w/step) inside, ±step·limit outside.
  @Test("the gradient by a learned clip is that of the smooth surrogate, times LSQ's scale", arguments: [2, 3, 4, 8])
  func learnedClip(_ bits: Int) throws {
    var random = RandomStream(seed: UInt64(bits), stream: 10)
    let weights = Self.weights(320, spread: 0.2, &random), recurrent = Self.weights(256, spread: 0.5, &random)
    let gradients = Self.weights(576, spread: 1, &random)
    let probe = try QuantiserProbe<Double>(
      weights: weights, recurrent: recurrent, neurons: 16, bits: bits, arithmetic: TrainingArithmetic(),
      clip: .learned, kernels: .portable)
    let limit = Double(TrainingArithmetic.weightLimit(bits: bits)), steps = probe.steps
    /// Σ gradient·quantised weight with all steps times `factor`.
    func surrogate(_ factor: Double) -> Double {
      zip(weights + recurrent, gradients).enumerated().reduce(0) { sum, pair in
        let (index, (weight, gradient)) = pair
        let step = steps[index < 320 ? 0 : 1], exact = weight / step
        if exact.magnitude >= limit { return sum + gradient * step * factor * (exact < 0 ? -limit : limit) }
        let offset = exact.rounded(.toNearestOrEven) - exact
        return sum + gradient * (weight + step * factor * offset)
      }
    }
    let difference = (surrogate(1 + 1e-4) - surrogate(1 - 1e-4)) / 2e-4
    // Rows are padded to 16 here already: 20·16 and 16·16 weights.
    let padded = 32.0 * 16 + 16 * 16
    let expected = difference / (padded * limit).squareRoot()
    #expect((probe.clipGradient(gradients) - expected).magnitude < 1e-6 * max(1, expected.magnitude))
  }

  @Test("a leak takes the nearest shift of the target's rule")
  func leaks() throws {
    let arithmetic = TrainingArithmetic(leaks: [.floor], maximumLeakShift: 5)
    #expect(arithmetic.nearestLeak(0.9) == .floor(shift: 3))
    #expect(arithmetic.nearestLeak(0.95) == .floor(shift: 4))
    #expect(arithmetic.nearestLeak(0.999) == .floor(shift: 5))
    #expect(arithmetic.nearestLeak(0.1) == .floor(shift: 0))
    #expect(arithmetic.nearestLeak(nil) == nil)
    #expect(TrainingArithmetic(leaks: [.towardZero]).nearestLeak(nil) == .towardZero(shift: 31))
    #expect(TrainingArithmetic(leaks: [.floor, .none]).nearestLeak(nil) == DecayRule.none)
  }
}

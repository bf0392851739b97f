import FixedPoint
import Kernels
import Testing
import Training

/// Everything that is smooth, by central differences: losses of readouts by every parameter and by the inputs, and the
/// losses by themselves. Independent of every formula of the backward pass.
@Suite("Gradients: finite differences")
struct FiniteDifferenceTests {
  static let tolerance = 1e-6

  @Test("losses of readouts have the derivatives that differences give, by every parameter and input")
  func readouts() throws {
    var checked: [ReadoutModel.Kind: Int] = [:], derivatives = 0
    for seed in 0..<50 as Range<UInt64> {
      let model = ReadoutModel(seed: seed)
      let probe = try model.probe()
      guard model.isSmooth(probe) else { continue }
      checked[model.kind, default: 0] += 1
      derivatives += try checkParameters(model, probe, "seed \(seed)")
      derivatives += try checkInputs(model, probe, "seed \(seed)")
    }
    for kind in ReadoutModel.Kind.allCases { #expect(checked[kind] ?? 0 >= 5, "\(kind): \(checked)") }
    #expect(derivatives > 1500)
  }

  /// Each parameter of the readout; what stands before it does not depend on them. Returns how many there were.
  private func checkParameters(_ model: ReadoutModel, _ probe: GradientProbe, _ name: String) throws -> Int {
    let last = model.values.count - 1
    let gradient = probe.gradients[last], neurons = model.neurons
    func differences(_ path: WritableKeyPath<GradientProbe.Values, Double>) throws -> Double {
      let value = model.values[last][keyPath: path]
      return try Difference.derivative(step: 1e-4) { offset in
        var changed = model
        changed.values[last][keyPath: path] = value + offset
        return try changed.loss()
      }
    }
    let weights = try gradient.weights.indices.map { try differences(\.weights[$0]) }
    near(gradient.weights, weights, "\(name): weights")
    var count = weights.count
    if let biases = gradient.biases {
      let expected = try biases.indices.map { index in
        try Difference.derivative(step: 1e-4) { offset in
          var changed = model
          changed.values[last].biases?[index] += offset
          return try changed.loss()
        }
      }
      near(biases, expected, "\(name): biases")
      count += biases.count
    }
    if neurons.leak != nil {
      near([gradient.leak], [try differences(\.leak)], "\(name): leak")
      count += 1
    }
    if neurons.currentLeak != nil {
      near([gradient.currentLeak], [try differences(\.currentLeak)], "\(name): current leak")
      count += 1
    }
    return count
  }

  /// Inputs of a readout without neurons before it: counts are whole numbers, but small beside the greatest.
  private func checkInputs(_ model: ReadoutModel, _ probe: GradientProbe, _ name: String) throws -> Int {
    guard model.values.count == 1 else { return 0 }
    // Some of many: a difference takes four runs.
    let indices = Array(stride(from: 0, to: model.counts.count, by: max(model.counts.count / 16, 1)))
    let expected = try indices.map { index in
      try Difference.derivative(step: 1) { offset in
        var changed = model
        changed.counts[index] = UInt8(Int(model.counts[index]) + Int(offset))
        return try changed.loss()
      }
    }
    near(indices.map { probe.inputGradient[0][$0] }, expected, "\(name): inputs")
    return expected.count
  }

  @Test("losses of counts have the derivatives that differences give")
  func counts() {
    var random = RandomStream(seed: 5, stream: 0)
    // Counts of thousands at small scales: a spike is a small step of a smooth function.
    for loss in [Loss.countCrossEntropy(scale: 1e-3), .rateMeanSquared, .countMeanSquared(right: 0.8, wrong: 0.02)] {
      for _ in 0..<30 {
        let outputs = 2 + Int(random.below(9)), ticks = 5000, label = Int(random.below(UInt32(outputs)))
        let counts = (0..<outputs).map { _ in Int32(100 + random.below(4000)) }
        let expected = counts.indices.map { index in
          Difference.derivative(step: 1) { offset in
            var changed = counts
            changed[index] += Int32(offset)
            return evaluate(loss, changed, ticks: ticks, label: label).loss
          }
        }
        near(evaluate(loss, counts, ticks: ticks, label: label).gradient, expected, "\(loss)")
      }
    }
  }

  /// The loss, and its derivative by one spike of each output.
  private func evaluate(
    _ loss: Loss, _ counts: [Int32], ticks: Int, label: Int
  ) -> (loss: Double, gradient: [Double]) {
    var rows = [Double](repeating: 0, count: counts.count)
    let spikes = [UInt8](repeating: 0, count: counts.count)
    let value = counts.withUnsafeBufferPointer { counts in
      spikes.withUnsafeBufferPointer { spikes in
        rows.withUnsafeMutableBufferPointer { rows in
          TrainingLoss(loss).value(
            of: OutputActivity<Double>(ticks: ticks, spikeCounts: counts, spikeRows: spikes, membraneRows: nil),
            label: label, gradient: OutputGradient(rows: rows, outputs: counts.count)
          ).loss
        }
      }
    }
    return (value, rows)
  }

  /// Each within a millionth of itself; of values far below the greatest, of a thousandth of that.
  private func near(_ found: [Double], _ expected: [Double], _ name: String) {
    let greatest = expected.map(\.magnitude).max() ?? 0
    #expect(found.count == expected.count && !found.isEmpty, "\(name): \(found.count) for \(expected.count)")
    for (index, (found, expected)) in zip(found, expected).enumerated() {
      let bound = Self.tolerance * max(expected.magnitude, 1e-3 * greatest, 1e-9)
      #expect((found - expected).magnitude <= bound, "\(name) \(index): \(found), by differences \(expected)")
    }
  }
}

/// Central differences of the fourth order.
enum Difference {
  static func derivative(step: Double, _ function: (Double) throws -> Double) rethrows -> Double {
    let near = try function(step) - function(-step), far = try function(2 * step) - function(-2 * step)
    return (8 * near - far) / (12 * step)
  }
}

import FixedPoint
import Testing
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Every loss against differences of its own values.
@Suite("Losses")
struct LossTests {
  /// A loss and its derivative, [ticks][outputs], rows that hold for every tick repeated.
  static func evaluate(_ loss: Loss, counts: [Int32], membranes: [Double]?, ticks: Int, label: Int) -> (
    loss: Double, gradient: [Double]
  ) {
    let outputs = counts.count
    var rows = [Double](repeating: membranes == nil ? 0 : 7, count: ticks * outputs)
    let value = counts.withUnsafeBufferPointer { counts in
      rows.withUnsafeMutableBufferPointer { rows in
        (membranes ?? []).withUnsafeBufferPointer { memory in
          TrainingLoss(loss).value(
            of: OutputActivity<Double>(
              ticks: ticks, spikeCounts: counts, spikeRows: UnsafeBufferPointer(start: nil, count: 0),
              membraneRows: membranes == nil ? nil : memory), label: label,
            gradient: OutputGradient(rows: rows, outputs: outputs))
        }
      }
    }
    if case .constant = value.shape {
      for tick in 1..<ticks { for output in 0..<outputs { rows[tick * outputs + output] = rows[output] } }
    }
    return (value.loss, rows)
  }

  @Test("losses of membranes have the derivative that differences give", arguments: Loss.MembraneStatistic.allCases)
  func membranes(_ statistic: Loss.MembraneStatistic) {
    var random = RandomStream(seed: 3, stream: 1)
    for _ in 0..<20 {
      let ticks = 1 + Int(random.below(9)), outputs = 2 + Int(random.below(8))
      let loss = Loss.membraneCrossEntropy(over: statistic, scale: 0.5 + Double(random.unit()))
      var membranes = (0..<ticks * outputs).map { _ in 4 * Double(random.unit()) - 2 }
      let label = Int(random.below(UInt32(outputs))), counts = [Int32](repeating: 0, count: outputs)
      let gradient = Self.evaluate(loss, counts: counts, membranes: membranes, ticks: ticks, label: label).gradient
      for place in membranes.indices {
        let value = membranes[place], step = 1e-6
        membranes[place] = value + step
        let above = Self.evaluate(loss, counts: counts, membranes: membranes, ticks: ticks, label: label).loss
        membranes[place] = value - step
        let below = Self.evaluate(loss, counts: counts, membranes: membranes, ticks: ticks, label: label).loss
        membranes[place] = value
        #expect(((above - below) / (2 * step) - gradient[place]).magnitude < 1e-7)
      }
    }
  }

  /// Counts are integers: with a scale of 10⁻⁶ a spike more is a small step.
  @Test("count cross-entropy has the derivative that differences give")
  func countCrossEntropy() {
    var random = RandomStream(seed: 3, stream: 2)
    for _ in 0..<20 {
      let outputs = 2 + Int(random.below(8)), loss = Loss.countCrossEntropy(scale: 1e-6)
      var counts = (0..<outputs).map { _ in Int32(random.below(3_000_000)) }
      let label = Int(random.below(UInt32(outputs)))
      let gradient = Self.evaluate(loss, counts: counts, membranes: nil, ticks: 3, label: label).gradient
      for output in 0..<outputs {
        counts[output] += 10
        let above = Self.evaluate(loss, counts: counts, membranes: nil, ticks: 3, label: label).loss
        counts[output] -= 20
        let below = Self.evaluate(loss, counts: counts, membranes: nil, ticks: 3, label: label).loss
        counts[output] += 10
        for tick in 0..<3 {
          #expect(((above - below) / 20 - gradient[tick * outputs + output]).magnitude < 1e-9 * 1e-6 * 1e4)
        }
      }
    }
  }

  @Test("squared losses have the derivative that differences give, which is exact for them")
  func squared() {
    var random = RandomStream(seed: 3, stream: 3)
    for loss in [Loss.rateMeanSquared, .countMeanSquared(right: 0.8, wrong: 0.05)] {
      for _ in 0..<20 {
        let ticks = 1 + Int(random.below(20)), outputs = 1 + Int(random.below(8))
        var counts = (0..<outputs).map { _ in Int32(random.below(UInt32(ticks) + 1)) }
        let label = Int(random.below(UInt32(outputs)))
        let gradient = Self.evaluate(loss, counts: counts, membranes: nil, ticks: ticks, label: label).gradient
        for output in 0..<outputs {
          counts[output] += 1
          let above = Self.evaluate(loss, counts: counts, membranes: nil, ticks: ticks, label: label).loss
          counts[output] -= 2
          let below = Self.evaluate(loss, counts: counts, membranes: nil, ticks: ticks, label: label).loss
          counts[output] += 1
          #expect(((above - below) / 2 - gradient[output]).magnitude < 1e-9)
        }
      }
    }
  }

  @Test("losses have the values of their formulas")
  func values() {
    let counts: [Int32] = [3, 0, 5]
    func loss(_ loss: Loss) -> Double {
      Self.evaluate(loss, counts: counts, membranes: nil, ticks: 10, label: 0).loss
    }
    #expect((loss(.rateMeanSquared) - 0.5 * (0.49 + 0 + 0.25)).magnitude < 1e-12)
    #expect((loss(.countMeanSquared(right: 1, wrong: 0.1)) - 0.5 * (49 + 1 + 16)).magnitude < 1e-12)
    let total = exp(1.5) + exp(0.0) + exp(2.5)
    #expect((loss(.countCrossEntropy(scale: 0.5)) - (log(total) - 1.5)).magnitude < 1e-12)
  }

  @Test("the rate regulariser has its formula's value and derivative, and no derivative in the padding")
  func regulariser() throws {
    let options = RateRegulariser(strength: 3, lower: 0.2, upper: 0.6)
    let penalty = TrainingLoss(
      .rateMeanSquared, regulariser: RatePenalty(options, ticks: 10, sizes: [3, nil]))
    func value(_ counts: [Int32]) -> (value: Double?, row: [Double]) {
      var padded = counts + [Int32](repeating: 0, count: 16 - counts.count)
      var row = [Double](repeating: 0, count: 16)
      padded[15] = 9
      let value = padded.withUnsafeBufferPointer { counts in
        row.withUnsafeMutableBufferPointer { penalty.regularisation(population: 0, counts: counts, row: $0) }
      }
      return (value, row)
    }
    let (result, row) = value([1, 4, 9])
    #expect((try #require(result) - (0.1 * 0.1 + 0.3 * 0.3)).magnitude < 1e-12)
    #expect(row[3...].allSatisfy { $0 == 0 } && row[1] == 0 && row[0] < 0 && row[2] > 0)
    for neuron in 0..<3 {
      var above: [Int32] = [0, 4, 9], below = above
      above[neuron] += 1
      below[neuron] -= 1
      let here = value([0, 4, 9])
      let difference = (try #require(value(above).value) - (try #require(value(below).value))) / 2
      #expect((difference - here.row[neuron]).magnitude < 1e-12, "\(neuron)")
    }
    var nothing: [Double] = []
    #expect(
      nothing.withUnsafeMutableBufferPointer {
        penalty.regularisation(population: 1, counts: UnsafeBufferPointer(start: nil, count: 0), row: $0)
      } == nil)
  }

  @Test("the class is the greatest score, the lowest of equals")
  func predictions() {
    func predicted(_ loss: Loss, _ counts: [Int32], _ membranes: [Double]?) -> Int {
      counts.withUnsafeBufferPointer { counts in
        (membranes ?? []).withUnsafeBufferPointer { memory in
          TrainingLoss(loss).predicted(
            OutputActivity<Double>(
              ticks: 2, spikeCounts: counts, spikeRows: UnsafeBufferPointer(start: nil, count: 0),
              membraneRows: membranes == nil ? nil : memory))
        }
      }
    }
    #expect(predicted(.rateMeanSquared, [1, 2, 2], nil) == 1)
    let membranes: [Double] = [5, 1, 4, -5, 1, 4]
    #expect(predicted(.membraneCrossEntropy(over: .maximum, scale: 1), [0, 0, 0], membranes) == 0)
    #expect(predicted(.membraneCrossEntropy(over: .mean, scale: 1), [0, 0, 0], membranes) == 2)
  }
}

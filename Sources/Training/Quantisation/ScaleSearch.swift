import Kernels

/// What a projection's weights are quantised with.
struct QuantisedProjection<R: KernelScalar>: Sendable {
  let parameter: Parameter<R>
  /// Integer steps of a membrane for a weight of 1, at a threshold of 1: inputScale / θ.
  let factor: Double
  /// The greatest shift whose sums are proven to fit.
  let greatestShift: Int
}

/// Seeks the integer threshold, and the shifts, for which quantised weights come nearest to the master weights.
///
/// There is no scale in the network: the threshold carries it. A weight w of a projection becomes
/// `round(w·factor·θ / 2^shift)·2^shift`, clipped to the greatest weight. Candidates are the thresholds at which the
/// greatest weight stands for max|w|·0.93^k, k < 32, with the least shift that leaves the threshold 64 steps or more.
struct ScaleSearch: Sendable {
  struct Choice: Sendable, Hashable {
    var threshold: Int32
    /// One a projection.
    var shifts: [Int]
  }

  let thresholds: ClosedRange<Int32>
  /// The greatest magnitude of a weight: 1, 3, 7, … 127.
  let limit: Int
  let kernels: KernelSet

  // Clips of max-abs times 0.93^k, k < 32: down to a tenth of the greatest weight.
  static let candidates = 32
  static let ratio = 0.93
  /// Below so many steps a threshold is coarse, and the leak of the membranes with it.
  static let wantedThreshold = 64.0

  /// The choice with the least sum of relative squared errors, the first of equals; nil without any weight but 0.
  func best<R>(_ projections: [QuantisedProjection<R>]) -> Choice? {
    defer { withExtendedLifetime(projections) {} }
    let norms = projections.map(\.squaredSum)
    if let exact = exact(projections, norms) { return exact }
    var best: (error: Double, choice: Choice)?
    for choice in choices(projections) {
      let error = error(projections, choice, norms)
      if error < best?.error ?? .infinity { best = (error, choice) }
    }
    return best?.choice
  }

  /// The choice that loses nothing of weights that lie on a grid of few steps, as those of a network in integers do.
  private func exact<R>(_ projections: [QuantisedProjection<R>], _ norms: [Double]) -> Choice? {
    if limit > 7 { return nil }
    for own in projections.indices {
      let grid = (1...limit).lazy.flatMap { steps in self.choices(projections, own, steps: Double(steps), powers: 0..<1)
      }
      if let choice = grid.first(where: { error(projections, $0, norms) < 1e-9 }) { return choice }
    }
    return nil
  }

  /// Everything that is tried, in order and without repetition.
  func choices<R>(_ projections: [QuantisedProjection<R>]) -> [Choice] {
    // Max-abs itself clips nothing, which leaves narrow weights too few steps where most weights are.
    let powers = (limit < 31 ? 1 : 0)..<ScaleSearch.candidates
    var choices: [Choice] = []
    for own in projections.indices {
      for choice in self.choices(projections, own, steps: Double(limit), powers: powers) where choices.last != choice {
        choices.append(choice)
      }
    }
    return choices
  }

  /// What is tried for one projection's greatest weight, times 0.93 to a power, to be `steps` steps.
  private func choices<R>(
    _ projections: [QuantisedProjection<R>], _ own: Int, steps: Double, powers: Range<Int>
  ) -> [Choice] {
    var choices: [Choice] = []
    let magnitudes = projections.map { $0.greatestMagnitude(kernels) }
    let greatest = magnitudes[own]
    guard greatest > 0, greatest.isFinite else { return [] }
    for power in powers {
      var clip = greatest
      for _ in 0..<power { clip *= ScaleSearch.ratio }
      let plain = steps / clip / projections[own].factor
      let (threshold, shift) = shifted(plain, greatest: projections[own].greatestShift)
      var others: [[Int]] = [[]]
      for (index, other) in projections.enumerated() {
        let shifts = index == own ? [shift] : plausibleShifts(other, magnitudes[index], threshold)
        others = others.flatMap { head in shifts.map { head + [$0] } }
      }
      for shifts in others {
        let choice = Choice(threshold: threshold, shifts: shifts)
        if choices.last != choice { choices.append(choice) }
      }
    }
    return choices
  }

  /// Σ over projections of Σ (w − quantised)² / Σ w².
  ///
  /// - Parameter norms: Σ w² of each.
  func error<R>(_ projections: [QuantisedProjection<R>], _ choice: Choice, _ norms: [Double]) -> Double {
    var total = 0.0
    for (index, projection) in projections.enumerated() where norms[index] != 0 {
      let scale = projection.scale(threshold: choice.threshold, shift: choice.shifts[index])
      total += projection.squaredError(scale: scale, limit: limit, kernels) / norms[index]
    }
    return total
  }

  /// A threshold within bounds, and the least shift that gives it enough steps.
  private func shifted(_ plain: Double, greatest: Int) -> (threshold: Int32, shift: Int) {
    let wanted = min(ScaleSearch.wantedThreshold, Double(thresholds.upperBound))
    var (threshold, shift) = (plain, 0)
    while threshold < wanted && shift < greatest && threshold * 2 <= Double(thresholds.upperBound) {
      threshold *= 2
      shift += 1
    }
    return (bounded(threshold), shift)
  }

  /// The shifts at which another projection's greatest weight is clipped neither far too much nor not at all.
  private func plausibleShifts<R>(
    _ projection: QuantisedProjection<R>, _ greatest: Double, _ threshold: Int32
  ) -> [Int] {
    let shifts = (0...projection.greatestShift).filter { shift in
      let clip = Double(limit) / projection.scale(threshold: threshold, shift: shift)
      return clip >= 0.09 * greatest && clip <= 2 * greatest
    }
    if !shifts.isEmpty { return shifts }
    let clip = Double(limit) / projection.scale(threshold: threshold, shift: 0)
    return [clip > greatest ? 0 : projection.greatestShift]
  }

  /// The nearest threshold that is allowed; not a number gives the least.
  func bounded(_ threshold: Double) -> Int32 {
    let inside = min(max(threshold.rounded(), Double(thresholds.lowerBound)), Double(thresholds.upperBound))
    return inside.isNaN ? thresholds.lowerBound : Int32(inside)
  }
}

extension QuantisedProjection {
  /// Integer weights of 1: `round(w·scale)` is the stored weight.
  func scale(threshold: Int32, shift: Int) -> Double {
    factor * Double(threshold) / Double(1 << shift)
  }

  func greatestMagnitude(_ kernels: KernelSet) -> Double {
    if let single = parameter as? Parameter<Float> {
      return Double(kernels.greatestMagnitude(UnsafeBufferPointer(single.values.elements)))
    }
    var greatest: R = 0
    for value in parameter.values.elements { greatest = max(greatest, value.magnitude) }
    return Double(greatest)
  }

  /// Σ w².
  var squaredSum: Double {
    defer { withExtendedLifetime(parameter) {} }
    var sum = 0.0
    for value in parameter.values.elements { sum += Double(value) * Double(value) }
    return sum
  }

  /// Σ (w − quantised/scale)².
  func squaredError(scale: Double, limit: Int, _ kernels: KernelSet) -> Double {
    if let single = parameter as? Parameter<Float> {
      return kernels.quantisationError(
        weights: UnsafeBufferPointer(single.values.elements), scale: Float(scale), limit: limit)
    }
    var sum = 0.0
    for value in parameter.values.elements {
      let stored = Rounding.stored(Double(value) * scale, limit: limit)
      let difference = Double(value) - stored / scale
      sum += difference * difference
    }
    return sum
  }

  /// Writes the stored weights.
  func quantise(
    _ elements: Range<Int>, into stored: AlignedBuffer<Int8>, scale: Double, limit: Int, _ kernels: KernelSet
  ) {
    defer { withExtendedLifetime((self, stored)) {} }
    if let single = parameter as? Parameter<Float> {
      kernels.quantise(
        stored[elements], weights: UnsafeBufferPointer(single.values[elements]), scale: Float(scale), limit: limit)
      return
    }
    for index in elements {
      stored.elements[index] = Int8(Rounding.stored(Double(parameter.values.elements[index]) * scale, limit: limit))
    }
  }
}

/// Rounding to the integers of a width.
enum Rounding {
  /// The nearest integer within ±limit, ties to even; not a number gives 0.
  static func stored(_ value: Double, limit: Int) -> Double {
    let bounded = min(max(value, -Double(limit)), Double(limit)).rounded(.toNearestOrEven)
    return bounded.isNaN ? 0 : bounded
  }
}

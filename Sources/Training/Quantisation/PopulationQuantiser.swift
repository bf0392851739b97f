import FixedPoint
import Kernels
import NeuronCore
import Targets
import Threads

/// Makes the integers of one population out of its master values.
final class PopulationQuantiser<R: KernelScalar>: @unchecked Sendable {
  let plan: PopulationPlan
  let parameters: PopulationParameters<R>
  let integers: IntegerPopulation
  let arithmetic: TrainingArithmetic
  let kernels: KernelSet
  private let isFirst: Bool
  private let isLast: Bool
  /// The greatest magnitude of a weight.
  let limit: Int
  /// The threshold that one integer step of a membrane stands for: θ / θ_q, but not rounded.
  var unit: Double
  /// Of a learned clip: what `unit` is multiplied with, in the first element of a row.
  let clip: Parameter<R>?
  /// Whether the scale was chosen; the next choice keeps it where there are no weights but 0.
  var isChosen = false

  init(
    plan: PopulationPlan, isFirst: Bool, isLast: Bool, parameters: PopulationParameters<R>,
    arithmetic: TrainingArithmetic, clip: WeightClip, kernels: KernelSet
  ) throws(TrainingError) {
    self.plan = plan
    (self.isFirst, self.isLast) = (isFirst, isLast)
    self.parameters = parameters
    self.arithmetic = arithmetic
    self.kernels = kernels
    limit = arithmetic.weightLimit(bits: plan.weightBits ?? 8)
    let model = try arithmetic.model(of: plan)
    integers = IntegerPopulation(
      plan: plan, model: model, threshold: arithmetic.thresholds.lowerBound, chip: arithmetic.chip)
    unit = Double(plan.neurons.threshold)
    switch clip {
    case .leastSquares: self.clip = nil
    case .learned:
      self.clip = Parameter(.clip, count: KernelSet.lanes)
      self.clip?.values.elements[0] = 1
    }
  }

  /// θ of the master values.
  var threshold: Double { Double(parameters.threshold.values.elements[0]) }

  private var search: ScaleSearch {
    let range = plan.neurons.role == .readout ? arithmetic.readoutScales : arithmetic.thresholds
    return ScaleSearch(thresholds: range, limit: limit, kernels: kernels)
  }

  /// The weights, and the recurrent ones where there are some.
  var projections: [QuantisedProjection<R>] {
    let shifts = arithmetic.greatestShifts(of: plan, isFirst: isFirst, isLast: isLast)
    var projections = [
      QuantisedProjection(
        parameter: parameters.weights, factor: plan.inputScale / threshold, greatestShift: shifts.input)
    ]
    if let recurrent = parameters.recurrent {
      projections.append(
        QuantisedProjection(parameter: recurrent, factor: 1 / threshold, greatestShift: shifts.recurrent))
    }
    return projections
  }

  /// Seeks the scale anew; a learned one begins again from there.
  func chooseScale() {
    guard let choice = search.best(projections) else { return }
    integers.weightShift = choice.shifts[0]
    if choice.shifts.count > 1 { integers.recurrentShift = choice.shifts[1] }
    unit = threshold / Double(choice.threshold)
    clip?.values.elements[0] = 1
    isChosen = true
  }

  /// Seeks the scale where it is sought again from time to time.
  func chooseScaleAgain() {
    if clip == nil { chooseScale() }
  }

  /// θ_q by the scale as it stands.
  var integerThreshold: Int32 { search.bounded(threshold / (unit * clipFactor)) }

  /// α of the target's rule for a leak, without its rounding; nil for rules whose loss has no factor.
  func targetFactor(_ factor: Double) -> Double? {
    switch arithmetic.rule(factor: factor, threshold: integerThreshold) {
    case nil, .linear?: nil
    case let rule?: rule.adjointFactor
    }
  }

  /// Quantises all values by the scale as it stands.
  func quantise(on pool: WorkerPool) {
    if arithmetic.chip?.weightSigns == .perSource { projectSigns() }
    integers.threshold = integerThreshold
    let (limit, kernels) = (limit, kernels)
    for (projection, target) in zip(projections, [(integers.weights, integers.weightShift)] + recurrentTarget) {
      let scale = projection.scale(threshold: integers.threshold, shift: target.1), count = target.0.count
      let size = ParameterBlock<R>.size
      pool.run((count + size - 1) / size) { _, task in
        let elements = task * size..<min((task + 1) * size, count)
        projection.quantise(elements, into: target.0, scale: scale, limit: limit, kernels)
      }
    }
    quantiseBiases()
    quantiseLeaks()
  }

  /// Makes the master weights of each source agree in sign: those against the sign of their sum become 0.
  ///
  /// What was projected has a sum of its own sign, so that a source changes its sign only where one step turns the sum.
  private func projectSigns() {
    let values = parameters.weights.values.elements, stride = plan.output.stride
    for first in Swift.stride(from: 0, to: values.count, by: stride) {
      var sum: R = 0
      for index in first..<first + stride { sum += values[index] }
      if sum >= 0 {
        for index in first..<first + stride { values[index] = max(values[index], 0) }
      } else {
        for index in first..<first + stride { values[index] = min(values[index], 0) }
      }
    }
  }

  private var recurrentTarget: [(AlignedBuffer<Int8>, Int)] {
    integers.recurrent.map { [($0, integers.recurrentShift)] } ?? []
  }

  private var clipFactor: Double { clip.map { Double($0.values.elements[0]) } ?? 1 }

  private func quantiseBiases() {
    guard let biases = integers.biases, let masters = parameters.biases else { return }
    let scale = Double(integers.threshold) / threshold
    for index in biases.elements.indices {
      let bias = (Double(masters.values.elements[index]) * scale).rounded(.toNearestOrEven)
      let bounded = min(max(bias, Double(arithmetic.biases.lowerBound)), Double(arithmetic.biases.upperBound))
      biases.elements[index] = bounded.isNaN ? 0 : Int32(bounded)
    }
  }

  private func quantiseLeaks() {
    let neurons = plan.neurons
    let leak = neurons.leak.map { _ in Double(parameters.leak.values.elements[0]) }
    // Without a rule the population was refused before.
    if let rule = arithmetic.rule(factor: leak, threshold: integers.threshold) { integers.leak = rule }
    if neurons.currentLeak != nil {
      let factor = Double(parameters.currentLeak.values.elements[0])
      if let rule = arithmetic.rule(factor: factor, threshold: integers.threshold) { integers.currentLeak = rule }
    }
  }

  /// Beyond this magnitude a master weight is clipped, for each projection.
  var clips: [Double] {
    zip(projections, [integers.weightShift, integers.recurrentShift]).map {
      (Double(limit) + 0.5) / $0.scale(threshold: integers.threshold, shift: $1)
    }
  }

  /// Adds the derivative by the learned clip, out of that by the weights: LSQ (Esser et al. 2020).
  ///
  /// A weight is step·q with q = clamp(round(w / step)): its derivative by the step is q − w/step inside the bounds,
  /// ±limit outside. Scaled by 1/√(weights·limit), as the paper does.
  func addClipGradient() {
    guard let clip else { return }
    var total = 0.0
    var count = 0
    for (projection, shift) in zip(projections, [integers.weightShift, integers.recurrentShift]) {
      let scale = projection.scale(threshold: integers.threshold, shift: shift)
      total += projection.stepGradient(scale: scale, limit: limit) / scale
      count += projection.parameter.values.count
    }
    let gradient = total / (Double(count) * Double(limit)).squareRoot() / max(clipFactor, 1e-6)
    clip.gradient.elements[0] += R(gradient)
  }
}

extension QuantisedProjection {
  /// Σ gradient·(derivative of the quantised weight by its step), in the order of the weights.
  func stepGradient(scale: Double, limit: Int) -> Double {
    defer { withExtendedLifetime(parameter) {} }
    let values = parameter.values.elements, gradient = parameter.gradient.elements
    let bound = Double(limit)
    // Adding 1.5·2⁵² and taking it away again rounds to the nearest, ties to even.
    let magic = 6_755_399_441_055_744.0
    var total = 0.0
    for index in values.indices {
      let steps = min(max(Double(values[index]) * scale, -bound), bound)
      let slope = steps.magnitude >= bound ? steps : ((steps + magic) - magic) - steps
      total += Double(gradient[index]) * slope
    }
    return total
  }
}

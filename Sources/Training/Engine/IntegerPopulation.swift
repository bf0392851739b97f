import FixedPoint
import Kernels
import NeuronCore

/// One population in the target's integers: what the quantiser writes and the integer forward pass reads.
///
/// It changes between steps and never during one; `Engine.prepare` takes over what was changed.
final class IntegerPopulation: @unchecked Sendable {
  /// The layout of the parameter's values.
  let weights: AlignedBuffer<Int8>
  /// A weight is `weights[i] · 2^weightShift`.
  var weightShift = 0
  /// [output.count][output.stride].
  let recurrent: AlignedBuffer<Int8>?
  var recurrentShift = 0
  /// One a channel: [output.stride].
  let biases: AlignedBuffer<Int32>?
  /// θ, 1 or more; of a readout only the scale of its weights.
  var threshold: Int32
  /// Bounds, leak, current, compare, reset, cap, refractory ticks and sum rule. Its accumulator is exact,
  /// `saturatePerEvent`, or `wrap16` where that is proven to be the same as exact.
  var model: NeuronModel
  /// The rules of the chip; nil for a grid of cores.
  let chip: ChipRules?

  /// The membrane's decay, as in `model`.
  var leak: DecayRule {
    get { model.leak }
    set { model.leak = newValue }
  }

  /// The current's decay, as in `model`; nil without a current.
  var currentLeak: DecayRule? {
    get { if case .one(let rule) = model.currents { rule } else { nil } }
    set { model.currents = newValue.map { .one($0) } ?? .none }
  }

  init(plan: PopulationPlan, model: NeuronModel, threshold: Int32, chip: ChipRules? = nil) {
    weights = AlignedBuffer(count: plan.weightCount, repeating: 0)
    recurrent = plan.recurrentDelay.map { _ in
      AlignedBuffer(count: plan.output.count * plan.output.stride, repeating: 0)
    }
    biases = plan.neurons.hasBias ? AlignedBuffer(count: plan.output.stride, repeating: 0) : nil
    self.model = model
    self.threshold = threshold
    self.chip = chip
  }
}

extension DecayRule {
  /// The derivative of a decayed value by the value, without its rounding: 1 − 2^−k, and 1 where the loss does not
  /// grow with the value.
  var adjointFactor: Double {
    switch self {
    case .none, .linear: 1
    case .floor(let shift), .towardZero(let shift), .atLeastOne(let shift), .atLeastOneFloor(let shift):
      1 - 1 / Double(UInt64(1) << UInt64(shift))
    case .multiply(let shift): Double(256 - (256 >> Int(shift))) / 256
    }
  }
}

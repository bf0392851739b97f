import CKernels
import FixedPoint
import NeuronCore

/// Consecutive neurons of one class as the mesh kernels take them, in arrays of the caller's.
public struct MeshNeurons {
  let narrow: ck_mesh_neurons
  let wide: ck_mesh_neurons
  public let count: Int
  /// What |decay(u)| + cap · |θ| + |bias| never passes, or no bound below 2³¹ where the decay's products need 64 bits.
  public let bound: Int64

  /// Whether the kernels know the model: no currents, one exact sum.
  public static func represents(_ model: NeuronModel) -> Bool {
    model.currents == .none && model.sum == .exact && model.accumulator == .exact
  }

  /// - Parameters:
  ///   - threshold, bias, membrane: of `count` neurons.
  ///   - rest: the ticks of rest that are left; used where the model has a refractory time.
  public init(
    model: NeuronModel, count: Int, threshold: UnsafePointer<Int32>, bias: UnsafePointer<Int32>,
    membrane: UnsafeMutablePointer<Int32>, rest: UnsafeMutablePointer<UInt16>?
  ) {
    precondition(Self.represents(model) && (rest != nil || model.refractoryTicks == 0))
    let (decay, shift) = KernelSet.decay(model.leak, isWide: true)
    var lower: Int32 = 0
    if case .value(let value) = model.lowerBound { lower = value }
    var raw = ck_mesh_neurons(
      decay: decay, shift: shift, reset: Int32(model.reset.rawValue), above: model.compare == .above ? 1 : 0,
      floor_threshold: model.lowerBound == .minusThreshold ? 1 : 0, lower: lower, upper: model.upperBound,
      cap: Int32(model.spikeCap), rest_ticks: Int32(model.refractoryTicks), threshold: threshold, bias: bias,
      membrane: membrane, rest: model.refractoryTicks > 0 ? rest : nil)
    wide = raw
    // In narrow ticks membranes are below 2³¹ − 1, and a greater amount takes them to 0 as well.
    if case .linear(let amount) = model.leak { raw.shift = Int32(clamping: amount) }
    narrow = raw
    self.count = count
    var greatest: Int64 = 0
    var floor = max(Int64(model.upperBound), -Int64(lower))
    for index in 0..<count {
      let theta = abs(Int64(threshold[index]))
      if model.lowerBound == .minusThreshold { floor = max(floor, theta) }
      greatest = max(greatest, Int64(model.spikeCap) * theta + abs(Int64(bias[index])))
    }
    // A product of `multiply` is 256 times the membrane; "above" takes one off.
    let isMultiplied = if case .multiply = model.leak { true } else { false }
    bound = isMultiplied && floor >= 1 << 22 ? 1 << 32 : floor + greatest + 2
  }
}

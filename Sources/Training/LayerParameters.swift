import FixedPoint
import Kernels

/// What training knows of one layer: float master weights, their gradient and moments, and the
/// quantised layer that follows them.
///
/// A master weight is in units of the threshold divided by the input's full scale: the quantised weight
/// is `round(weight·scale)` with `scale = threshold / fullScale`. Row `inputs` holds the biases, in units of
/// the threshold.
final class LayerParameters: @unchecked Sendable {
  let quantised: QuantisedLayer
  /// The greatest magnitude of a quantised weight.
  let limit: Int
  /// The greatest input count: what counts as 1 to the master weights.
  let fullScale: Float
  /// [inputs + 1][stride].
  let weights: AlignedBuffer<Float>
  let gradient: AlignedBuffer<Float>
  let first: AlignedBuffer<Float>
  let second: AlignedBuffer<Float>
  /// Quantised weights in units of the threshold, transposed: [outputs][padded inputs]. Empty in the
  /// first layer, whose input needs no gradient.
  let transposed: AlignedBuffer<Float>

  var inputs: Int { quantised.inputs }
  var outputs: Int { quantised.outputs }
  var stride: Int { quantised.stride }
  var weightCount: Int { inputs * stride }
  /// Quantised steps of one master unit.
  var scale: Float { Float(quantised.neurons.threshold) / fullScale }
  /// The factor of a membrane's adjoint from tick to tick.
  var leakFactor: Float { quantised.neurons.leak.adjointFactor }
  /// Beyond this a master weight is clipped.
  var clip: Float { (Float(limit) + 0.5) / scale }

  init(quantised: QuantisedLayer, limit: Int, fullScale: Int, isFirst: Bool) {
    self.quantised = quantised
    self.limit = limit
    self.fullScale = Float(fullScale)
    let count = (quantised.inputs + 1) * quantised.stride
    weights = AlignedBuffer(count: count, repeating: 0)
    gradient = AlignedBuffer(count: count, repeating: 0)
    first = AlignedBuffer(count: count, repeating: 0)
    second = AlignedBuffer(count: count, repeating: 0)
    transposed = AlignedBuffer(count: isFirst ? 0 : quantised.outputs * quantised.inputs.paddedToLanes, repeating: 0)
  }

  /// Uniform weights of ±1/√inputs.
  func initialise(seed: UInt64, layer: Int) {
    var random = RandomStream(seed: seed, stream: UInt64(layer))
    let bound = 1 / Float(inputs).squareRoot()
    for input in 0..<inputs {
      for output in 0..<outputs { weights.elements[input * stride + output] = (2 * random.unit() - 1) * bound }
    }
  }
}

extension DecayRule {
  /// The derivative of a decayed value by the value, without its rounding: 1 − 2^−k, and 1 where the loss
  /// does not grow with the value.
  var adjointFactor: Float {
    switch self {
    case .none, .linear: 1
    case .floor(let shift), .towardZero(let shift), .atLeastOne(let shift), .atLeastOneFloor(let shift):
      1 - 1 / Float(UInt64(1) << UInt64(shift))
    case .multiply(let shift): Float(256 - (256 >> Int(shift))) / 256
    }
  }
}

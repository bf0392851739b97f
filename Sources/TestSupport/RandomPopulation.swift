import FixedPoint
import Networks
import NeuronCore

extension RandomStream {
  /// A population whose thresholds suit a typical input of `drive`.
  mutating func population(
    _ name: String, size: Int, _ options: RandomOptions, drive: Int
  ) -> Population {
    var model = model(options)
    let nonPositive = oneIn(options.nonPositiveThresholdsOneIn) && options.resets.contains(.zero)
    if nonPositive {
      model.reset = .zero
      if model.lowerBound == .minusThreshold { model.lowerBound = .value(0) }
    }
    let greatest = Int(Int32.max) >> (32 - options.constantBits)
    let top = nonPositive ? 0 : min(max(drive, 1), Int(model.upperBound), greatest)
    let thresholds = nonPositive ? -5...0 : 1...max(top, 1)
    let biases = -min(drive / 2, greatest)...min(drive / 2, greatest)
    let threshold = perNeuron(size) { $0.within(thresholds) }
    let bias = oneIn(2) ? PerNeuron.uniform(0) : perNeuron(size) { $0.within(biases) }
    let start = oneIn(2) ? PerNeuron.uniform(0) : perNeuron(size) { $0.within(options.starts) }
    var initial = PerNeuron.uniform(0)
    if element(of: options.initialMembranes) {
      initial = .each(
        (0..<size).map { index in
          let floor = model.lowerBound.resolved(threshold: threshold[index])
          return Int32(within(Int(floor)...Int(model.upperBound)))
        })
    }
    return Population(
      name: name, size: size, model: model, threshold: threshold, bias: bias, start: start,
      initialMembrane: initial)
  }

  private mutating func perNeuron(_ size: Int, _ value: (inout RandomStream) -> Int) -> PerNeuron {
    oneIn(2) ? .uniform(Int32(value(&self))) : .each((0..<size).map { _ in Int32(value(&self)) })
  }

  private mutating func model(_ options: RandomOptions) -> NeuronModel {
    let top = Int32.max >> Int32(32 - element(of: options.membraneBits))
    // Bounds narrower than the width, and a floor of 0, are legal too.
    let upper = oneIn(4) ? Int32(within(1...Int(top))) : top
    let lower = oneIn(4) ? Int32(-within(0...Int(top))) : -top - 1
    return NeuronModel(
      lowerBound: element(of: options.floorsAtMinusThreshold) ? .minusThreshold : .value(lower),
      upperBound: upper, accumulator: element(of: options.accumulators), currents: currents(options),
      leak: decay(options), sum: element(of: options.sums), compare: element(of: options.compares),
      reset: element(of: options.resets), spikeCap: element(of: options.spikeCaps),
      refractoryTicks: oneIn(2) ? 0 : UInt16(within(options.refractoryTicks)))
  }

  private mutating func currents(_ options: RandomOptions) -> CurrentDecays {
    switch within(0...options.maximumCurrents) {
    case 0: .none
    case 1: .one(decay(options))
    default: .two(decay(options), decay(options))
    }
  }

  private mutating func decay(_ options: RandomOptions) -> DecayRule {
    // Small shifts are the usual ones.
    let top = oneIn(3) ? Int(options.maximumShift) : min(6, Int(options.maximumShift))
    let shift = UInt8(within(0...top))
    switch element(of: options.leaks) {
    case .none: return .none
    case .floor: return .floor(shift: shift)
    case .towardZero: return .towardZero(shift: shift)
    case .atLeastOne: return .atLeastOne(shift: shift)
    case .atLeastOneFloor: return .atLeastOneFloor(shift: shift)
    case .multiply: return .multiply(shift: shift)
    case .linear: return .linear(amount: UInt32(within(0...(oneIn(4) ? 32767 : 40))))
    }
  }
}

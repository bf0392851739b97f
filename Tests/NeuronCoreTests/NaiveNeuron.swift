import FixedPoint
import NeuronCore

/// The neuron of docs/neuron.md written a second time: in 128 bits, events kept in a list, and every step a
/// line of the page.
struct NaiveNeuron {
  struct Event {
    var weight: Int
    var count: Int
    var current: Int
  }

  let model: NeuronModel
  let constants: NeuronConstants
  var u: Int128
  var currents: [Int128] = [0, 0]
  var remembered: Int128 = 0
  var lastSpikeTick: Int?

  init(_ model: NeuronModel, _ constants: NeuronConstants, initial: Int32) {
    self.model = model
    self.constants = constants
    u = Int128(initial)
  }

  mutating func tick(_ t: Int, _ events: [Event]) -> (spikes: Int, before: Int) {
    if t < Int(constants.start) { return (0, Int(u)) }
    let i = integrate(events)
    if let last = lastSpikeTick, t <= last + Int(model.refractoryTicks) { return (0, Int(u)) }
    let theta = Int128(constants.threshold)
    let lo: Int128
    switch model.lowerBound {
    case .minusThreshold: lo = -theta
    case .value(let value): lo = Int128(value)
    }
    var after = p(i, theta)
    if after < lo { after = lo }
    if after > Int128(model.upperBound) { after = Int128(model.upperBound) }
    let n = spikes(after, theta)
    if n > 0 { lastSpikeTick = t }
    remembered = 0
    switch model.reset {
    case .zero: u = n > 0 ? 0 : after
    case .subtractBeforeLeak: u = after - n * theta
    case .subtractAfterLeak:
      u = after
      remembered = n
    }
    return (Int(n), Int(after))
  }

  private mutating func integrate(_ events: [Event]) -> Int128 {
    if model.currents.count == 0 { return sum(events, from: 0) }
    var total: Int128 = 0
    for index in 0..<model.currents.count {
      var value = sum(events.filter { $0.current == index }, from: currents[index])
      if model.accumulator == .exact { value = saturate(value, bits: 32) }
      currents[index] = decay(model.currents.decay(of: index), value)
      total += currents[index]
    }
    return total
  }

  private func sum(_ events: [Event], from start: Int128) -> Int128 {
    var value = start
    for event in events {
      value += Int128(event.weight) * Int128(event.count)
      switch model.accumulator {
      case .exact: break
      case .wrap16: value = wrap16(value)
      case .saturatePerEvent: value = saturate(value, bits: 16)
      }
    }
    return value
  }

  private func p(_ i: Int128, _ theta: Int128) -> Int128 {
    let base = decay(model.leak, u) - remembered * theta
    let b = Int128(constants.bias)
    if model.sum == .exact { return base + i + b }
    let d = saturate(saturate(wrap16(base - u) + i, bits: 16) + b, bits: 16)
    return saturate(u + d, bits: 16)
  }

  private func spikes(_ u: Int128, _ theta: Int128) -> Int128 {
    let cap = Int128(model.spikeCap)
    if theta <= 0 {
      let passes = model.compare == .atLeast ? u >= theta : u > theta
      return passes ? cap : 0
    }
    // ≥: how often θ fits into u; >: how often it fits into u − 1.
    let whole = model.compare == .atLeast ? u : u - 1
    return whole < 0 ? 0 : min(whole / theta, cap)
  }

  private func wrap16(_ value: Int128) -> Int128 {
    let rest = ((value + 32768) % 65536 + 65536) % 65536
    return rest - 32768
  }

  private func saturate(_ value: Int128, bits: Int) -> Int128 {
    let top = bits == 16 ? Int128(32767) : Int128(2_147_483_647)
    return value > top ? top : value < -top - 1 ? -top - 1 : value
  }

  private func decay(_ rule: DecayRule, _ u: Int128) -> Int128 {
    func over(_ a: Int128, _ k: UInt8) -> Int128 {
      var power: Int128 = 1
      for _ in 0..<k { power *= 2 }
      return a >= 0 ? a / power : -((-a + power - 1) / power)
    }
    let sign: Int128 = u > 0 ? 1 : u < 0 ? -1 : 0
    switch rule {
    case .none: return u
    case .floor(let k): return u - over(u, k)
    case .towardZero(let k): return u - sign * over(u * sign, k)
    case .atLeastOne(let k): return u == 0 ? 0 : u - sign * max(over(u * sign, k), 1)
    case .atLeastOneFloor(let k): return u - (over(u, k) == 0 ? sign : over(u, k))
    case .multiply(let k): return over(u * (256 - over(256, k)), 8)
    case .linear(let amount): return u - sign * min(Int128(amount), u * sign)
    }
  }
}

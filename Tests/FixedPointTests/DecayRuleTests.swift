import FixedPoint
import Testing

@Suite struct DecayRuleTests {
  @Test("the worked values of docs/neuron.md, at 5 and −5 with k = 1")
  func workedValues() {
    let table: [(DecayRule, Int64, Int64)] = [
      (.none, -5, 5), (.floor(shift: 1), -2, 3), (.towardZero(shift: 1), -3, 3), (.atLeastOne(shift: 1), -3, 3),
      (.atLeastOneFloor(shift: 1), -2, 3), (.multiply(shift: 1), -3, 2), (.linear(amount: 3), -2, 2),
      (.linear(amount: 9), 0, 0),
    ]
    for (rule, negative, positive) in table {
      #expect(rule.applied(to: -5) == negative, "\(rule)")
      #expect(rule.applied(to: 5) == positive, "\(rule)")
      #expect(rule.applied(to: 0) == 0, "\(rule)")
    }
  }

  @Test("k = 0 is full decay")
  func fullDecay() {
    for value in interesting {
      #expect(DecayRule.floor(shift: 0).applied(to: value) == 0)
      #expect(DecayRule.towardZero(shift: 0).applied(to: value) == 0)
      #expect(DecayRule.atLeastOne(shift: 0).applied(to: value) == 0)
      #expect(DecayRule.atLeastOneFloor(shift: 0).applied(to: value) == 0)
      #expect(DecayRule.multiply(shift: 0).applied(to: value) == 0)
    }
  }

  @Test("multiply with k above 8 does not decay")
  func multiplyBeyondEight() {
    for value in interesting { #expect(DecayRule.multiply(shift: 9).applied(to: value) == value) }
  }

  @Test("every rule equals its formula in 128 bits, for every shift")
  func equalsFormula() {
    var random = RandomStream(seed: 17, stream: 0)
    for round in 0..<20_000 {
      let value =
        round < interesting.count
        ? interesting[round]
        : Int64(Int32(bitPattern: random.next()) >> Int32(random.below(32)))
      let shift = UInt8(random.below(32))
      let amount = random.next() >> random.below(32)
      let rules: [DecayRule] = [
        .none, .floor(shift: shift), .towardZero(shift: shift), .atLeastOne(shift: shift),
        .atLeastOneFloor(shift: shift), .multiply(shift: shift), .linear(amount: amount),
      ]
      for rule in rules {
        #expect(Int128(rule.applied(to: value)) == formula(rule, Int128(value)), "\(rule) of \(value)")
      }
    }
  }

  /// The corners of 16- and 32-bit membranes and their neighbours.
  private var interesting: [Int64] {
    let corners: [Int64] = [0, 1, -1, 127, -128, 255, -256, 32767, -32768, 2_147_483_647, -2_147_483_648]
    return corners.flatMap { [$0, max($0 - 1, -2_147_483_648), min($0 + 1, 2_147_483_647)] }
  }

  /// The decay table with division in place of shifts: flooring and truncating quotients by 2ᵏ.
  private func formula(_ rule: DecayRule, _ u: Int128) -> Int128 {
    func power(_ k: UInt8) -> Int128 { (0..<Int(k)).reduce(Int128(1)) { value, _ in value * 2 } }
    func floorQuotient(_ a: Int128, _ b: Int128) -> Int128 { a >= 0 ? a / b : -((-a + b - 1) / b) }
    let sign: Int128 = u > 0 ? 1 : u < 0 ? -1 : 0
    let size = u < 0 ? -u : u
    switch rule {
    case .none: return u
    case .floor(let k): return u - floorQuotient(u, power(k))
    case .towardZero(let k): return sign * (size - size / power(k))
    case .atLeastOne(let k): return u == 0 ? 0 : sign * (size - max(size / power(k), 1))
    case .atLeastOneFloor(let k):
      let quotient = floorQuotient(u, power(k))
      return u - (quotient == 0 ? sign : quotient)
    case .multiply(let k): return floorQuotient(u * (256 - 256 / power(k)), 256)
    case .linear(let amount): return sign * (size - min(Int128(amount), size))
    }
  }
}

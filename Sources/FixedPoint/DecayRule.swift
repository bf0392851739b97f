/// How a membrane or a synaptic current loses value in one tick.
///
/// All arithmetic is done in 64 bits and cannot overflow for values of up to 32 bits.
/// Source: the arithmetic page of the project, docs/neuron.md, "Decay rules".
public enum DecayRule: Hashable, Sendable {
  /// The value stays: `-5 → -5`.
  case none
  /// `u - (u >> k)` with an arithmetic shift, rounding the loss down: at k = 1, `-5 → -2`, `5 → 3`.
  case floor(shift: UInt8)
  /// `u - sign(u)·(|u| >> k)`: at k = 1, `-5 → -3`, `5 → 3`.
  case towardZero(shift: UInt8)
  /// `u - sign(u)·max(|u| >> k, 1)`, 0 stays: at k = 1, `-5 → -3`; at k = 8, `-5 → -4`.
  case atLeastOne(shift: UInt8)
  /// `d = u >> k`, or `sign(u)` when that is 0; `u - d` (Xylo): at k = 1, `-5 → -2`; at k = 8, `5 → 4`.
  case atLeastOneFloor(shift: UInt8)
  /// `(u·a) >> 8` with `a = 256 - (256 >> k)`, arithmetic shift: at k = 1, `-5 → -3`, `5 → 2`.
  case multiply(shift: UInt8)
  /// `u - sign(u)·min(amount, |u|)`: at amount = 3, `-5 → -2`, `2 → 0`.
  case linear(amount: UInt32)

  /// The greatest shift that a rule takes; 0 is full decay.
  public static var maximumShift: UInt8 { 31 }
}

extension DecayRule {
  /// The value after one tick of decay.
  ///
  /// - Parameter value: a membrane or current of at most 40 significant bits.
  @inlinable
  public func applied(to value: Int64) -> Int64 {
    switch self {
    case .none:
      return value
    case .floor(let shift):
      return value &- (value &>> Int64(shift))
    case .towardZero(let shift):
      let loss = value.magnitude &>> UInt64(shift)
      return value < 0 ? value &+ Int64(bitPattern: loss) : value &- Int64(bitPattern: loss)
    case .atLeastOne(let shift):
      if value == 0 { return 0 }
      let loss = Int64(bitPattern: max(value.magnitude &>> UInt64(shift), 1))
      return value < 0 ? value &+ loss : value &- loss
    case .atLeastOneFloor(let shift):
      let loss = value &>> Int64(shift)
      return value &- (loss != 0 ? loss : value.signum())
    case .multiply(let shift):
      // 256 >> k is 0 beyond k = 8: such a rule does not decay.
      return (value &* (256 &- (256 &>> Int64(shift)))) &>> 8
    case .linear(let amount):
      let loss = Int64(bitPattern: min(UInt64(amount), value.magnitude))
      return value < 0 ? value &+ loss : value &- loss
    }
  }
}

/// One neuron's word of 128 bits.
public struct ODINNeuron: Equatable, Sendable {
  public private(set) var low: UInt64 = 0
  public private(set) var high: UInt64 = 0

  public init() {}

  /// A leaky integrate-and-fire neuron at rest that tracks no calcium.
  ///
  /// - Parameters:
  ///   - threshold: 0…255.
  ///   - leak: λ, 0…127; the leak is off at 0.
  ///   - isDisabled: integrates and resets, but tells nobody.
  init(threshold: UInt8, leak: UInt8, isDisabled: Bool = false) {
    low = 1 | UInt64(leak & 0x7F) << 1 | (leak == 0 ? 0 : 1 << 8) | UInt64(threshold) << 9
    high = isDisabled ? 1 << 63 : 0
  }

  enum Change {
    case leak
    case excite(Int32)
    case inhibit(Int32)
  }

  enum Direction {
    case stay, up, down
  }

  func byte(_ place: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (place < 8 ? low : high) >> UInt64(8 * (place & 7)))
  }

  mutating func setByte(_ place: Int, _ byte: UInt8) {
    let shift = UInt64(8 * (place & 7))
    if place < 8 {
      low = low & ~(0xFF << shift) | UInt64(byte) << shift
    } else {
      high = high & ~(0xFF << shift) | UInt64(byte) << shift
    }
  }

  private func bits(_ first: UInt64, _ count: UInt64) -> Int32 {
    Int32(truncatingIfNeeded: (first < 64 ? low >> first : high >> (first - 64)) & (1 << count - 1))
  }

  private mutating func setHigh(_ first: UInt64, _ count: UInt64, _ value: Int32) {
    let mask: UInt64 = (1 << count - 1) << (first - 64)
    high = high & ~mask | UInt64(UInt32(bitPattern: value)) << (first - 64) & mask
  }

  /// 0…255.
  public internal(set) var membrane: Int32 {
    get { bits(70, 8) }
    set { setHigh(70, 8, newValue) }
  }
  /// 0…255; 0 fires at every update.
  var threshold: Int32 { bits(9, 8) }
  /// λ of a time reference; 0 where the leak is off.
  var leak: Int32 { bits(8, 1) == 1 ? bits(1, 7) : 0 }
  public var calcium: Int32 { bits(78, 3) }
  public var calciumLeakCounter: Int32 { bits(81, 5) }
  var isDisabled: Bool { high >> 63 == 1 }
  var fires: Bool { membrane >= threshold }
  var tracksCalcium: Bool { bits(17, 1) == 1 }

  var direction: Direction {
    guard tracksCalcium else { return .stay }
    let isHigh = membrane >= bits(18, 8)
    guard calcium >= bits(26, 3) else { return .stay }
    return isHigh ? (calcium < bits(32, 3) ? .up : .stay) : (calcium < bits(29, 3) ? .down : .stay)
  }

  /// Applies a change and says whether the neuron fires; saturates at 0 and 255.
  mutating func update(_ change: Change) -> Bool {
    var membrane = membrane
    var isLeak = false
    switch change {
    case .leak:
      isLeak = true
      membrane = max(0, membrane - leak)
    case .excite(let weight): membrane = min(255, membrane + weight)
    case .inhibit(let weight): membrane = max(0, membrane - weight)
    }
    let fires = membrane >= threshold
    setHigh(70, 8, fires ? 0 : membrane)
    if tracksCalcium { updateCalcium(fires: fires, isLeak: isLeak) }
    return fires
  }

  private mutating func updateCalcium(fires: Bool, isLeak: Bool) {
    var falls = false
    let period = bits(35, 5)
    if isLeak && period != 0 {
      if calciumLeakCounter == period - 1 {
        falls = true
        setHigh(81, 5, 0)
      } else {
        // Wraps at 32.
        setHigh(81, 5, calciumLeakCounter + 1)
      }
    }
    if fires && !falls && calcium < 7 { setHigh(78, 3, calcium + 1) }
    if falls && !fires && calcium > 0 { setHigh(78, 3, calcium - 1) }
  }
}

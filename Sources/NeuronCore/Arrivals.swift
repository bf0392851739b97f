/// The running sums of one neuron while a tick's events arrive: one for each current, or one in all.
public struct Arrivals: Hashable, Sendable {
  /// The sum of current 0, or of everything when there are no currents.
  public var sum0: Int64
  /// The sum of current 1.
  public var sum1: Int64

  /// Sums to start from; `NeuronModel.beginTick` gives the right ones.
  @inlinable
  public init(sum0: Int64 = 0, sum1: Int64 = 0) {
    self.sum0 = sum0
    self.sum1 = sum1
  }
}

extension NeuronModel {
  /// The sums at the beginning of a tick: 0 without currents, else the currents' values, because a
  /// current is an accumulator that is not cleared.
  ///
  /// A current of 100 gives `sum0 == 100`; without currents both sums are 0.
  @inlinable
  public func beginTick(_ state: NeuronState) -> Arrivals {
    switch currents {
    case .none: Arrivals()
    case .one: Arrivals(sum0: Int64(state.current0))
    case .two: Arrivals(sum0: Int64(state.current0), sum1: Int64(state.current1))
    }
  }

  /// Adds one event to a sum by the accumulator rule: the synapse's weight times the whole count.
  ///
  /// Worked at a sum of 32000 with weight 500 and count 2: `exact` 33000, `wrap16` −32536,
  /// `saturatePerEvent` 32767. The order of events matters only to `saturatePerEvent`.
  ///
  /// - Parameters:
  ///   - count: 1–255; a count of 0 changes nothing.
  ///   - sum: stays below 2⁶³ for up to 2²³ events of the widest weights.
  @inlinable
  public func accumulate(weight: Int32, count: UInt8, into sum: inout Int64) {
    let event = Int64(weight) &* Int64(count)
    switch accumulator {
    case .exact: sum &+= event
    case .wrap16: sum = Int64(Int16(truncatingIfNeeded: sum &+ event))
    case .saturatePerEvent: sum = saturated16(sum &+ event)
    }
  }

  /// Delivers one event to the sum of the given current, 0 or 1.
  @inlinable
  public func deliver(weight: Int32, count: UInt8, current: Int = 0, to arrivals: inout Arrivals) {
    if current == 0 {
      accumulate(weight: weight, count: count, into: &arrivals.sum0)
    } else {
      accumulate(weight: weight, count: count, into: &arrivals.sum1)
    }
  }
}

/// The nearest 16-bit value: `40000 → 32767`, `−40000 → −32768`.
@inlinable
func saturated16(_ value: Int64) -> Int64 { min(max(value, -32768), 32767) }

/// The nearest 32-bit value: `2³¹ → 2³¹ − 1`.
@inlinable
func saturated32(_ value: Int64) -> Int32 { Int32(truncatingIfNeeded: min(max(value, -2_147_483_648), 2_147_483_647)) }

import FixedPoint

/// What one neuron did in one tick.
public struct NeuronOutcome: Hashable, Sendable {
  /// n, the spikes it sends, 0–255.
  public var spikes: UInt8
  /// U, the membrane after the clamp and before the reset; in a tick that is not executed, the membrane
  /// as it stays.
  public var membraneBeforeReset: Int32

  @inlinable
  public init(spikes: UInt8, membraneBeforeReset: Int32) {
    self.spikes = spikes
    self.membraneBeforeReset = membraneBeforeReset
  }
}

extension NeuronModel {
  /// Ends a tick: decays the currents, moves the membrane, and says what the neuron sends.
  ///
  /// Worked with `lif(leak: .floor(shift: 1))`, θ = 10, b = 1, u = 9 and one event of weight 8:
  /// base = 9 − 4 = 5, p = 5 + 8 + 1 = 14, so one spike; u stays 14 and 10 is owed to the next tick.
  /// Without input that one gives 7 − 10 + 1 = −2. Source: docs/neuron.md, "The tick".
  ///
  /// - Parameters:
  ///   - state: before `start` it does not change; in a refractory tick only its currents do.
  ///   - arrivals: the sums that `beginTick` gave, with every event of this tick delivered.
  ///   - tick: the number of this tick, from 0.
  @inlinable
  public func finishTick(
    _ state: inout NeuronState, constants: NeuronConstants, arrivals: Arrivals, tick: UInt32
  ) -> NeuronOutcome {
    if tick < constants.start {
      return NeuronOutcome(spikes: 0, membraneBeforeReset: state.membrane)
    }
    let input = decayCurrents(&state, arrivals)
    if state.refractoryLeft > 0 {
      state.refractoryLeft &-= 1
      return NeuronOutcome(spikes: 0, membraneBeforeReset: state.membrane)
    }
    let threshold = Int64(constants.threshold)
    let membrane = clamped(
      potential(state, threshold: threshold, input: input, bias: Int64(constants.bias)),
      threshold: constants.threshold)
    let spikes = spikeCount(membrane, threshold: threshold)
    let left: Int64
    switch reset {
    case .zero: left = spikes > 0 ? 0 : membrane
    case .subtractBeforeLeak: left = membrane &- Int64(spikes) &* threshold
    case .subtractAfterLeak: left = membrane
    }
    state.membrane = Int32(truncatingIfNeeded: left)
    state.pendingSpikes = reset == .subtractAfterLeak ? spikes : 0
    if spikes > 0 { state.refractoryLeft = refractoryTicks }
    return NeuronOutcome(spikes: spikes, membraneBeforeReset: Int32(truncatingIfNeeded: membrane))
  }

  /// Ends a tick whose events were summed elsewhere; for models whose accumulator is exact.
  ///
  /// - Parameters:
  ///   - input0: Σ weight × count of everything that arrived for current 0, or in all.
  ///   - input1: the same for current 1; 0 where there is none.
  @inlinable
  public func tick(
    _ state: inout NeuronState, constants: NeuronConstants, input0: Int64, input1: Int64 = 0, tick: UInt32
  ) -> NeuronOutcome {
    var arrivals = beginTick(state)
    arrivals.sum0 &+= input0
    arrivals.sum1 &+= input1
    return finishTick(&state, constants: constants, arrivals: arrivals, tick: tick)
  }

  /// Step 1: stores the delivered currents, decayed, and returns I.
  ///
  /// An exact current is clamped to 32 bits once, before its decay; 16-bit currents already fit. Every
  /// decay rule shrinks, so the decayed value fits too. I of two currents is their exact sum:
  /// `30000 + 30000 → 60000`.
  @inlinable
  func decayCurrents(_ state: inout NeuronState, _ arrivals: Arrivals) -> Int64 {
    switch currents {
    case .none:
      return arrivals.sum0
    case .one(let first):
      state.current0 = Int32(truncatingIfNeeded: first.applied(to: Int64(saturated32(arrivals.sum0))))
      return Int64(state.current0)
    case .two(let first, let second):
      state.current0 = Int32(truncatingIfNeeded: first.applied(to: Int64(saturated32(arrivals.sum0))))
      state.current1 = Int32(truncatingIfNeeded: second.applied(to: Int64(saturated32(arrivals.sum1))))
      return Int64(state.current0) &+ Int64(state.current1)
    }
  }

  /// Steps 2 and 3: p, before the clamp.
  ///
  /// `perTerm16` keeps the difference to u in 16 bits: at u = base = 30000 with I = 40000 and b = −10000,
  /// d is 32767, then 22767, and p = 32767, where the exact sum is 60000.
  @inlinable
  func potential(_ state: NeuronState, threshold: Int64, input: Int64, bias: Int64) -> Int64 {
    let membrane = Int64(state.membrane)
    // pendingSpikes is 0 unless the reset is subtractAfterLeak.
    let base = leak.applied(to: membrane) &- Int64(state.pendingSpikes) &* threshold
    switch sum {
    case .exact:
      return base &+ input &+ bias
    case .perTerm16:
      var difference = Int64(Int16(truncatingIfNeeded: base &- membrane))
      difference = saturated16(difference &+ input)
      difference = saturated16(difference &+ bias)
      return saturated16(membrane &+ difference)
    }
  }

  /// Step 4: the potential within the membrane's bounds.
  @inlinable
  func clamped(_ potential: Int64, threshold: Int32) -> Int64 {
    min(max(potential, lowerBound.resolved(threshold: threshold)), Int64(upperBound))
  }

  /// Step 5: how many thresholds the membrane passes, at most the cap: with θ = 10 and cap 3, 25 sends 2
  /// and 99 sends 3. A threshold of 0 or less sends the cap or nothing.
  @inlinable
  func spikeCount(_ membrane: Int64, threshold: Int64) -> UInt8 {
    if !compare.passes(membrane, threshold: threshold) { return 0 }
    if threshold <= 0 { return spikeCap }
    var spikes: UInt8 = 1
    var rest = membrane &- threshold
    while spikes < spikeCap && compare.passes(rest, threshold: threshold) {
      rest &-= threshold
      spikes &+= 1
    }
    return spikes
  }
}

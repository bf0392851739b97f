import FixedPoint
import NeuronCore
import Testing

/// The worked values of the documentation.
@Suite struct NeuronExampleTests {
  @Test("u = 9, θ = 10, b = 1, floor at k = 1 and an input of 8 spike at 14, and the next tick begins at −2")
  func firstExample() {
    let model = NeuronModel.lif(leak: .floor(shift: 1))
    let constants = NeuronConstants(threshold: 10, bias: 1)
    var state = NeuronState(initialMembrane: 9)
    let first = model.tick(&state, constants: constants, input0: 8, tick: 0)
    #expect(first == NeuronOutcome(spikes: 1, membraneBeforeReset: 14))
    #expect(state.membrane == 14)
    let second = model.tick(&state, constants: constants, input0: 0, tick: 1)
    #expect(second == NeuronOutcome(spikes: 0, membraneBeforeReset: -2))
  }

  @Test("the two moments of subtraction are different neurons")
  func moments() {
    var before = NeuronModel.lif(leak: .floor(shift: 1))
    before.reset = .subtractBeforeLeak
    let after = NeuronModel.lif(leak: .floor(shift: 1))
    let constants = NeuronConstants(threshold: 10)
    var (one, other) = (NeuronState(), NeuronState())
    #expect(before.tick(&one, constants: constants, input0: 14, tick: 0).spikes == 1)
    #expect(after.tick(&other, constants: constants, input0: 14, tick: 0).spikes == 1)
    // (14 − 10) − 2 = 2 against (14 − 7) − 10 = −3.
    #expect(before.tick(&one, constants: constants, input0: 0, tick: 1).membraneBeforeReset == 2)
    #expect(after.tick(&other, constants: constants, input0: 0, tick: 1).membraneBeforeReset == -3)
  }

  @Test("the accumulators differ beyond 16 bits")
  func accumulators() {
    let expected: [(Accumulator, Int64)] = [(.exact, 33000), (.wrap16, -32536), (.saturatePerEvent, 32767)]
    for (accumulator, value) in expected {
      var sum: Int64 = 32000
      NeuronModel(accumulator: accumulator).accumulate(weight: 500, count: 2, into: &sum)
      #expect(sum == value)
    }
  }

  @Test("perTerm16 keeps the difference in 16 bits")
  func perTerm16() {
    for (sum, expected) in [(SumRule.exact, Int32(60000)), (.perTerm16, 32767)] {
      let model = NeuronModel(lowerBound: .value(-8_388_608), upperBound: 8_388_607, sum: sum)
      var state = NeuronState(initialMembrane: 30000)
      let constants = NeuronConstants(threshold: 1_000_000, bias: -10000)
      #expect(model.tick(&state, constants: constants, input0: 40000, tick: 0).membraneBeforeReset == expected)
    }
  }

  @Test("the cap cuts spikes off and leaves their worth in the membrane")
  func cap() {
    let model = NeuronModel(reset: .subtractBeforeLeak, spikeCap: 3)
    let constants = NeuronConstants(threshold: 10)
    var state = NeuronState()
    #expect(model.tick(&state, constants: constants, input0: 25, tick: 0).spikes == 2)
    #expect(state.membrane == 5)
    #expect(model.tick(&state, constants: constants, input0: 94, tick: 1).spikes == 3)
    #expect(state.membrane == 69)
  }

  @Test("a multiple of θ passes itself with ≥ and not with >")
  func compares() {
    for (compare, spikes) in [(Comparison.atLeast, UInt8(3)), (.above, 2)] {
      let model = NeuronModel(compare: compare, reset: .subtractBeforeLeak, spikeCap: 255)
      var state = NeuronState()
      #expect(model.tick(&state, constants: NeuronConstants(threshold: 10), input0: 30, tick: 0).spikes == spikes)
    }
  }

  @Test("a threshold of 0 sends the cap or nothing")
  func thresholdZero() {
    let model = NeuronModel(compare: .above, reset: .zero, spikeCap: 5)
    var state = NeuronState()
    let constants = NeuronConstants(threshold: 0)
    #expect(model.tick(&state, constants: constants, input0: 0, tick: 0).spikes == 0)
    #expect(model.tick(&state, constants: constants, input0: 1, tick: 1).spikes == 5)
    #expect(state.membrane == 0)
  }

  @Test("a refractory neuron loses its input and its bias, remembers what it owes, and its currents go on")
  func refractory() {
    let model = NeuronModel(currents: .one(.floor(shift: 1)), refractoryTicks: 2)
    let constants = NeuronConstants(threshold: 10, bias: 3)
    var state = NeuronState()
    // The current of 20 decays to 10; 10 + 3 spikes.
    #expect(model.tick(&state, constants: constants, input0: 20, tick: 0).spikes == 1)
    for tick in 1...2 {
      let outcome = model.tick(&state, constants: constants, input0: 0, tick: UInt32(tick))
      #expect(outcome == NeuronOutcome(spikes: 0, membraneBeforeReset: 13))
    }
    // 10 → 5 → 3 (5 − 2) in the refractory ticks.
    #expect(state.current0 == 3)
    // Then 13 − 10 + 2 + 3 = 8.
    #expect(model.tick(&state, constants: constants, input0: 0, tick: 3).membraneBeforeReset == 8)
  }

  @Test("nothing happens before the start, and the first executed tick may spike")
  func start() {
    let model = NeuronModel(currents: .one(.none))
    let constants = NeuronConstants(threshold: 10, start: 2)
    var state = NeuronState(initialMembrane: 9)
    for tick in 0..<UInt32(2) {
      #expect(model.tick(&state, constants: constants, input0: 100, tick: tick).spikes == 0)
      #expect(state == NeuronState(initialMembrane: 9))
    }
    #expect(model.tick(&state, constants: constants, input0: 1, tick: 2).spikes == 1)
  }

  @Test("lif has a signed membrane of its bits", arguments: [(8, 127), (16, 32767), (32, 2_147_483_647)])
  func lif(bits: Int, top: Int32) {
    let model = NeuronModel.lif(leak: .none, membraneBits: bits)
    #expect(model.upperBound == top)
    #expect(model.lowerBound == .value(-top - 1))
  }
}

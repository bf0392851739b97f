import FixedPoint
import NeuronCore
import Testing

@Suite struct NeuronPropertyTests {
  @Test("random neurons of every kind equal a second model written in 128 bits, tick by tick")
  func equalsNaive() {
    var spiking = 0
    for seed in 0..<UInt64(3000) {
      var random = RandomStream(seed: seed, stream: 77)
      let (model, constants) = neuron(&random)
      let initial = random.chance(3) ? Int32(random.pick(-100, 100)) : 0
      let clamped = initial.clamped(to: model, constants)
      var state = NeuronState(initialMembrane: clamped)
      var naive = NaiveNeuron(model, constants, initial: clamped)
      for tick in 0..<40 {
        let events = events(&random, model)
        var arrivals = model.beginTick(state)
        for event in events {
          model.deliver(
            weight: Int32(event.weight), count: UInt8(event.count), current: event.current, to: &arrivals)
        }
        let outcome = model.finishTick(&state, constants: constants, arrivals: arrivals, tick: UInt32(tick))
        let expected = naive.tick(tick, events)
        let same =
          Int(outcome.spikes) == expected.spikes && Int(outcome.membraneBeforeReset) == expected.before
          && Int128(state.membrane) == naive.u && Int128(state.current0) == naive.currents[0]
          && Int128(state.current1) == naive.currents[1]
        #expect(same, "seed \(seed), tick \(tick): \(model), \(constants)")
        if !same { return }
        if outcome.spikes > 0 { spiking += 1 }
      }
    }
    // The neurons are not all silent.
    #expect(spiking > 5000)
  }

  @Test("a tick whose events were summed elsewhere is the same tick")
  func summedElsewhere() {
    for seed in 0..<UInt64(500) {
      var random = RandomStream(seed: seed, stream: 78)
      let (made, constants) = neuron(&random)
      var model = made
      model.accumulator = .exact
      var (one, other) = (NeuronState(), NeuronState())
      for tick in 0..<UInt32(20) {
        let events = events(&random, model)
        var arrivals = model.beginTick(one)
        var sums: [Int64] = [0, 0]
        for event in events {
          model.deliver(
            weight: Int32(event.weight), count: UInt8(event.count), current: event.current, to: &arrivals)
          sums[event.current] += Int64(event.weight * event.count)
        }
        let first = model.finishTick(&one, constants: constants, arrivals: arrivals, tick: tick)
        let second = model.tick(&other, constants: constants, input0: sums[0], input1: sums[1], tick: tick)
        #expect(first == second)
        #expect(one == other)
      }
    }
  }

  private func events(_ random: inout RandomStream, _ model: NeuronModel) -> [NaiveNeuron.Event] {
    let bits = random.pick(2, random.chance(4) ? 24 : 10)
    let greatest = (1 << bits) - 1
    return (0..<random.pick(0, 6)).map { _ in
      NaiveNeuron.Event(
        weight: random.pick(-greatest / 2, greatest), count: random.chance(2) ? 1 : random.pick(1, 255),
        current: model.currents.count == 2 ? random.pick(0, 1) : 0)
    }
  }

  private func neuron(_ random: inout RandomStream) -> (NeuronModel, NeuronConstants) {
    let bits = random.pick(8, 32)
    let top = Int32.max >> Int32(32 - bits)
    let threshold = random.chance(5) ? Int32(random.pick(-3, 0)) : Int32(random.pick(1, min(Int(top), 5000)))
    let resets = threshold < 1 ? [Reset.zero] : Reset.allCases
    let floors: [MembraneFloor] =
      threshold < 1 ? [.value(-top - 1), .value(0)] : [.value(-top - 1), .minusThreshold, .value(0)]
    let decays: [CurrentDecays] = [.none, .one(decay(&random)), .two(decay(&random), decay(&random))]
    let model = NeuronModel(
      lowerBound: floors[random.pick(0, floors.count - 1)], upperBound: top,
      accumulator: Accumulator.allCases[random.pick(0, 2)], currents: decays[random.pick(0, 2)],
      leak: decay(&random), sum: SumRule.allCases[random.pick(0, 1)],
      compare: Comparison.allCases[random.pick(0, 1)], reset: resets[random.pick(0, resets.count - 1)],
      spikeCap: [1, 2, 7, 255][random.pick(0, 3)], refractoryTicks: random.chance(2) ? 0 : UInt16(random.pick(0, 4)))
    let constants = NeuronConstants(
      threshold: threshold, bias: Int32(random.pick(-200, 300)), start: UInt32(random.chance(3) ? random.pick(0, 6) : 0)
    )
    return (model, constants)
  }

  private func decay(_ random: inout RandomStream) -> DecayRule {
    let shift = UInt8(random.pick(0, random.chance(4) ? 31 : 6))
    let rules: [DecayRule] = [
      .none, .floor(shift: shift), .towardZero(shift: shift), .atLeastOne(shift: shift),
      .atLeastOneFloor(shift: shift), .multiply(shift: shift), .linear(amount: UInt32(random.pick(0, 300))),
    ]
    return rules[random.pick(0, rules.count - 1)]
  }
}

extension RandomStream {
  fileprivate mutating func pick(_ low: Int, _ high: Int) -> Int { low + Int(below(UInt32(high - low + 1))) }
  fileprivate mutating func chance(_ times: UInt32) -> Bool { below(times) == 0 }
}

extension Int32 {
  fileprivate func clamped(to model: NeuronModel, _ constants: NeuronConstants) -> Int32 {
    let floor = model.lowerBound.resolved(threshold: constants.threshold)
    return Int32(Swift.max(floor, Swift.min(Int64(self), Int64(model.upperBound))))
  }
}

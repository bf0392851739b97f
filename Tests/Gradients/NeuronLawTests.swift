import FixedPoint
import Kernels
import NeuronCore
import Testing
import Training

/// The engine's integer forward pass against the neuron itself.
@Suite("Gradients: integer neurons")
struct NeuronLawTests {
  @Test("the integer forward pass is NeuronCore's, for every leak, reset, sum, width, cap, rest and current")
  func law() throws {
    var spikes = 0
    for seed in 0..<400 as Range<UInt64> {
      var random = RandomStream(seed: seed, stream: 3)
      spikes += try compare(&random, "seed \(seed)")
    }
    #expect(spikes > 20_000)
  }

  private func compare(_ random: inout RandomStream, _ name: String) throws -> Int {
    func choose<T>(_ options: [T]) -> T { options[Int(random.below(UInt32(options.count)))] }
    func rule() -> DecayRule {
      let shift = UInt8(choose([0, 1, 2, 3, 8, 9, 31]))
      return choose([
        .none, .floor(shift: shift), .towardZero(shift: shift), .atLeastOne(shift: shift),
        .atLeastOneFloor(shift: shift), .multiply(shift: shift), .linear(amount: UInt32(shift) * 3),
      ])
    }
    let bits = choose([8, 12, 16, 24, 32]), inputs = 20, size = 21, ticks = 40
    let top = Int32(truncatingIfNeeded: (Int64(1) << Int64(bits - 1)) - 1)
    let model = NeuronModel(
      lowerBound: choose([.value(-top - 1), .value(-top - 1), .value(-5), .minusThreshold]), upperBound: top,
      currents: choose([.none, .none, .one(rule())]), leak: rule(),
      sum: bits <= 16 ? choose([.exact, .exact, .perTerm16]) : .exact, compare: choose([.atLeast, .above]),
      reset: choose([.zero, .subtractBeforeLeak, .subtractAfterLeak]), spikeCap: choose([1, 1, 1, 3, 31]),
      refractoryTicks: choose([0, 0, 0, 1, 4]))
    let threshold = choose([1, 40, top / 3, top / 8 + 1])
    let recurrentDelay = choose([nil, 1, 2])
    let shift = bits == 32 ? choose([0, 18]) : choose([0, 0, 2]),
      recurrentShift = bits == 32 ? choose([0, 16]) : choose([0, 1])
    func numbers(_ count: Int, _ limit: Int) -> [Double] {
      (0..<count).map { _ in Double(Int(random.below(UInt32(2 * limit + 1))) - limit + limit / 8) }.map {
        min($0, Double(limit))
      }
    }
    let limit = choose([1, 7, 127])
    let weights = numbers(inputs * size, limit), biases = numbers(size, 30)
    let recurrent = recurrentDelay.map { _ in numbers(size * size, limit) }
    let counts = (0..<ticks * inputs).map { _ in random.below(3) == 0 ? UInt8(1 + random.below(3)) : 0 }
    let neurons = NeuronDescription(
      currentLeak: model.currents.count == 0 ? nil : NeuronDescription.Leak(factor: 0.5),
      refractoryTicks: Int(model.refractoryTicks), spikeCap: Int(model.spikeCap), hasBias: true)
    let setting = GradientProbe.Setting(
      model: ModelDescription(layers: [
        .population(
          PopulationDescription(connection: .dense(neurons: nil), neurons: neurons, recurrentDelay: recurrentDelay))
      ]), inputShape: [inputs], classCount: size, ticks: ticks, maximumCount: 3, surrogate: Surrogate(.fastSigmoid, 4),
      resetGradient: .detached, variant: choose(KernelVariant.supported))
    let probe = try GradientProbe(
      as: Float.self, setting,
      values: [
        GradientProbe.Values(
          weights: weights, recurrent: recurrent, biases: biases,
          integers: GradientProbe.Integers(
            model: model, threshold: threshold, weightShift: shift, recurrentShift: recurrentShift))
      ], counts: [counts], labels: [0], loss: TrainingLoss(.rateMeanSquared))
    var states = [NeuronState](repeating: NeuronState(), count: size)
    var fired: [[UInt8]] = [], membranes: [Double] = []
    for tick in 0..<ticks {
      var row: [UInt8] = []
      for target in 0..<size {
        var arrivals = model.beginTick(states[target])
        for source in 0..<inputs {
          let weight = Int32(weights[source * size + target]) << Int32(shift)
          model.deliver(weight: weight, count: counts[tick * inputs + source], to: &arrivals)
        }
        if let recurrent, let delay = recurrentDelay, tick >= delay {
          for source in 0..<size {
            let weight = Int32(recurrent[source * size + target]) << Int32(recurrentShift)
            model.deliver(weight: weight, count: fired[tick - delay][source], to: &arrivals)
          }
        }
        let constants = NeuronConstants(threshold: threshold, bias: Int32(biases[target]))
        let outcome = model.finishTick(
          &states[target], constants: constants, arrivals: arrivals, tick: UInt32(tick))
        row.append(outcome.spikes)
        membranes.append(Double(outcome.membraneBeforeReset))
      }
      fired.append(row)
    }
    #expect(probe.spikes[0][0] == fired.flatMap { $0 }, "\(name): spikes")
    #expect(probe.membranes[0][0] == membranes, "\(name): membranes")
    return fired.joined().filter { $0 > 0 }.count
  }
}

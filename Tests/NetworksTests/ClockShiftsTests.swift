import FixedPoint
import Networks
import NeuronCore
import Testing

@Suite struct ClockShiftsTests {
  @Test("layers that see each other within a step run one tick apart")
  func chain() throws {
    let trained = network(3, [(nil, 0, 0), (0, 1, 0), (1, 2, 0), (1, 1, 1)])
    let shifts = try ClockShifts(trained: trained)
    #expect(shifts.shifts == [0, 1, 2])
    let deployed = try shifts.deploy(trained)
    #expect(deployed.projections.map(\.delay) == [0, 1, 1, 1])
    #expect(deployed.populations.map(\.start) == [.uniform(0), .uniform(1), .uniform(2)])
    #expect(deployed.outputs.map(\.shift) == [2])
    #expect(deployed.depth == 2)
    #expect(shifts.window(of: 1, ticks: 5) == 1..<6)
  }

  @Test("a skip connection waits for the longer path")
  func skip() throws {
    let trained = network(3, [(nil, 0, 0), (0, 1, 0), (1, 2, 0), (0, 2, 0), (nil, 2, 3)])
    let deployed = try ClockShifts(trained: trained).deploy(trained)
    #expect(deployed.projections.map(\.delay) == [0, 1, 1, 2, 5])
  }

  @Test("a wait beyond the greatest delay is refused by name")
  func tooLong() throws {
    let trained = network(4, [(nil, 0, 0), (0, 1, 0), (1, 2, 0), (2, 3, 0), (0, 3, 0)])
    let shifts = try ClockShifts(trained: trained)
    let element = NetworkElement.projection(index: 4, name: "p4")
    #expect(throws: NetworkError.delayTooLong(element, delay: 3, maximum: 2)) {
      try shifts.deploy(trained, maximumDelay: 2)
    }
    #expect(try shifts.deploy(trained, maximumDelay: 3).projections[4].delay == 3)
  }

  @Test("a loop without enough delay is named")
  func loop() {
    let trained = network(4, [(nil, 0, 0), (0, 1, 0), (1, 2, 1), (2, 1, 0), (2, 3, 0)])
    #expect(throws: NetworkError.loopTooShort(populations: ["n1", "n2", "n1"], trainedDelays: 1)) {
      try ClockShifts(trained: trained)
    }
    let own = network(2, [(nil, 0, 0), (0, 0, 0), (0, 1, 0)])
    #expect(throws: NetworkError.loopTooShort(populations: ["n0", "n0"], trainedDelays: 0)) {
      try ClockShifts(trained: own)
    }
  }

  @Test("a loop with enough delay settles, and a longer delay may shrink")
  func settledLoop() throws {
    let trained = network(3, [(nil, 0, 0), (0, 1, 0), (1, 2, 0), (2, 0, 4)])
    let shifts = try ClockShifts(trained: trained)
    #expect(shifts.shifts == [0, 1, 2])
    #expect(try shifts.deploy(trained).projections.map(\.delay) == [0, 1, 1, 2])
  }

  @Test("synapses with delays of their own all wait alike")
  func sparseDelays() throws {
    var trained = network(2, [(nil, 0, 0), (0, 1, 0)])
    let list = SparseSynapses(sources: [0, 1], targets: [1, 0], weights: Weights([Int8(1), 2]), delays: [3, 0])
    trained.projections[1].connectivity = .sparse(list)
    let deployed = try ClockShifts(trained: trained).deploy(trained)
    guard case .sparse(let deployedList) = deployed.projections[1].connectivity else {
      Issue.record("the layout changed")
      return
    }
    #expect(deployedList.delays == [4, 1])
  }

  @Test("the deployed network spikes as the same-step recursion, layer l in tick t + l")
  func sameStepRecursion() throws {
    for seed in 0..<UInt64(40) {
      var random = RandomStream(seed: seed, stream: 12)
      var trained = network(3, [(nil, 0, 0), (0, 1, 0), (1, 2, 0), (0, 2, 0), (1, 1, 1)], size: 6)
      for index in trained.projections.indices {
        trained.projections[index].connectivity = .dense(
          Weights((0..<36).map { _ in Int8(truncatingIfNeeded: Int(random.below(41)) - 18) }))
      }
      for index in trained.populations.indices {
        trained.populations[index].bias = .each((0..<6).map { _ in Int32(random.below(9)) - 2 })
      }
      let ticks = 15
      let input = (0..<ticks * 6).map { _ in UInt8(random.below(2)) }
      let shifts = try ClockShifts(trained: trained)
      let deployed = try shifts.deploy(trained)
      let trace = try NetworkInterpreter(deployed).run(input: input, ticks: ticks)
      let expected = sameStep(trained, input, ticks)
      for population in 0..<3 {
        for (step, tick) in shifts.window(of: population, ticks: ticks).enumerated() {
          for neuron in 0..<6 {
            let place = population * 6 + neuron
            #expect(trace[tick: tick, neuron: place] == expected[step][place], "seed \(seed), step \(step)")
          }
        }
      }
    }
  }

  /// Layers in order within each step; a trained delay of 0 reads this step's spikes.
  private func sameStep(_ network: Network, _ input: [UInt8], _ ticks: Int) -> [[UInt8]] {
    var states = [NeuronState](repeating: NeuronState(), count: 18)
    var history = [[UInt8]](repeating: [UInt8](repeating: 0, count: 18), count: ticks)
    for step in 0..<ticks {
      for (layer, population) in network.populations.enumerated() {
        for neuron in 0..<6 {
          var sum: Int64 = 0
          for projection in network.projections where projection.target == layer {
            guard case .dense(let weights) = projection.connectivity, step >= projection.delay else { continue }
            for source in 0..<6 {
              let count: UInt8 =
                switch projection.source {
                case .input: input[(step - projection.delay) * 6 + source]
                case .population(let index): history[step - projection.delay][index * 6 + source]
                }
              sum += Int64(weights[source * 6 + neuron]) * Int64(count)
            }
          }
          let constants = NeuronConstants(
            threshold: population.threshold[neuron], bias: population.bias[neuron])
          let outcome = population.model.tick(
            &states[layer * 6 + neuron], constants: constants, input0: sum, tick: UInt32(step))
          history[step][layer * 6 + neuron] = outcome.spikes
        }
      }
    }
    return history
  }

  /// Populations n0, n1, … and dense projections p0, p1, … of (source or nil for the input, target, delay).
  private func network(_ count: Int, _ edges: [(Int?, Int, Int)], size: Int = 2) -> Network {
    let model = NeuronModel.lif(leak: .floor(shift: 3))
    let weights = Weights([Int8](repeating: 1, count: size * size))
    return Network(
      inputCount: size,
      populations: (0..<count).map {
        Population(name: "n\($0)", size: size, model: model, threshold: .uniform(20))
      },
      projections: edges.enumerated().map { index, edge in
        Projection(
          name: "p\(index)", source: edge.0.map { .population($0) } ?? .input, target: edge.1,
          connectivity: .dense(weights), delay: edge.2)
      },
      outputs: [OutputGroup(name: "out", population: count - 1, neurons: 0..<size, shift: 0)])
  }
}

import FixedPoint
import Networks
import NeuronCore
import TestSupport
import Testing

@Suite struct InterpreterTests {
  @Test("random networks over every option run as on an event calendar", arguments: 0..<10)
  func equalsCalendar(block: Int) throws {
    var spikes = 0
    for seed in UInt64(block * 30)..<UInt64(block * 30 + 30) {
      let options = seed % 3 == 2 ? RandomOptions.mesh : .everything
      spikes += try compare(RandomNetwork.make(seed: seed, options: options), seed)
    }
    #expect(spikes > 100)
  }

  @Test("random layered networks run as on an event calendar and pass spikes on to the last layer")
  func layered() throws {
    var output = 0
    for seed in 0..<UInt64(60) {
      let made = try RandomNetwork.layered(seed: seed)
      _ = try compare(made, seed)
      let trace = try NetworkInterpreter(made.network).run(input: made.input, ticks: made.ticks)
      output += trace.outputCounts(of: made.network, ticks: made.ticks).reduce(0, +)
    }
    #expect(output > 500)
  }

  @Test("the same seed makes the same network, another seed another")
  func reproducible() throws {
    let one = RandomNetwork.make(seed: 5)
    let again = RandomNetwork.make(seed: 5)
    #expect(one.network == again.network)
    #expect(one.input == again.input)
    #expect(one.network != RandomNetwork.make(seed: 6).network)
    let mesh = RandomNetwork.make(seed: 5, options: .mesh)
    #expect(mesh.network.populations.allSatisfy { $0.model.accumulator == .exact })
  }

  @Test("a delay of 40 ticks is one of 40 ticks, from inputs and between neurons")
  func longDelays() throws {
    let network = chain(inputDelay: 40, delay: 17)
    let trace = try NetworkInterpreter(network).run(input: [1], ticks: 1, totalTicks: 60)
    let spikes = trace.spikes.indices.filter { trace.spikes[$0] > 0 }
    #expect(spikes == [40 * 2, 57 * 2 + 1])
  }

  @Test("nothing is delivered after the last tick, and a run takes T + depth ticks")
  func length() throws {
    var network = chain(inputDelay: 0, delay: 3)
    network.outputs = [OutputGroup(name: "o", population: 1, neurons: 0..<1, shift: 3)]
    let interpreter = try NetworkInterpreter(network)
    let trace = try interpreter.run(input: [1, 0], ticks: 2)
    #expect(trace.ticks == 5)
    #expect(trace.alignedOutputs(of: network, ticks: 2) == [1, 0])
    #expect(trace.outputCounts(of: network, ticks: 2) == [1])
    let short = try interpreter.run(input: [1, 0], ticks: 2, totalTicks: 3)
    #expect(short.spikes == [1, 0, 0, 0, 0, 0])
    let difference = try #require(short.firstDifference(from: trace))
    #expect(difference == (3, 0))
    #expect(trace.firstDifference(from: trace) == nil)
  }

  @Test("input of another size and endless traces are refused")
  func refusals() throws {
    let interpreter = try NetworkInterpreter(chain(inputDelay: 0, delay: 1))
    #expect(throws: NetworkError.wrongInputSize(ticks: 3, inputs: 1, actual: 2)) {
      try interpreter.run(input: [0, 0], ticks: 3)
    }
    #expect(throws: NetworkError.self) { try interpreter.run(input: [0], ticks: 1, totalTicks: 1 << 62) }
    #expect(throws: NetworkError.self) { try interpreter.run(input: [0], ticks: -1) }
    var deaf = chain(inputDelay: 0, delay: 1)
    deaf.inputCount = 0
    deaf.projections.removeFirst()
    deaf.outputs = [OutputGroup(name: "o", population: 1, neurons: 0..<1, shift: 1)]
    #expect(throws: NetworkError.self) { try NetworkInterpreter(deaf).run(input: [], ticks: .max) }
  }

  private func chain(inputDelay: Int, delay: Int) -> Network {
    let model = NeuronModel.lif(leak: .none)
    return Network(
      inputCount: 1,
      populations: ["a", "b"].map { Population(name: $0, size: 1, model: model, threshold: .uniform(1)) },
      projections: [
        Projection(name: "x", source: .input, target: 0, connectivity: .dense(Weights([Int8(1)])), delay: inputDelay),
        Projection(
          name: "y", source: .population(0), target: 1, connectivity: .oneToOne(Weights([Int8(1)])), delay: delay),
      ], outputs: [])
  }

  /// The number of spikes, after comparing all of them and every membrane.
  private func compare(_ made: RandomNetwork, _ seed: UInt64) throws -> Int {
    let trace = try NetworkInterpreter(made.network).run(
      input: made.input, ticks: made.ticks, recording: .membranes)
    let naive = NaiveNetwork(made.network).run(made.input, ticks: made.ticks, totalTicks: trace.ticks)
    #expect(trace.spikes == naive.spikes, "seed \(seed)")
    #expect(trace.membranes == naive.membranes, "seed \(seed)")
    return trace.spikes.reduce(0) { $0 + Int($1) }
  }
}

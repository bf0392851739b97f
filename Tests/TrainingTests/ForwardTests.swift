import Kernels
import Networks
import NeuronCore
import Testing
import Training

/// The forward pass of training against the plain interpreter of the deployed network.
@Suite("The forward pass")
struct ForwardTests {
  @Test("random trained models spike as their deployed network does, readouts' membranes included")
  func equalsInterpreter() throws {
    var spikes = 0, possible = 0, trained = 0, unfolded = 0
    for seed in 0..<120 {
      let random = RandomModel(seed: UInt64(seed))
      let model: TrainedModel
      do throws(TrainingError) {
        let result = try Trainer.train(
          random.model, on: random.source, options: random.options, arithmetic: random.arithmetic)
        guard let integers = result.model else { throw .cancelled }
        model = integers
        trained += 1
      } catch {
        if case .weightsVanished = error { continue }
        if case .model(_, let problem) = error, problem.contains("on a target pooling becomes part of the weights") {
          unfolded += 1
          continue
        }
        Issue.record("seed \(seed): \(error)")
        continue
      }
      let network = try model.network()
      let interpreter = try NetworkInterpreter(network)
      let runner = try ModelRunner(model)
      for sample in 0..<3 {
        let counts = random.source.counts(sample, ticks: random.options.ticks)
        let trace = try interpreter.run(input: counts, ticks: random.options.ticks, recording: .membranesBeforeReset)
        let forward = try runner.forward(counts)
        for (index, rows) in forward.spikes.enumerated() {
          let size = network.populations[index].size, first = network.populationOffsets[index]
          let shift = Int(network.populations[index].start[0])
          var differences = 0
          for place in rows.indices {
            let tick = place / size + shift, neuron = first + place % size
            if rows[place] != trace[tick: tick, neuron: neuron] { differences += 1 }
            let membrane = trace.membranesBeforeReset[tick * trace.neuronCount + neuron]
            if forward.membranes[index][place] != Double(membrane) { differences += 1 }
          }
          #expect(differences == 0, "seed \(seed), population \(index) of \(random.model)")
          spikes += rows.reduce(0) { $0 + Int($1) }
          possible += rows.count
        }
      }
    }
    // Neither silent nor saturated: the comparison means something.
    #expect(trained >= 90 && unfolded < 15, "\(trained) trained, \(unfolded) not foldable")
    #expect(Double(spikes) > 0.02 * Double(possible) && Double(spikes) < 0.9 * Double(possible))
  }
}

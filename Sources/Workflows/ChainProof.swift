import Emulator
import Networks
import Training

/// Every spike of every neuron and every readout, compared between the training forward pass, the interpreter and the emulator.
public struct ChainProof: Sendable, Equatable {
  public var samples = 0
  /// Places (sample, tick, neuron) compared between training and interpreter.
  public var trainingPlaces = 0
  /// Places compared between interpreter and emulator.
  public var emulatorPlaces = 0
  public var trainingMismatches = 0
  public var emulatorMismatches = 0
  /// The first difference, in words.
  public var firstDifference: String?

  public var mismatches: Int { trainingMismatches + emulatorMismatches }

  /// Compares all samples of a provider.
  ///
  /// - Parameters:
  ///   - model: the trained model, whose populations stand on clocks of their own.
  ///   - network: the network it was deployed as.
  ///   - emulator: the emulator of the network's image.
  public static func run(
    _ samples: any SampleProvider, model: TrainedModel, network: Network, emulator: ImageEmulator, threads: Int,
    progress: (Int) -> Void
  ) throws -> ChainProof {
    var proof = ChainProof()
    let interpreter = try NetworkInterpreter(network)
    let forward = try ModelRunner(model)
    var input = [UInt8](repeating: 0, count: samples.ticks * samples.lines)
    try emulator.runBatch(
      samples: 0..<samples.count, ticks: samples.ticks, lines: samples.lines, threads: threads, trace: .neurons,
      fill: { try samples.fill($0, $1) },
      consume: { index, run in
        for place in input.indices { input[place] = 0 }
        try input.withUnsafeMutableBufferPointer { try samples.fill(index, $0) }
        let trace = try interpreter.run(input: input, ticks: samples.ticks)
        proof.compare(index, trace, run, readouts: network.readoutCount)
        proof.compare(index, trace, try forward.forward(input), ticks: samples.ticks, network)
        proof.samples += 1
        progress(index + 1)
      })
    return proof
  }

  private mutating func compare(_ sample: Int, _ trace: NetworkTrace, _ run: SampleRun, readouts: Int) {
    emulatorPlaces += trace.spikes.count + trace.readouts.count
    var comparison = SpikeComparison()
    comparison.compare(
      sample: sample, expected: trace.spikes, actual: run.neuronSpikes, width: trace.neuronCount)
    comparison.compareReadouts(
      sample: sample, expected: trace.readouts, actual: run.rawReadouts, width: readouts)
    emulatorMismatches += comparison.mismatches
    if let first = comparison.first, firstDifference == nil { firstDifference = "interpreter and emulator: \(first)" }
  }

  private mutating func compare(
    _ sample: Int, _ trace: NetworkTrace, _ forward: ForwardTrace, ticks: Int, _ network: Network
  ) {
    let offsets = network.populationOffsets
    for (index, (population, spikes)) in zip(network.populations, forward.spikes).enumerated() {
      let shift = Int(population.start[0])
      trainingPlaces += spikes.count
      for tick in 0..<ticks {
        for neuron in 0..<population.size
        where spikes[tick * population.size + neuron] != trace[tick: tick + shift, neuron: offsets[index] + neuron] {
          differ("sample \(sample), tick \(tick), neuron \(neuron) of \(population.name)")
        }
      }
    }
    let readouts = trace.alignedReadouts(of: network, ticks: ticks)
    let width = network.readoutCount
    guard width > 0, let membranes = forward.membranes.last else { return }
    trainingPlaces += readouts.count
    for (place, membrane) in readouts.enumerated() where Double(membrane) != membranes[place] {
      differ("sample \(sample), tick \(place / width), membrane of readout \(place % width)")
    }
  }

  private mutating func differ(_ place: String) {
    trainingMismatches += 1
    if firstDifference == nil { firstDifference = "training and interpreter: \(place)" }
  }
}

import NeuronCore

/// One run of an interpreter: the state of its neurons and the trace so far.
///
/// A delivery reads the spikes of its own tick out of the input or the trace, so there is no queue whose
/// length could limit a delay.
struct InterpreterRun {
  private let interpreter: NetworkInterpreter
  private let input: UnsafeBufferPointer<UInt8>
  private let inputTicks: Int
  private let recording: NetworkTrace.Recording
  private var states: [NeuronState]
  private var sums0: [Int64]
  private var sums1: [Int64]
  private(set) var trace: NetworkTrace

  init(
    _ interpreter: NetworkInterpreter, input: UnsafeBufferPointer<UInt8>, ticks: Int, totalTicks: Int,
    recording: NetworkTrace.Recording
  ) {
    self.interpreter = interpreter
    self.input = input
    self.recording = recording
    inputTicks = ticks
    states = interpreter.initialStates
    sums0 = [Int64](repeating: 0, count: states.count)
    sums1 = sums0
    trace = NetworkTrace(ticks: totalTicks, neuronCount: states.count)
  }

  mutating func execute(_ tick: Int) {
    beginTick()
    for block in interpreter.table.blocks {
      let model = interpreter.network.populations[block.target].model
      deliver(block, model, tick)
    }
    finishTick(tick)
  }

  private mutating func beginTick() {
    for (index, population) in interpreter.network.populations.enumerated() {
      let model = population.model
      for neuron in interpreter.offsets[index]..<interpreter.offsets[index + 1] {
        let arrivals = model.beginTick(states[neuron])
        sums0[neuron] = arrivals.sum0
        sums1[neuron] = arrivals.sum1
      }
    }
  }

  /// Delivers what arrives in `tick` through one projection.
  private mutating func deliver(_ block: SynapseTable.Block, _ model: NeuronModel, _ tick: Int) {
    interpreter.table.runs.withUnsafeBufferPointer { runs in
      for source in 0..<block.runStarts.count - 1 {
        for index in block.runStarts[source]..<block.runStarts[source + 1] {
          let run = runs[index]
          let count = spikes(of: block.source, source, tick: tick - run.delay)
          if count == 0 { continue }
          if run.current == 0 {
            deliver(run, count, model, to: &sums0)
          } else {
            deliver(run, count, model, to: &sums1)
          }
        }
      }
    }
  }

  /// What a source sent in a tick; nothing before the first, and nothing from the input after its last.
  private func spikes(of source: ProjectionSource, _ index: Int, tick: Int) -> UInt8 {
    if tick < 0 { return 0 }
    switch source {
    case .input: return tick < inputTicks ? input[tick * interpreter.network.inputCount + index] : 0
    case .population(let population): return trace[tick: tick, neuron: interpreter.offsets[population] + index]
    }
  }

  private func deliver(_ run: SynapseTable.Run, _ count: UInt8, _ model: NeuronModel, to sums: inout [Int64]) {
    interpreter.table.weights.withUnsafeBufferPointer { weights in
      sums.withUnsafeMutableBufferPointer { sums in
        switch run.destination {
        case .consecutive(let first):
          for index in 0..<run.count {
            model.accumulate(weight: weights[run.first &+ index], count: count, into: &sums[first &+ index])
          }
        case .listed(let first):
          for index in 0..<run.count {
            let target = Int(interpreter.table.targets[first &+ index])
            model.accumulate(weight: weights[run.first &+ index], count: count, into: &sums[target])
          }
        }
      }
    }
  }

  private mutating func finishTick(_ tick: Int) {
    for (index, population) in interpreter.network.populations.enumerated() {
      let model = population.model
      for neuron in interpreter.offsets[index]..<interpreter.offsets[index + 1] {
        let outcome = model.finishTick(
          &states[neuron], constants: interpreter.constants[neuron],
          arrivals: Arrivals(sum0: sums0[neuron], sum1: sums1[neuron]), tick: UInt32(truncatingIfNeeded: tick))
        trace.spikes[tick * states.count + neuron] = outcome.spikes
        record(neuron, outcome, currents: model.currents.count)
      }
    }
    for neuron in interpreter.readouts { trace.readouts.append(states[neuron].membrane) }
  }

  private mutating func record(_ neuron: Int, _ outcome: NeuronOutcome, currents: Int) {
    if recording.isEmpty { return }
    if recording.contains(.membranes) { trace.membranes.append(states[neuron].membrane) }
    if recording.contains(.membranesBeforeReset) {
      trace.membranesBeforeReset.append(outcome.membraneBeforeReset)
    }
    if recording.contains(.currents) {
      if currents > 0 { trace.currents.append(states[neuron].current0) }
      if currents > 1 { trace.currents.append(states[neuron].current1) }
    }
  }
}

import Emulator
import NeuronCore

extension MeshExecution {
  /// Calls `body` with the spikes of each core that has spiked in the last tick, ascending.
  func forEachSpikingCore(_ body: (CoreSpikes) -> Void) {
    for index in 0..<coreCount where cores[index].spikeCount > 0 {
      let core = cores + index
      body(
        CoreSpikes(
          core: core.pointee.number, neurons: UnsafePointer(core.pointee.spikes),
          counts: UnsafePointer(core.pointee.counts), count: core.pointee.spikeCount,
          outputs: UnsafePointer(core.pointee.outputs), networkIndex: UnsafePointer(core.pointee.networkIndex)))
    }
  }

  /// Calls `body` with the spikes of the last tick, ascending by core and neuron.
  package func forEachSpike(_ body: (EmulatedSpike) -> Void) {
    forEachSpikingCore { core in
      for index in 0..<core.count { body(core[index]) }
    }
  }

  /// Calls `body` with the membrane of each readout after the last tick, ascending by core and neuron.
  package func forEachReadout(_ body: (EmulatedReadout) -> Void) {
    for index in 0..<coreCount {
      let core = cores + index
      for readout in core.pointee.readouts {
        body(
          EmulatedReadout(
            core: core.pointee.number, neuron: UInt32(truncatingIfNeeded: readout.neuron), output: readout.output,
            membrane: core.pointee.membrane[readout.neuron]))
      }
    }
  }

  func copyMembranes(into membranes: UnsafeMutableBufferPointer<Int32>) {
    for index in 0..<coreCount {
      let core = cores + index
      for neuron in 0..<core.pointee.neuronCount {
        membranes[Int(core.pointee.networkIndex[neuron])] = core.pointee.membrane[neuron]
      }
    }
  }

  /// The state of neuron `neuron` of the core in use at `core`, as `MeshMachine` tells it.
  package func state(core: Int, neuron: Int) -> NeuronState {
    precondition(core >= 0 && core < coreCount && neuron >= 0 && neuron < cores[core].neuronCount)
    return cores[core].state(of: neuron)
  }
}

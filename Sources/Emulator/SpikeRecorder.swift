import FixedPoint

/// The spikes of one core in one tick, in lists of the machine's that hold until its next tick.
public struct CoreSpikes {
  public let core: UInt16
  /// The spiking neurons, ascending, and the count of each.
  public let neurons: UnsafePointer<UInt32>
  public let counts: UnsafePointer<UInt8>
  public let count: Int
  /// For each neuron of the core, the output it is, or `noOutput`.
  public let outputs: UnsafePointer<UInt32>
  /// For each neuron of the core, its number in the network.
  public let networkIndex: UnsafePointer<UInt32>

  public static let noOutput = UInt32.max

  public init(
    core: UInt16, neurons: UnsafePointer<UInt32>, counts: UnsafePointer<UInt8>, count: Int,
    outputs: UnsafePointer<UInt32>, networkIndex: UnsafePointer<UInt32>
  ) {
    self.core = core
    self.neurons = neurons
    self.counts = counts
    self.count = count
    self.outputs = outputs
    self.networkIndex = networkIndex
  }

  /// Spike `index` of the list.
  public subscript(index: Int) -> EmulatedSpike {
    let neuron = Int(neurons[index])
    return EmulatedSpike(
      core: core, neuron: neurons[index], count: counts[index],
      output: outputs[neuron] == Self.noOutput ? nil : Int(outputs[neuron]), networkIndex: Int(networkIndex[neuron]))
  }
}

/// Takes the spikes of a run, tick by tick: into the outputs' counts, the trace, and the proof.
public struct SpikeRecorder: ~Copyable {
  /// The tick that is being recorded.
  public internal(set) var tick: UInt32 = 0
  var proof = SpikeProof()
  /// Rows of output counts, and of all neurons' counts or empty where they are not traced.
  private let outputRows: UnsafeMutableBufferPointer<UInt8>
  private let neuronRows: UnsafeMutableBufferPointer<UInt8>
  /// The tick's rows.
  private var outputs: UnsafeMutableBufferPointer<UInt8>
  private var neurons: UnsafeMutableBufferPointer<UInt8>

  init(outputs: UnsafeMutableBufferPointer<UInt8>, neurons: UnsafeMutableBufferPointer<UInt8>) {
    outputRows = outputs
    neuronRows = neurons
    self.outputs = outputs
    self.neurons = neurons
  }

  /// Turns to the rows of a tick, whose widths are given.
  mutating func begin(_ tick: Int, outputs: Int, neurons: Int) {
    self.tick = UInt32(truncatingIfNeeded: tick)
    self.outputs = UnsafeMutableBufferPointer(rebasing: outputRows[tick * outputs..<(tick + 1) * outputs])
    self.neurons = UnsafeMutableBufferPointer(rebasing: neuronRows[tick * neurons..<(tick + 1) * neurons])
  }

  /// Takes one spike; spikes of a tick come ascending by core and neuron.
  public mutating func add(_ spike: EmulatedSpike) {
    proof.add(spike, tick: tick)
    if let output = spike.output { outputs[output] = spike.count }
    if !neurons.isEmpty { neurons[spike.networkIndex] = spike.count }
  }

  /// Takes the spikes of a core; cores come ascending.
  public mutating func add(_ spikes: CoreSpikes) {
    proof.add(spikes, tick: tick)
    for index in 0..<spikes.count {
      let output = spikes.outputs[Int(spikes.neurons[index])]
      if output != CoreSpikes.noOutput { outputs[Int(output)] = spikes.counts[index] }
    }
    if !neurons.isEmpty {
      for index in 0..<spikes.count {
        neurons[Int(spikes.networkIndex[Int(spikes.neurons[index])])] = spikes.counts[index]
      }
    }
  }
}

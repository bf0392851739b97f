import Emulator

/// The lists in which a tick's spikes are handed on.
final class SpikeLists {
  let neuronCount: Int
  /// The place of each neuron in the network.
  let networkIndex: UnsafeMutablePointer<UInt32>
  /// The output of each neuron, or `CoreSpikes.noOutput`.
  private let outputs: UnsafeMutablePointer<UInt32>
  private let neurons: UnsafeMutablePointer<UInt32>
  private let counts: UnsafeMutablePointer<UInt8>

  /// - Parameters:
  ///   - outputs: the neuron of each output.
  ///   - networkIndex: for each neuron its place in the network.
  init(outputs neuronsOfOutputs: [Int], networkIndex places: [Int]) {
    neuronCount = places.count
    networkIndex = .allocate(capacity: neuronCount)
    outputs = .allocate(capacity: neuronCount)
    neurons = .allocate(capacity: neuronCount)
    counts = .allocate(capacity: neuronCount)
    for (neuron, place) in places.enumerated() { (networkIndex + neuron).initialize(to: UInt32(place)) }
    outputs.initialize(repeating: CoreSpikes.noOutput, count: neuronCount)
    neurons.initialize(repeating: 0, count: neuronCount)
    counts.initialize(repeating: 0, count: neuronCount)
    for (output, neuron) in neuronsOfOutputs.enumerated() { outputs[neuron] = UInt32(output) }
  }

  deinit {
    networkIndex.deallocate()
    outputs.deallocate()
    neurons.deallocate()
    counts.deallocate()
  }

  /// The spikes of hidden neurons and, behind them, of readouts; they hold until the next call.
  func list(_ hidden: UnsafeBufferPointer<UInt8>, _ readouts: UnsafeBufferPointer<UInt8>) -> CoreSpikes {
    var count = 0
    add(hidden, first: 0, &count)
    add(readouts, first: hidden.count, &count)
    return CoreSpikes(
      core: 0, neurons: neurons, counts: counts, count: count, outputs: outputs, networkIndex: networkIndex)
  }

  private func add(_ spikes: UnsafeBufferPointer<UInt8>, first: Int, _ count: inout Int) {
    var index = 0
    while index < spikes.count {
      // Most neurons are silent in a tick: eight at once.
      if spikes.count - index >= 8,
        UnsafeRawBufferPointer(spikes).loadUnaligned(fromByteOffset: index, as: UInt64.self) == 0
      {
        index += 8
        continue
      }
      if spikes[index] != 0 {
        neurons[count] = UInt32(truncatingIfNeeded: first + index)
        counts[count] = spikes[index]
        count += 1
      }
      index += 1
    }
  }
}

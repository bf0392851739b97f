import Kernels

/// The core that executes a configuration: in columns, or plainly where columns do not do.
final class XyloCore {
  private let columns: XyloColumns?
  private var plain: XyloMachine?
  private let inputCount: Int

  init(_ configuration: XyloConfiguration, kernels: KernelSet) throws {
    inputCount = configuration.inputSynapses.count
    columns = XyloColumns(configuration, kernels: kernels)
    plain = columns == nil ? try XyloMachine(configuration) : nil
  }

  func clear() {
    columns?.clear()
    plain?.clear()
  }

  /// Executes a step.
  ///
  /// - Parameter inputs: 16 counts.
  func step(_ inputs: UnsafePointer<UInt8>) {
    if let columns {
      columns.tick(inputs)
    } else {
      plain?.step((0..<inputCount).map { inputs[$0] })
    }
  }

  /// The spikes of hidden neurons and of readouts in the last step.
  func withCounts<R>(_ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> R) -> R {
    if let columns { return body(columns.hiddenCounts, columns.outputs) }
    let hidden = plain?.hiddenCounts ?? []
    let outputs = plain?.outputs ?? []
    return hidden.withUnsafeBufferPointer { hidden in outputs.withUnsafeBufferPointer { body(hidden, $0) } }
  }

  func membrane(of neuron: Int, hiddenCount: Int) -> Int16 {
    if neuron < hiddenCount { return columns?.hiddenMembranes[neuron] ?? plain?.hidden[neuron].membrane ?? 0 }
    let readout = neuron - hiddenCount
    return columns?.readoutMembranes[readout] ?? plain?.readouts[readout].membrane ?? 0
  }
}

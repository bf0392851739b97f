import CKernels
import Kernels

/// A Xylo core without aliases in columns, 32 neurons an instruction: `XyloMachine`, many times as fast.
///
/// What it computes is what `XyloMachine` computes, which defines it; tests compare the two and both with recordings.
package final class XyloColumns {
  private let kernels: KernelSet
  private let core: UnsafeMutablePointer<ck_xylo>
  private let memory: ColumnMemory
  private let hiddenCount: Int
  private let readoutCount: Int
  private let currentCount: Int
  /// Rows are as wide as there are neurons, whatever few synapses an image has.
  fileprivate static let greatestRowBytes = 1 << 28

  /// A core at rest; nil for a configuration with aliases, with two synapses of one source to one current, whose order
  /// would matter, or whose rows would take more than `greatestRowBytes`.
  package init?(_ configuration: XyloConfiguration, kernels: KernelSet) {
    guard configuration.hidden.allSatisfy(\.aliases.isEmpty) else { return nil }
    self.kernels = kernels
    hiddenCount = configuration.hidden.count
    readoutCount = configuration.readouts.count
    currentCount = configuration.hidden.contains { $0.currentShifts.count == 2 } ? 2 : 1
    let memory = ColumnMemory()
    self.memory = memory
    let shifts = configuration.weightShifts
    let hidden = memory.neurons(
      configuration.hidden, currents: currentCount, most: XyloMachine.greatestHiddenCount)
    let readouts = memory.neurons(configuration.readouts, currents: 1, most: 1)
    func rows(_ synapses: [[XyloConfiguration.Synapse]], to neurons: ck_xylo_neurons)
      -> UnsafePointer<Int8>??
    {
      if synapses.allSatisfy(\.isEmpty) { return .some(nil) }
      return memory.rows(synapses, lanes: Int(neurons.lanes), currents: Int(neurons.current_count))
        .map { .some($0) }
    }
    guard let input = rows(configuration.inputSynapses, to: hidden),
      let recurrent = rows(configuration.recurrentSynapses, to: hidden),
      let output = rows(configuration.outputSynapses, to: readouts)
    else { return nil }
    core = memory.take(ck_xylo.self, count: 1)
    core.initialize(
      to: ck_xylo(
        inputs: input == nil ? 0 : Int32(configuration.inputSynapses.count),
        input_shift: Int32(shifts.input),
        recurrent_shift: Int32(shifts.recurrent), output_shift: Int32(shifts.output),
        hidden: hidden,
        readouts: readouts, input_rows: input, recurrent_rows: recurrent, output_rows: output))
  }

  package func clear() {
    for neurons in [core.pointee.hidden, core.pointee.readouts] {
      let lanes = Int(neurons.lanes)
      neurons.currents.update(repeating: 0, count: lanes * Int(neurons.current_count))
      neurons.membranes.update(repeating: 0, count: lanes)
      neurons.counts.update(repeating: 0, count: lanes)
    }
  }

  /// Executes a tick.
  ///
  /// - Parameter inputs: 16 counts, or as many as the configuration has inputs.
  package func tick(_ inputs: UnsafePointer<UInt8>) {
    kernels.xyloTick(core, inputs: inputs)
  }

  /// The spikes of hidden neurons and of readouts in the last tick.
  package var hiddenCounts: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: core.pointee.hidden.counts, count: hiddenCount)
  }
  package var outputs: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: core.pointee.readouts.counts, count: readoutCount)
  }

  package var hiddenMembranes: UnsafeBufferPointer<Int16> {
    UnsafeBufferPointer(start: core.pointee.hidden.membranes, count: hiddenCount)
  }
  package var readoutMembranes: UnsafeBufferPointer<Int16> {
    UnsafeBufferPointer(start: core.pointee.readouts.membranes, count: readoutCount)
  }

  /// A hidden neuron's current.
  package func current(_ current: Int, ofHidden neuron: Int) -> Int16 {
    precondition(current < currentCount && neuron < hiddenCount)
    return core.pointee.hidden.currents[current * Int(core.pointee.hidden.lanes) + neuron]
  }

  package func current(ofReadout neuron: Int) -> Int16 {
    precondition(neuron < readoutCount)
    return core.pointee.readouts.currents[neuron]
  }
}

/// The buffers of one core, freed together.
private final class ColumnMemory {
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit {
    for block in blocks { block.deallocate() }
  }

  /// Zeroed memory.
  func take<T: BitwiseCopyable>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    let bytes = max(1, count * MemoryLayout<T>.stride)
    let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    blocks.append(block)
    return block.bindMemory(to: T.self, capacity: count)
  }

  func neurons(_ list: [XyloConfiguration.Neuron], currents: Int, most: Int) -> ck_xylo_neurons {
    let lanes = (list.count + Int(CK_XYLO_LANES) - 1) / Int(CK_XYLO_LANES) * Int(CK_XYLO_LANES)
    let currentShifts = take(Int16.self, count: lanes * currents)
    let membraneShifts = take(Int16.self, count: lanes)
    let biases = take(Int16.self, count: lanes)
    let thresholds = take(Int32.self, count: lanes)
    for index in 0..<lanes { thresholds[index] = .max }
    for (index, neuron) in list.enumerated() {
      for (current, shift) in neuron.currentShifts.enumerated() {
        currentShifts[current * lanes + index] = Int16(shift)
      }
      membraneShifts[index] = Int16(neuron.membraneShift)
      biases[index] = neuron.bias ?? 0
      thresholds[index] = neuron.threshold
    }
    return ck_xylo_neurons(
      lanes: Int32(lanes), current_count: Int32(currents), most: Int32(most),
      currents: take(Int16.self, count: lanes * currents), current_shifts: currentShifts,
      membranes: take(Int16.self, count: lanes), membrane_shifts: membraneShifts, biases: biases,
      thresholds: thresholds, counts: take(UInt8.self, count: lanes))
  }

  /// Rows of [source][current][lane]; nil where a source reaches a current twice, or where they would be too large.
  func rows(_ synapses: [[XyloConfiguration.Synapse]], lanes: Int, currents: Int) -> UnsafePointer<
    Int8
  >? {
    guard synapses.count <= XyloColumns.greatestRowBytes / max(1, currents * lanes) else { return nil }
    let rows = take(Int8.self, count: synapses.count * currents * lanes)
    var isTaken = [Bool](repeating: false, count: currents * lanes)
    for (source, list) in synapses.enumerated() {
      for synapse in list {
        let place = synapse.current * lanes + synapse.target
        if isTaken[place] { return nil }
        isTaken[place] = true
        rows[source * currents * lanes + place] = synapse.weight
      }
      for synapse in list { isTaken[synapse.current * lanes + synapse.target] = false }
    }
    return UnsafePointer(rows)
  }
}

import Emulator
import Images
import Kernels
import Mapper

/// A Xylo core behind the emulator's interface, configured by an image's payload.
final class XyloEmulatorMachine: Machine {
  private let ports: [Int]
  private let networkIndex: [Int]
  /// The output of each readout, nil where it is none.
  private let outputs: [Int?]
  private let hiddenCount: Int
  private var inputs = [UInt8](repeating: 0, count: XyloConfiguration.inputCount)
  private var hasInput = [Bool](repeating: false, count: XyloConfiguration.inputCount)
  private var tick = 0
  private var core: Core

  /// The fast form, or the plain one for what the fast one does not do.
  private enum Core {
    case columns(XyloColumns)
    case plain(XyloMachine)
  }

  init(image: LoadedImage) throws {
    let configuration = try image.xyloConfiguration()
    ports = image.ports?.inputs ?? []
    networkIndex = image.neuronMap.networkIndex
    hiddenCount = configuration.hidden.count
    var outputs = [Int?](repeating: nil, count: configuration.readouts.count)
    for (output, neuron) in (image.ports?.outputs ?? []).enumerated() {
      outputs[neuron - hiddenCount] = output
    }
    self.outputs = outputs
    if let columns = XyloColumns(configuration, kernels: try KernelSet.selected()) {
      core = .columns(columns)
    } else {
      core = .plain(try XyloMachine(configuration))
    }
  }

  func clear() {
    clearInputs()
    tick = 0
    switch core {
    case .columns(let columns): columns.clear()
    case .plain(var machine):
      machine.clear()
      core = .plain(machine)
    }
  }

  func addInput(line: Int, count: UInt8) throws(EmulatorError) {
    guard line >= 0 && line < ports.count else {
      throw .lineOutOfRange(line: line, lines: ports.count)
    }
    guard count > 0 else { return }
    guard count <= XyloMachine.greatestInput else {
      throw .inputCount(line: line, tick: tick, count: Int(count), limit: XyloMachine.greatestInput)
    }
    let channel = ports[line]
    guard !hasInput[channel] else { throw .duplicateInput(line: line, tick: tick) }
    hasInput[channel] = true
    inputs[channel] = count
  }

  func tick(_ onSpike: (EmulatedSpike) -> Void) {
    switch core {
    case .columns(let columns):
      inputs.withUnsafeBufferPointer { inputs in
        if let base = inputs.baseAddress { columns.tick(base) }
      }
      report(columns.hiddenCounts, columns.outputs, onSpike)
    case .plain(var machine):
      machine.step(inputs)
      machine.hiddenCounts.withUnsafeBufferPointer { hidden in
        machine.outputs.withUnsafeBufferPointer { report(hidden, $0, onSpike) }
      }
      core = .plain(machine)
    }
    clearInputs()
    tick += 1
  }

  private func clearInputs() {
    for channel in inputs.indices {
      inputs[channel] = 0
      hasInput[channel] = false
    }
  }

  private func report(
    _ hidden: UnsafeBufferPointer<UInt8>, _ readouts: UnsafeBufferPointer<UInt8>,
    _ onSpike: (EmulatedSpike) -> Void
  ) {
    for (neuron, count) in hidden.enumerated() where count != 0 {
      onSpike(
        EmulatedSpike(
          core: 0, neuron: UInt32(neuron), count: count, output: nil,
          networkIndex: networkIndex[neuron]))
    }
    for (index, count) in readouts.enumerated() where count != 0 {
      onSpike(
        EmulatedSpike(
          core: 0, neuron: UInt32(hiddenCount + index), count: count, output: outputs[index],
          networkIndex: networkIndex[hiddenCount + index]))
    }
  }

  func forEachReadout(_ body: (EmulatedReadout) -> Void) {}

  func copyMembranes(into membranes: UnsafeMutableBufferPointer<Int32>) {
    switch core {
    case .columns(let columns):
      for (neuron, value) in columns.hiddenMembranes.enumerated() {
        membranes[networkIndex[neuron]] = Int32(value)
      }
      for (index, value) in columns.readoutMembranes.enumerated() {
        membranes[networkIndex[hiddenCount + index]] = Int32(value)
      }
    case .plain(let machine):
      for (neuron, state) in (machine.hidden + machine.readouts).enumerated() {
        membranes[networkIndex[neuron]] = Int32(state.membrane)
      }
    }
  }
}

extension XyloFamily: MachineMaker {
  public func makeMachine(for image: LoadedImage) throws -> any Machine {
    try XyloEmulatorMachine(image: image)
  }
}

import Emulator
import ImageFormat
import Images
import MeshMachine
import NeuronCore

/// The scalar machine that the firmware runs, behind the emulator's interface.
final class ReferenceMachine: Machine {
  private var machine: MeshMachine
  private let memory: UnsafeMutableRawBufferPointer
  /// Keeps the bytes that the machine points into.
  private let image: LoadedImage
  /// For each core number, its place among the cores in use.
  private let places: [Int]

  init(image: LoadedImage) throws {
    self.image = image
    let mesh = try image.withMeshImage { $0 }
    memory = .allocate(byteCount: MeshMachine.memoryNeeded(for: mesh), alignment: 16)
    machine = try MeshMachine(image: mesh, memory: memory)
    var places = [Int](repeating: 0, count: mesh.gridCoreCount)
    for index in 0..<mesh.coreCount { places[Int(mesh.coreNumber(at: index))] = index }
    self.places = places
  }

  deinit { memory.deallocate() }

  func clear() { machine.clear() }

  func addInput(line: Int, count: UInt8) throws(EmulatorError) {
    do {
      try machine.addInput(line: UInt32(clamping: line), count: count)
    } catch {
      switch error {
      case .inputOutOfRange(_, let lines): throw .lineOutOfRange(line: line, lines: Int(lines))
      case .duplicateInput(_, let tick): throw .duplicateInput(line: line, tick: Int(tick))
      }
    }
  }

  func tick(_ onSpike: (EmulatedSpike) -> Void) {
    machine.tick { spike in
      onSpike(
        EmulatedSpike(
          core: spike.core, neuron: spike.neuron, count: spike.count,
          output: spike.output == ImageLayout.noOutput ? nil : Int(spike.output),
          networkIndex: image.neuronMap.networkIndex(core: places[Int(spike.core)], neuron: Int(spike.neuron))))
    }
  }

  func forEachReadout(_ body: (EmulatedReadout) -> Void) {
    machine.forEachReadout {
      body(EmulatedReadout(core: $0.core, neuron: $0.neuron, output: Int($0.output), membrane: $0.membrane))
    }
  }

  func copyMembranes(into membranes: UnsafeMutableBufferPointer<Int32>) {
    for core in 0..<machine.image.coreCount {
      for neuron in 0..<machine.image.core(at: core).neuronCount {
        membranes[image.neuronMap.networkIndex(core: core, neuron: neuron)] =
          machine.state(core: core, neuron: neuron).membrane
      }
    }
  }
}

/// Makes reference machines.
struct ReferenceMachines: MachineMaker {
  func makeMachine(for image: LoadedImage) throws -> any Machine { try ReferenceMachine(image: image) }
}

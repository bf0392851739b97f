import Emulator
import ImageFormat
import Images
import MeshMachine
import NeuronCore

/// The mesh machine behind the emulator's interface, executing the image where it lies.
final class MeshEmulatorMachine: Machine {
  private var machine: MeshMachine
  private let memory: UnsafeMutableRawBufferPointer
  /// Keeps the bytes that the machine points into.
  private let image: LoadedImage
  /// For each core number, where its neurons begin in `image.neuronMap.networkIndex`.
  private let starts: [Int]

  init(image: LoadedImage) throws {
    self.image = image
    // The image's bytes are a mapping or an array that lives and stays in place as long as `image`.
    let mesh = try image.withMeshImage { $0 }
    memory = .allocate(byteCount: MeshMachine.memoryNeeded(for: mesh), alignment: 16)
    do {
      machine = try MeshMachine(image: mesh, memory: memory)
    } catch {
      memory.deallocate()
      throw error
    }
    var starts = [Int](repeating: 0, count: mesh.gridCoreCount)
    for index in 0..<mesh.coreCount { starts[Int(mesh.coreNumber(at: index))] = image.neuronMap.coreStarts[index] }
    self.starts = starts
  }

  deinit {
    memory.deallocate()
  }

  func clear() {
    machine.clear()
  }

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
    let map = image.neuronMap.networkIndex
    machine.tick { spike in
      onSpike(
        EmulatedSpike(
          core: spike.core, neuron: spike.neuron, count: spike.count,
          output: spike.output == ImageLayout.noOutput ? nil : Int(spike.output),
          networkIndex: map[starts[Int(spike.core)] + Int(spike.neuron)]))
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

extension MeshFamily: MachineMaker {
  public func makeMachine(for image: LoadedImage) throws -> any Machine {
    try MeshEmulatorMachine(image: image)
  }
}

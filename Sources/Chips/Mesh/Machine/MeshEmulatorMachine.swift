import Emulator
import Images
import Kernels
import NeuronCore

/// The fast execution of a mesh image behind the emulator's interface.
final class MeshEmulatorMachine: Machine {
  private var execution: MeshExecution

  init(image: LoadedImage, kernels: KernelSet) throws {
    execution = try MeshExecution(image: image, kernels: kernels)
  }

  func clear() {
    execution.clear()
  }

  func addInput(line: Int, count: UInt8) throws(EmulatorError) {
    try execution.addInput(line: line, count: count)
  }

  func addInputs(_ counts: UnsafeBufferPointer<UInt8>) throws(EmulatorError) {
    try execution.addInputs(counts)
  }

  func tick(_ onSpike: (EmulatedSpike) -> Void) {
    execution.tick()
    execution.forEachSpike(onSpike)
  }

  func tick(recordingIn recorder: inout SpikeRecorder) {
    execution.tick()
    execution.forEachSpikingCore { recorder.add($0) }
  }

  func forEachReadout(_ body: (EmulatedReadout) -> Void) {
    execution.forEachReadout(body)
  }

  func copyMembranes(into membranes: UnsafeMutableBufferPointer<Int32>) {
    execution.copyMembranes(into: membranes)
  }
}

extension MeshFamily: MachineMaker {
  public func makeMachine(for image: LoadedImage) throws -> any Machine {
    try MeshEmulatorMachine(image: image, kernels: try KernelSet.selected())
  }
}

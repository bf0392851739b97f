import Emulator
import Images
import Kernels
import Mapper

/// A Xylo core behind the emulator's interface, configured by an image's payload.
final class XyloEmulatorMachine: Machine {
  private let core: XyloCore
  private let hiddenCount: Int
  private let lists: SpikeLists
  /// The channel of each input line.
  private let channels: [Int]
  // Memory of its own: a variable of a class would be checked for exclusive access at each use.
  /// The counts of the tick that comes next.
  private let inputs: UnsafeMutablePointer<UInt8>
  /// That tick.
  private let tick: UnsafeMutablePointer<Int>

  init(image: LoadedImage) throws {
    let configuration = try image.xyloConfiguration()
    channels = image.ports?.inputs ?? []
    hiddenCount = configuration.hidden.count
    lists = SpikeLists(
      outputs: image.ports?.outputs ?? [], networkIndex: image.neuronMap.networkIndex)
    core = try XyloCore(configuration, kernels: try KernelSet.selected())
    inputs = .allocate(capacity: XyloConfiguration.inputCount)
    inputs.initialize(repeating: 0, count: XyloConfiguration.inputCount)
    tick = .allocate(capacity: 1)
    tick.initialize(to: 0)
  }

  deinit {
    inputs.deallocate()
    tick.deallocate()
  }

  func clear() {
    inputs.update(repeating: 0, count: XyloConfiguration.inputCount)
    tick.pointee = 0
    core.clear()
  }

  func addInput(line: Int, count: UInt8) throws(EmulatorError) {
    guard line >= 0 && line < channels.count else { throw .lineOutOfRange(line: line, lines: channels.count) }
    guard count > 0 else { return }
    guard count <= XyloMachine.greatestInput else {
      throw .inputCount(line: line, tick: tick.pointee, count: Int(count), limit: XyloMachine.greatestInput)
    }
    let channel = channels[line]
    guard inputs[channel] == 0 else { throw .duplicateInput(line: line, tick: tick.pointee) }
    inputs[channel] = count
  }

  func tick(_ onSpike: (EmulatedSpike) -> Void) {
    let spikes = execute()
    for index in 0..<spikes.count { onSpike(spikes[index]) }
  }

  func tick(recordingIn recorder: inout SpikeRecorder) {
    let spikes = execute()
    if spikes.count > 0 { recorder.add(spikes) }
  }

  private func execute() -> CoreSpikes {
    core.step(inputs)
    inputs.update(repeating: 0, count: XyloConfiguration.inputCount)
    tick.pointee &+= 1
    return core.withCounts { hidden, readouts in lists.list(hidden, readouts) }
  }

  func forEachReadout(_ body: (EmulatedReadout) -> Void) {}

  func copyMembranes(into membranes: UnsafeMutableBufferPointer<Int32>) {
    for neuron in 0..<lists.neuronCount {
      membranes[Int(lists.networkIndex[neuron])] = Int32(core.membrane(of: neuron, hiddenCount: hiddenCount))
    }
  }
}

extension XyloFamily: MachineMaker {
  public func makeMachine(for image: LoadedImage) throws -> any Machine {
    try XyloEmulatorMachine(image: image)
  }
}

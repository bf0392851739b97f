import Emulator
import Images
import Mapper

/// The core behind the emulator's interface, programmed with the image's packets.
///
/// Inputs go straight to the charges that packets would bring, and spikes come without their packets; that both are
/// the same is tested.
final class UCaspianEmulatorMachine: Machine {
  private var core = UCaspianMachine()
  /// Which neurons have been charged for the tick that comes next.
  private var isCharged: [Bool]
  private var tickNumber = 0
  /// The place of each neuron in the network.
  private let networkIndex: [Int]
  /// The neuron of each input line.
  private let inputs: [Int]
  /// The output that each neuron is.
  private let outputs: [Int?]

  init(image: LoadedImage) throws {
    // Compared with the image's ports, and with its number of neurons.
    _ = try UCaspianConfiguration(of: image)
    networkIndex = image.neuronMap.networkIndex
    inputs = image.ports?.inputs ?? []
    isCharged = [Bool](repeating: false, count: inputs.count)
    var outputs = [Int?](repeating: nil, count: UCaspianMachine.neuronCount)
    for (output, neuron) in (image.ports?.outputs ?? []).enumerated() { outputs[neuron] = output }
    self.outputs = outputs
    // The bytes of the image, not what was read of them.
    let packets = try image.withSection(.ucaspianPackets) { Array($0) }
    _ = try core.receive(packets)
  }

  func clear() {
    core.clearActivity()
    tickNumber = 0
    for line in isCharged.indices { isCharged[line] = false }
  }

  func addInput(line: Int, count: UInt8) throws(EmulatorError) {
    guard inputs.indices.contains(line) else { throw .lineOutOfRange(line: line, lines: inputs.count) }
    guard count > 0 else { return }
    guard count == 1 else { throw .inputCount(line: line, tick: tickNumber, count: Int(count), limit: 1) }
    guard !isCharged[line] else { throw .duplicateInput(line: line, tick: tickNumber) }
    isCharged[line] = true
    core.charge(inputs[line], by: 1)
  }

  func tick(_ onSpike: (EmulatedSpike) -> Void) {
    tickNumber += 1
    for line in isCharged.indices { isCharged[line] = false }
    core.step { neuron, _ in
      onSpike(
        EmulatedSpike(
          core: 0, neuron: UInt32(neuron), count: 1, output: outputs[Int(neuron)],
          networkIndex: networkIndex[Int(neuron)]))
    }
  }

  /// The core has none.
  func forEachReadout(_ body: (EmulatedReadout) -> Void) {}

  func copyMembranes(into membranes: UnsafeMutableBufferPointer<Int32>) {
    for (neuron, place) in networkIndex.enumerated() { membranes[place] = Int32(core.charges[neuron]) }
  }
}

extension UCaspianFamily: MachineMaker {
  public func makeMachine(for image: LoadedImage) throws -> any Machine {
    try UCaspianEmulatorMachine(image: image)
  }
}

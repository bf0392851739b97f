import Emulator
import ImageFormat
import Images
import Mapper

/// A core behind the emulator's interface, programmed by the very frames of an image.
///
/// A tick is what a host does that waits for the core after every word: a time reference, so that membranes decay before
/// input comes as in docs/neuron.md, and then the input lines in ascending order, a count of n as n events.
final class CrossbarMachine<Core: CrossbarCore>: Machine {
  private let programmed: Core
  private var core: Core
  /// The row of each input line.
  private let rows: [UInt8]
  /// The output of each neuron.
  private let outputs: [Int?]
  private let networkIndex: [Int]
  private var input: [UInt8]
  private var counts = [UInt16](repeating: 0, count: CrossbarMemory.neuronCount)
  private var ticks = 0
  private(set) var fault: EmulatorError?

  /// The events that may follow one input event: feedback has no delay, so a loop may never end.
  static var budget: Int { 65_536 }

  /// - Throws: `ImagesError` where the frames are not the program of such a core, or its ports are not there.
  init(image: LoadedImage, slots: [FrameSlot]) throws {
    let core = try Core(programmedBy: image, slots: slots)
    func refuse(_ section: String, _ problem: String) -> ImagesError {
      .hostSectionOf(path: image.name, section: section, problem: problem)
    }
    let count = image.host.neuronCount
    guard count <= CrossbarMemory.neuronCount, let ports = image.ports else {
      throw refuse("HOST", "\(count) neurons, where the core has \(CrossbarMemory.neuronCount)")
    }
    for neuron in count..<CrossbarMemory.neuronCount where !core.isSilent(neuron) {
      throw refuse("SPIF", "neuron \(neuron) may fire, but the network has \(count) neurons")
    }
    var outputs = [Int?](repeating: nil, count: count)
    for (output, neuron) in ports.outputs.enumerated() { outputs[neuron] = output }
    var rows: [UInt8] = []
    for (line, row) in ports.inputs.enumerated() {
      guard let row = UInt8(exactly: row) else {
        throw refuse("PORT", "input line \(line) is row \(row), where the crossbar has 256")
      }
      rows.append(row)
    }
    self.core = core
    programmed = core
    self.rows = rows
    self.outputs = outputs
    networkIndex = image.neuronMap.networkIndex
    input = [UInt8](repeating: 0, count: rows.count)
  }

  func clear() {
    core = programmed
    for line in input.indices { input[line] = 0 }
    // A tick that failed leaves some behind.
    for neuron in counts.indices { counts[neuron] = 0 }
    ticks = 0
    fault = nil
  }

  func addInput(line: Int, count: UInt8) throws(EmulatorError) {
    guard rows.indices.contains(line) else { throw .lineOutOfRange(line: line, lines: rows.count) }
    if count == 0 { return }
    guard input[line] == 0 else { throw .duplicateInput(line: line, tick: ticks) }
    input[line] = count
  }

  func tick(_ onSpike: (EmulatedSpike) -> Void) {
    if fault != nil { return }
    do throws(EmulatorError) {
      try execute()
    } catch {
      fault = error
      return
    }
    for neuron in networkIndex.indices where counts[neuron] != 0 {
      onSpike(
        EmulatedSpike(
          core: 0, neuron: UInt32(neuron), count: UInt8(truncatingIfNeeded: counts[neuron]), output: outputs[neuron],
          networkIndex: networkIndex[neuron]))
      counts[neuron] = 0
    }
    ticks += 1
  }

  private func execute() throws(EmulatorError) {
    do throws(TickProblem) {
      try core.tick(input: &input, rows: rows, counts: &counts, budget: Self.budget)
    } catch {
      switch error {
      case .runaway: throw .runaway(core: Core.name, tick: ticks, budget: Self.budget)
      case .tooManySpikes(let neuron):
        throw .tooManySpikes(neuron: networkIndex[neuron], tick: ticks, limit: Int(UInt8.max))
      }
    }
  }

  func forEachReadout(_ body: (EmulatedReadout) -> Void) {}

  func copyMembranes(into membranes: UnsafeMutableBufferPointer<Int32>) {
    for neuron in networkIndex.indices { membranes[networkIndex[neuron]] = Int32(core.bank.membranes[neuron]) }
  }
}

extension TinyODINFamily: MachineMaker {
  public func makeMachine(for image: LoadedImage) throws -> any Machine {
    try CrossbarMachine<TinyODINMachine>(image: image, slots: Self.slots)
  }
}

extension ODINFamily: MachineMaker {
  public func makeMachine(for image: LoadedImage) throws -> any Machine {
    try CrossbarMachine<ODINMachine>(image: image, slots: Self.slots)
  }
}

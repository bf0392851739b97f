import ImageFormat
import Images

/// What a tick of the emulator does with a core.
protocol CrossbarCore: SerialCore, Sendable {
  init()
  /// Its name in messages.
  static var name: String { get }
  /// The spikes that nobody has taken, in the order in which they left.
  var output: [UInt8] { get set }
  var bank: MembraneBank { get }
  /// All neurons leak.
  mutating func referTime()
  /// Takes the event of a row.
  mutating func acceptEvent(of row: UInt8)
  /// Runs the queue dry.
  mutating func run(budget: Int) throws(ODINError)
  /// Whether a neuron never tells that it fires.
  func isSilent(_ neuron: Int) -> Bool
}

extension CrossbarCore {
  /// A core that has been sent all frames of an image.
  ///
  /// - Throws: `ImagesError` where they are not those that `slots` ask for.
  init(programmedBy image: LoadedImage, slots: [FrameSlot]) throws {
    self.init()
    try image.withSection(.frames) { bytes in
      do throws(PayloadProblem) {
        try CrossbarProgram.forEachFrame(of: bytes, slots: slots) { _ = carryOut($0) }
      } catch {
        throw ImagesError.hostSectionOf(path: image.name, section: "SPIF", problem: error.text)
      }
    }
  }
}

extension TinyODINMachine: CrossbarCore {
  static var name: String { TinyODINFamily.core }

  mutating func referTime() { accept(0x1FF) }

  mutating func acceptEvent(of row: UInt8) { accept(UInt16(row)) }

  /// Beyond the last neuron, events do not reach it.
  func isSilent(_ neuron: Int) -> Bool { self.neuron(neuron).isDisabled || neuron > Int(registers.lastNeuron) }
}

extension ODINMachine: CrossbarCore {
  static var name: String { ODINFamily.core }

  // The words 0x0007F and row · 256 + 7; neither waits for the queue.
  mutating func referTime() { leakAll() }

  mutating func acceptEvent(of row: UInt8) { acceptEvent(0, row) }

  func isSilent(_ neuron: Int) -> Bool { self.neuron(neuron).isDisabled }
}

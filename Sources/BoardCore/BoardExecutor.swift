import FixedPoint
import WireProtocol

/// What executes images of one family on a board.
public protocol BoardExecutor: ~Copyable {
  /// The family's four letters, as images have them.
  static var family: UInt32 { get }

  /// Checks every byte of an image that the executor relies on.
  ///
  /// - Throws: `badImage` or `wrongFamily`.
  static func check(_ image: UnsafeRawBufferPointer) throws(BoardError) -> ImageNeeds

  /// A cleared executor of an image that `check(_:)` has accepted and that stays as it is.
  init(image: UnsafeRawBufferPointer, memory: UnsafeMutableRawBufferPointer) throws(BoardError)

  mutating func clear()

  /// Adds an input event to the tick that is executed next.
  mutating func addInput(line: UInt32, count: UInt8) throws(BoardError)

  /// Executes one tick and tells each spike, ascending by core and neuron.
  mutating func tick(_ onSpike: (ExecutedSpike) -> Void)

  /// Tells the membrane of each readout after the tick executed last, ascending by core and neuron.
  func forEachReadout(_ body: (ExecutedReadout) -> Void)

  /// The neurons of a core by its number; nil where the image doesn't use it.
  func neuronCount(ofCore core: UInt16) -> Int?

  /// The membrane of a neuron below `neuronCount(ofCore:)`.
  func membrane(core: UInt16, neuron: Int) -> Int32
}

extension BoardExecutor where Self: ~Copyable {
  /// A family without readouts has none to tell.
  public func forEachReadout(_ body: (ExecutedReadout) -> Void) {}
}

/// What an image asks of a board.
public struct ImageNeeds: Equatable, Sendable {
  public let targetDigest: Digest
  public let memoryBytes: Int
  public let inputs: Int
  public let outputs: Int
  /// How many of the outputs are readouts.
  public let readouts: Int

  public init(targetDigest: Digest, memoryBytes: Int, inputs: Int, outputs: Int, readouts: Int = 0) {
    self.targetDigest = targetDigest
    self.memoryBytes = memoryBytes
    self.inputs = inputs
    self.outputs = outputs
    self.readouts = readouts
  }
}

/// One neuron's spikes in one tick.
public struct ExecutedSpike: Equatable, Sendable {
  public let core: UInt16
  public let neuron: UInt32
  public let count: UInt8
  /// The output index, `UInt32.max` for none.
  public let output: UInt32

  @inlinable
  public init(core: UInt16, neuron: UInt32, count: UInt8, output: UInt32) {
    self.core = core
    self.neuron = neuron
    self.count = count
    self.output = output
  }
}

/// One readout's membrane after one tick.
public struct ExecutedReadout: Equatable, Sendable {
  public let core: UInt16
  public let neuron: UInt32
  /// The output index.
  public let output: UInt32
  public let membrane: Int32

  @inlinable
  public init(core: UInt16, neuron: UInt32, output: UInt32, membrane: Int32) {
    self.core = core
    self.neuron = neuron
    self.output = output
    self.membrane = membrane
  }
}

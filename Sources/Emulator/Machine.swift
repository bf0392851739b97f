import Images

/// An image being executed, one tick at a time: what a family of chips implements.
///
/// A machine belongs to one thread at a time; samples run in parallel on machines of their own.
public protocol Machine: AnyObject {
  /// Back to the state before tick 0.
  func clear()

  /// Adds the event of an input line to the tick that comes next; a count of 0 is no event.
  func addInput(line: Int, count: UInt8) throws(EmulatorError)

  /// Adds the events of all lines, one count for each, to the tick that comes next.
  func addInputs(_ counts: UnsafeBufferPointer<UInt8>) throws(EmulatorError)

  /// Executes one tick and calls `onSpike` in ascending order of core and neuron.
  func tick(_ onSpike: (EmulatedSpike) -> Void)

  /// Executes one tick and hands its spikes to a recorder, in the same order.
  func tick(recordingIn recorder: inout SpikeRecorder)

  /// Why the tick executed last did not come to its end, nil where it did; the run then ends with this error.
  ///
  /// Only chips whose spikes act within the tick can fail so. `clear` makes the machine usable again.
  var fault: EmulatorError? { get }

  /// Calls `body` with the membrane of each readout after the tick executed last, ascending by core and neuron.
  func forEachReadout(_ body: (EmulatedReadout) -> Void)

  /// Writes the membranes of all neurons in the network's order.
  func copyMembranes(into membranes: UnsafeMutableBufferPointer<Int32>)
}

extension Machine {
  public var fault: EmulatorError? { nil }

  public func addInputs(_ counts: UnsafeBufferPointer<UInt8>) throws(EmulatorError) {
    for line in counts.indices where counts[line] != 0 { try addInput(line: line, count: counts[line]) }
  }

  public func tick(recordingIn recorder: inout SpikeRecorder) {
    tick { recorder.add($0) }
  }
}

/// Makes machines for the images of a family.
public protocol MachineMaker: Sendable {
  /// A cleared machine that executes the bytes of `image`.
  func makeMachine(for image: LoadedImage) throws -> any Machine
}

/// One neuron's spikes in one tick.
public struct EmulatedSpike: Equatable, Sendable {
  public var core: UInt16
  /// The neuron's index in its core.
  public var neuron: UInt32
  public var count: UInt8
  /// The output that the neuron is, nil where it is none.
  public var output: Int?
  /// The neuron's number in the network.
  public var networkIndex: Int

  public init(core: UInt16, neuron: UInt32, count: UInt8, output: Int?, networkIndex: Int) {
    self.core = core
    self.neuron = neuron
    self.count = count
    self.output = output
    self.networkIndex = networkIndex
  }
}

/// One readout's membrane after one tick.
public struct EmulatedReadout: Equatable, Sendable {
  public var core: UInt16
  /// The neuron's index in its core.
  public var neuron: UInt32
  /// The output that the neuron is.
  public var output: Int
  public var membrane: Int32

  public init(core: UInt16, neuron: UInt32, output: Int, membrane: Int32) {
    self.core = core
    self.neuron = neuron
    self.output = output
    self.membrane = membrane
  }
}

/// Why a run on the emulator is refused.
public enum EmulatorError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The input has another number of lines than the image.
  case inputWidth(given: Int, expected: Int)
  /// An input event names a line that the image does not have.
  case lineOutOfRange(line: Int, lines: Int)
  /// A line has two events in one tick.
  case duplicateInput(line: Int, tick: Int)
  /// A count that the chip's inputs cannot take.
  case inputCount(line: Int, tick: Int, count: Int, limit: Int)
  /// More ticks than a sample may have.
  case tooManyTicks(given: Int, limit: Int)
  /// More values in the result of one sample than memory is asked for.
  case tooLarge(values: Int, limit: Int)
  /// On a chip whose spikes act within the tick, one input event was followed by so many events and by more.
  case runaway(core: String, tick: Int, budget: Int)
  /// A neuron fires more often within one tick than a count can tell.
  case tooManySpikes(neuron: Int, tick: Int, limit: Int)

  public var description: String {
    switch self {
    case .inputWidth(let given, let expected):
      "the input has \(given) lines a tick, the image has \(expected); use samples made for this network"
    case .lineOutOfRange(let line, let lines):
      "an event for input line \(line), but the image has the lines 0–\(lines - 1)"
    case .duplicateInput(let line, let tick):
      "two events for input line \(line) in tick \(tick); add them up to one count"
    case .inputCount(let line, let tick, let count, let limit):
      "\(count) spikes on input line \(line) in tick \(tick); the chip takes at most \(limit): "
        + "encode the samples with a smaller range"
    case .tooManyTicks(let given, let limit):
      "a sample of \(given) ticks; the limit is \(limit)"
    case .tooLarge(let values, let limit):
      "the result of one sample has \(values) values; the limit is \(limit): use fewer ticks, or trace less"
    case .runaway(let core, let tick, let budget):
      "\(core): in tick \(tick) one input event was followed by more than \(budget) events; weaken the recurrent weights "
        + "or raise the thresholds"
    case .tooManySpikes(let neuron, let tick, let limit):
      "neuron \(neuron) fires more than \(limit) times in tick \(tick), which a count cannot tell; use smaller input "
        + "counts, or raise its threshold"
    }
  }
}

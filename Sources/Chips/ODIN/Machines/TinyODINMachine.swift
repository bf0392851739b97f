/// The tinyODIN core as a host sees it: SPI frames and AER words in, AER events out.
///
/// 256 neurons with linear leak and reset to zero behind a full crossbar of 4-bit weights; one queue holds the events
/// to come. Feedback has no delay: what a neuron fires runs before the next input, unless the host is in a hurry.
/// Source: ChFrenkel/tinyODIN, revision 18656534.
public struct TinyODINMachine: Sendable {
  public static let neuronCount = 256
  /// The events that the queue holds, the one that runs among them.
  public static let queuedEvents = 128

  /// Registers; hardware gives them no value at start, and this machine 0.
  public private(set) var registers = Registers()
  /// Weights of −8 to 7.
  public var synapses = CrossbarMemory()
  /// What the neurons' words say beside their membranes, which are in `bank`.
  private var constants = [TinyODINNeuron](repeating: TinyODINNeuron(0), count: neuronCount)
  private(set) var bank = MembraneBank(count: neuronCount)
  private var queue = EventQueue(capacity: queuedEvents)
  /// Events on the output bus that nobody has fetched.
  var output: [UInt8] = []
  /// Whether a word came since the queue was last run dry.
  private var isInHurry = false

  public init() {}

  /// What configures the core.
  public struct Registers: Equatable, Sendable {
    /// No events run while this is set, and only then the memories are reached.
    public var gatesActivity = false
    /// Spikes are not fed back.
    public var isOpenLoop = false
    /// The output tells the sources of events instead of the neurons that fired.
    public var tellsSources = false
    /// The last neuron that events reach.
    public var lastNeuron: UInt8 = 0
  }

  /// 32 bits a neuron: membrane 0–11, threshold 12–23, leak 24–30, disabled 31.
  public var neurons: [UInt32] { (0..<Self.neuronCount).map { neuron($0).word } }

  func neuron(_ index: Int) -> TinyODINNeuron {
    var neuron = constants[index]
    neuron.membrane = bank.membranes[index]
    return neuron
  }

  // MARK: The serial bus

  /// Takes a frame.
  ///
  /// - Returns: the byte that a frame with the read bit gets; nil for others.
  public mutating func transfer(_ frame: SerialFrame) -> UInt8? { carryOut(frame) }

  // MARK: Events

  /// Takes an input word of 10 bits, and runs the queue dry.
  ///
  /// - Throws: `ODINError.runaway` when that does not end within the budget.
  public mutating func send(_ word: UInt16, budget: Int) throws(ODINError) -> [UInt8] {
    accept(word)
    return try drain(budget: budget)
  }

  /// Takes an input word from a host that does not wait: of the queue one event runs before.
  ///
  /// - Returns: what that event put out.
  public mutating func sendInHurry(_ word: UInt16) -> [UInt8] {
    if isInHurry { runOne() }
    isInHurry = true
    accept(word)
    return take()
  }

  /// Runs the queue dry.
  public mutating func drain(budget: Int) throws(ODINError) -> [UInt8] {
    isInHurry = false
    try run(budget: budget)
    return take()
  }

  mutating func run(budget: Int) throws(ODINError) {
    var left = budget
    while !registers.gatesActivity && !queue.isEmpty {
      guard left > 0 else { throw .runaway(core: "tinyODIN", budget: budget) }
      left -= 1
      runOne()
    }
  }

  private mutating func take() -> [UInt8] {
    let taken = output
    output.removeAll(keepingCapacity: true)
    return taken
  }

  mutating func accept(_ word: UInt16) {
    if word >> 8 & 1 == 1 {
      refer(UInt8(truncatingIfNeeded: word))
      return
    }
    while queue.isFull { runOne() }
    let low = word & 0xFF
    // A virtual event of weight 0 looks like a neuron's.
    queue.push(word >> 9 & 1 == 0 ? low : (low >> 4) << 8 | low & 15)
  }

  /// A time reference: one neuron leaks, or all.
  private mutating func refer(_ which: UInt8) {
    if which != 0xFF {
      let membrane = leaked(bank.membranes[Int(which)], by: constants[Int(which)].leak)
      bank.set(Int(which), membrane: membrane)
      settle(Int(which))
    } else {
      let count = Int(registers.lastNeuron) + 1
      let constants = constants
      let fires = constants.withUnsafeBufferPointer { constants in
        bank.update(first: count) { membrane, neuron in leaked(membrane, by: constants[neuron].leak) }
      }
      if fires { settleAll(count) }
    }
  }

  private mutating func settle(_ index: Int) {
    if bank.passes(index) { fire(index) }
  }

  /// The first `count` neurons fire that pass their thresholds, ascending.
  private mutating func settleAll(_ count: Int) {
    var next = 0
    while let index = bank.firstPassing(in: next..<count) {
      fire(index)
      next = index + 1
    }
  }

  /// Resets a neuron, and tells and queues its spike.
  private mutating func fire(_ index: Int) {
    bank.set(index, membrane: 0)
    if constants[index].isDisabled { return }
    if !registers.tellsSources { output.append(UInt8(truncatingIfNeeded: index)) }
    if !registers.isOpenLoop { queue.push(UInt16(truncatingIfNeeded: index)) }
  }

  private mutating func runOne() {
    guard let event = queue.first else { return }
    let weight = event >> 8
    if weight != 0 {
      let index = Int(event & 0xFF)
      bank.set(index, membrane: integrated(bank.membranes[index], UInt8(truncatingIfNeeded: weight)))
      settle(index)
    } else {
      sweep(UInt8(truncatingIfNeeded: event))
      if registers.tellsSources { output.append(UInt8(truncatingIfNeeded: event)) }
    }
    // Until here the event holds its place.
    queue.removeFirst()
  }

  /// A neuron's event: every neuron up to the last integrates its weight, and then, ascending, those that pass fire.
  ///
  /// What fires is only queued, so firing at the end of the sweep is firing in it.
  private mutating func sweep(_ pre: UInt8) {
    let count = Int(registers.lastNeuron) + 1
    let synapses = synapses
    let fires = synapses.withRow(pre) { row in
      bank.update(first: count) { membrane, neuron in integrated(membrane, row[neuron]) }
    }
    if fires == true { settleAll(count) }
  }
}

extension TinyODINMachine: SerialCore {
  var isGated: Bool { registers.gatesActivity }

  mutating func setRegister(_ frame: SerialFrame) {
    let isOn = frame.value & 1 == 1
    switch frame.place {
    case 0: registers.gatesActivity = isOn
    case 1: registers.isOpenLoop = isOn
    case 2: registers.tellsSources = isOn
    case 3: registers.lastNeuron = frame.byte
    default: break
    }
  }

  func neuronByte(_ place: UInt16) -> UInt8 {
    let byte = place >> 8
    return byte < 4 ? neuron(Int(place & 0xFF)).byte(Int(byte)) : 0
  }

  /// With the loop closed the comparator sees the old word, and what fires is queued: a quirk of the design.
  mutating func writeNeuron(_ frame: SerialFrame) {
    guard registers.gatesActivity else { return }
    let index = Int(frame.place & 0xFF), byte = frame.place >> 8
    let old = neuron(index)
    if !registers.isOpenLoop && bank.passes(index) && !old.isDisabled { queue.push(UInt16(index)) }
    guard byte < 4 else { return }
    let shift = UInt32(8 * byte)
    let new = TinyODINNeuron(
      old.word & ~(0xFF << shift) | UInt32(frame.merged(with: old.byte(Int(byte)))) << shift)
    constants[index] = new
    bank.set(index, membrane: new.membrane, threshold: new.threshold)
  }
}

/// A membrane after an event whose weight is a nibble in two's complement; saturates: 2045 + 7 gives 2047.
@inline(__always)
private func integrated(_ membrane: Int16, _ nibble: UInt8) -> Int16 {
  min(max(membrane &+ ((Int16(nibble) ^ 8) &- 8), -2048), 2047)
}

/// A membrane after a time reference: λ nearer to 0.
@inline(__always)
private func leaked(_ membrane: Int16, by leak: Int16) -> Int16 {
  membrane >= 0 ? max(0, membrane &- leak) : min(0, membrane &+ leak)
}

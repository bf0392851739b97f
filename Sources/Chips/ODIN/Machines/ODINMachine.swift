/// The ODIN core, its leaky integrate-and-fire neurons and its plasticity, as a host sees it: SPI frames and AER words in,
/// AER events out.
///
/// 256 neurons with unsigned membranes behind a full crossbar of 3-bit weights with a mapping bit each; the sign is the
/// presynaptic neuron's. Izhikevich neurons, bursts and the monitor are not modelled. Source: ChFrenkel/ODIN, revision
/// 17819318.
public struct ODINMachine: Sendable {
  public static let neuronCount = 256
  /// The events that the queue holds, the one that runs among them.
  public static let queuedEvents = 32

  public private(set) var registers = Registers()
  /// Bits 0–2 magnitude, 3 mapping.
  public var synapses = CrossbarMemory()
  /// The neurons' words but for their membranes, which are in `bank`.
  private var words = [ODINNeuron](repeating: ODINNeuron(), count: neuronCount)
  private(set) var bank = MembraneBank(count: neuronCount)
  /// λ of a time reference; 0 where the leak is off.
  private var leaks = [Int16](repeating: 0, count: neuronCount)
  /// How many neurons track calcium: without any nothing learns, and events reach all neurons at a time.
  private var trackers = 0
  /// Which way plasticity would move a synapse of a neuron: latched whenever the neuron's word is written.
  private var directions = [ODINNeuron.Direction](repeating: .stay, count: neuronCount)
  private var queue = EventQueue(capacity: queuedEvents)
  var output: [UInt8] = []

  public init() {}

  /// What configures the core; hardware gives no value at start, and this machine 0.
  public struct Registers: Equatable, Sendable {
    /// No events run while this is set, and only then the memories are reached.
    public var gatesActivity = false
    /// Spikes are not fed back.
    public var isOpenLoop = false
    /// Bit j of word i: neuron 16 i + j inhibits.
    public var signs = [UInt16](repeating: 0, count: 16)
    /// The output tells the sources of events instead of the neurons that fired.
    public var tellsSources = false
    /// Plasticity and propagation also where the mapping bit is 0.
    public var updatesUnmapped = false
    public var propagatesUnmapped = false
    /// Events of single synapses learn too.
    public var learnsFromSingles = false

    /// Whether the synapses of a source inhibit.
    func inhibits(_ pre: UInt8) -> Bool { signs[Int(pre / 16)] >> UInt16(pre % 16) & 1 == 1 }
  }

  public var neurons: [ODINNeuron] { (0..<Self.neuronCount).map { neuron($0) } }

  func neuron(_ index: Int) -> ODINNeuron {
    var neuron = words[index]
    neuron.membrane = Int32(bank.membranes[index])
    return neuron
  }

  // MARK: The serial bus

  /// Takes a frame.
  ///
  /// - Returns: the byte that a frame with the read bit gets; nil for others.
  public mutating func transfer(_ frame: SerialFrame) -> UInt8? { carryOut(frame) }

  // MARK: Events

  /// Takes an input word of 17 bits, and runs the queue dry.
  ///
  /// - Throws: `ODINError.runaway` when that does not end within the budget.
  public mutating func send(_ word: UInt32, budget: Int) throws(ODINError) -> [UInt8] {
    try accept(word, budget: budget)
    return try drain(budget: budget)
  }

  mutating func accept(_ word: UInt32, budget: Int) throws(ODINError) {
    let high = UInt8(truncatingIfNeeded: word >> 8), low = UInt8(truncatingIfNeeded: word)
    if word >> 16 & 1 == 1 {
      stimulate(pre: high, post: low)
    } else if low & 0x7F == 0x7F {
      if low == 0xFF { update(Int(high), .leak) } else { leakAll() }
    } else if low & 0x7F == 0 {
      // Waits until the queue is empty.
      try run(budget: budget)
      if low == 0x80 { settleSynapses(high) } else { for pre in UInt8.min...UInt8.max { settleSynapses(pre) } }
    } else {
      acceptEvent(low >> 3, high)
    }
  }

  /// Takes a neuron's event, kind 0, or a virtual one.
  mutating func acceptEvent(_ kind: UInt8, _ address: UInt8) {
    while queue.isFull { runOne() }
    queue.push(UInt16(kind) << 8 | UInt16(address))
  }

  /// Runs the queue dry.
  public mutating func drain(budget: Int) throws(ODINError) -> [UInt8] {
    try run(budget: budget)
    let taken = output
    output.removeAll(keepingCapacity: true)
    return taken
  }

  mutating func run(budget: Int) throws(ODINError) {
    var left = budget
    while !registers.gatesActivity && !queue.isEmpty {
      guard left > 0 else { throw .runaway(core: "ODIN", budget: budget) }
      left -= 1
      runOne()
    }
  }

  private mutating func update(_ index: Int, _ change: ODINNeuron.Change) {
    var neuron = neuron(index)
    let fires = neuron.update(change)
    words[index] = neuron
    directions[index] = neuron.direction
    bank.set(index, membrane: Int16(neuron.membrane))
    if fires { tell(index) }
  }

  /// Tells and queues a spike.
  private mutating func tell(_ index: Int) {
    if words[index].isDisabled { return }
    if !registers.tellsSources { output.append(UInt8(truncatingIfNeeded: index)) }
    if !registers.isOpenLoop { queue.push(UInt16(truncatingIfNeeded: index)) }
  }

  /// All neurons fire that pass their thresholds, ascending, after an update of all.
  private mutating func settle() {
    var next = 0
    while let index = bank.firstPassing(in: next..<Self.neuronCount) {
      bank.set(index, membrane: 0)
      tell(index)
      next = index + 1
    }
  }

  mutating func leakAll() {
    if trackers > 0 {
      for index in 0..<Self.neuronCount { update(index, .leak) }
      return
    }
    let leaks = leaks
    let fires = leaks.withUnsafeBufferPointer { leaks in
      bank.update(first: Self.neuronCount) { membrane, neuron in max(0, membrane &- leaks[neuron]) }
    }
    if fires { settle() }
  }

  private func change(_ pre: UInt8, _ synapse: UInt8) -> ODINNeuron.Change {
    let passes = synapse & 8 != 0 || registers.propagatesUnmapped
    let magnitude = passes ? Int32(synapse & 7) : 0
    return registers.inhibits(pre) ? .inhibit(magnitude) : .excite(magnitude)
  }

  private mutating func learn(_ pre: UInt8, _ post: UInt8) {
    let old = synapses[pre, post]
    guard old & 8 != 0 || registers.updatesUnmapped else { return }
    switch directions[Int(post)] {
    case .stay: break
    case .up: if old & 7 < 7 { synapses[pre, post] = old + 1 }
    case .down: if old & 7 > 0 { synapses[pre, post] = old - 1 }
    }
  }

  private mutating func stimulate(pre: UInt8, post: UInt8) {
    let change = change(pre, synapses[pre, post])
    if registers.learnsFromSingles { learn(pre, post) }
    update(Int(post), change)
  }

  /// Moves each mapped synapse of a row to the nearer of its ends.
  private mutating func settleSynapses(_ pre: UInt8) {
    for post in UInt8.min...UInt8.max {
      let old = synapses[pre, post]
      guard old & 8 != 0 || registers.updatesUnmapped else { continue }
      if old & 7 >= 4 {
        if old & 7 < 7 { synapses[pre, post] = old + 1 }
      } else if old & 7 > 0 {
        synapses[pre, post] = old - 1
      }
    }
  }

  private mutating func runOne() {
    guard let event = queue.first else { return }
    let kind = event >> 8, address = Int(event & 0xFF)
    if kind != 0 {
      let magnitude = Int32(kind >> 2)
      update(address, kind & 1 == 1 ? .leak : kind & 2 != 0 ? .inhibit(magnitude) : .excite(magnitude))
    } else {
      let pre = UInt8(truncatingIfNeeded: event)
      if trackers > 0 { sweepLearning(pre) } else { sweep(pre) }
      if registers.tellsSources { output.append(pre) }
    }
    // Until here the event holds its place.
    queue.removeFirst()
  }

  /// A neuron's event: eight synapses learn, and then their old weights are integrated, and so on.
  private mutating func sweepLearning(_ pre: UInt8) {
    for group in stride(from: 0, to: Self.neuronCount, by: 8) {
      let posts = UInt8(group)...UInt8(group + 7)
      let changes = posts.map { change(pre, synapses[pre, $0]) }
      for post in posts { learn(pre, post) }
      for (post, change) in zip(posts, changes) { update(Int(post), change) }
    }
  }

  /// A neuron's event where nothing learns: all neurons integrate, and then, ascending, those that pass fire.
  ///
  /// What fires is only queued, so firing at the end of the sweep is firing in it.
  private mutating func sweep(_ pre: UInt8) {
    let synapses = synapses
    // With the mapping bit set, or as if it were.
    let mapping: UInt8 = registers.propagatesUnmapped ? 8 : 0
    let inhibits = registers.inhibits(pre)
    let fires = synapses.withRow(pre) { row in
      inhibits
        ? bank.update(first: Self.neuronCount) { max(0, $0 &- magnitude(row[$1] | mapping)) }
        : bank.update(first: Self.neuronCount) { min(255, $0 &+ magnitude(row[$1] | mapping)) }
    }
    if fires == true { settle() }
  }
}

/// The magnitude of a synapse whose mapping bit is set, else 0.
@inline(__always)
private func magnitude(_ synapse: UInt8) -> Int16 { Int16(synapse & 7 & (0 &- (synapse >> 3 & 1))) }

extension ODINMachine: SerialCore {
  var isGated: Bool { registers.gatesActivity }

  mutating func setRegister(_ frame: SerialFrame) {
    let isOn = frame.value & 1 == 1
    switch frame.place {
    case 0: registers.gatesActivity = isOn
    case 1: registers.isOpenLoop = isOn
    case 2...17: registers.signs[Int(frame.place) - 2] = frame.value
    case 19: registers.tellsSources = isOn
    case 23: registers.updatesUnmapped = isOn
    case 24: registers.propagatesUnmapped = isOn
    case 25: registers.learnsFromSingles = isOn
    default: break
    }
  }

  func neuronByte(_ place: UInt16) -> UInt8 {
    let byte = Int(place >> 8)
    return byte < 16 ? neuron(Int(place & 0xFF)).byte(byte) : 0
  }

  /// With the loop closed the comparator sees the old word, and what fires is queued: a quirk of the design.
  mutating func writeNeuron(_ frame: SerialFrame) {
    guard registers.gatesActivity else { return }
    let index = Int(frame.place & 0xFF), byte = Int(frame.place >> 8)
    var neuron = neuron(index)
    if !registers.isOpenLoop && neuron.fires && !neuron.isDisabled { queue.push(UInt16(index)) }
    guard byte < 16 else { return }
    trackers -= neuron.tracksCalcium ? 1 : 0
    neuron.setByte(byte, frame.merged(with: neuron.byte(byte)))
    trackers += neuron.tracksCalcium ? 1 : 0
    words[index] = neuron
    directions[index] = neuron.direction
    leaks[index] = Int16(neuron.leak)
    bank.set(index, membrane: Int16(neuron.membrane), threshold: Int16(neuron.threshold))
  }
}

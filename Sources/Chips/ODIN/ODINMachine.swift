/// The ODIN core, its leaky integrate-and-fire neurons and its plasticity, as a host sees it: SPI frames and AER words in,
/// AER events out.
///
/// 256 neurons with unsigned membranes behind a full crossbar of 3-bit weights with a mapping bit each; the sign is the
/// presynaptic neuron's. Izhikevich neurons, bursts and the monitor are not modelled. Source: ChFrenkel/ODIN, revision
/// 17819318.
public struct ODINMachine: Sendable {
  public static let neuronCount = 256

  public private(set) var registers = Registers()
  public private(set) var neurons = [ODINNeuron](repeating: ODINNeuron(), count: neuronCount)
  /// Bits 0–2 magnitude, 3 mapping.
  public var synapses = CrossbarMemory()
  /// Which way plasticity would move a synapse of a neuron: latched whenever the neuron's word is written.
  private var directions = [ODINNeuron.Direction](repeating: .stay, count: neuronCount)
  private var queue = EventQueue(capacity: 32)
  private var output: [UInt8] = []

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
  }

  // MARK: The serial bus

  /// Takes a frame.
  ///
  /// - Returns: the byte that a frame with the read bit gets; nil for others.
  public mutating func transfer(_ frame: SerialFrame) -> UInt8? {
    let (reads, writes) = (frame.asksToRead, frame.asksToWrite)
    switch frame.command {
    case .register:
      setRegister(frame)
      return reads ? 0 : nil
    case .neurons:
      if writes && !reads { writeNeuron(frame) }
      let byte = Int(frame.place >> 8)
      return reads && !writes && byte < 16 ? neurons[Int(frame.place & 0xFF)].byte(byte) : reads ? 0 : nil
    case .synapses:
      if writes && !reads && registers.gatesActivity { synapses.write(frame) }
      return reads && !writes ? synapses.byte(at: frame.place) : reads ? 0 : nil
    case .none:
      return reads ? 0 : nil
    }
  }

  private mutating func setRegister(_ frame: SerialFrame) {
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

  /// With the loop closed the comparator sees the old word, and what fires is queued: a quirk of the design.
  private mutating func writeNeuron(_ frame: SerialFrame) {
    guard registers.gatesActivity else { return }
    let index = Int(frame.place & 0xFF), byte = Int(frame.place >> 8)
    let old = neurons[index]
    if !registers.isOpenLoop && old.fires && !old.isDisabled { queue.push(UInt16(index)) }
    guard byte < 16 else { return }
    neurons[index].setByte(byte, frame.merged(with: old.byte(byte)))
    directions[index] = neurons[index].direction
  }

  // MARK: Events

  /// Takes an input word of 17 bits, and runs the queue dry.
  ///
  /// - Throws: `ODINError.runaway` when that does not end within the budget.
  public mutating func send(_ word: UInt32, budget: Int) throws(ODINError) -> [UInt8] {
    let high = Int(word >> 8 & 0xFF), low = UInt8(truncatingIfNeeded: word)
    if word >> 16 & 1 == 1 {
      stimulate(pre: UInt8(high), post: low)
    } else if low & 0x7F == 0x7F {
      if low == 0xFF { update(high, .leak) } else { for index in neurons.indices { update(index, .leak) } }
    } else if low & 0x7F == 0 {
      // Waits until the queue is empty.
      try run(budget: budget)
      if low == 0x80 { settleSynapses(UInt8(high)) } else { for pre in UInt8.min...UInt8.max { settleSynapses(pre) } }
    } else {
      while queue.isFull { runOne() }
      queue.push(UInt16(low >> 3) << 8 | UInt16(high))
    }
    return try drain(budget: budget)
  }

  /// Runs the queue dry.
  public mutating func drain(budget: Int) throws(ODINError) -> [UInt8] {
    try run(budget: budget)
    let taken = output
    output.removeAll(keepingCapacity: true)
    return taken
  }

  private mutating func run(budget: Int) throws(ODINError) {
    var left = budget
    while !registers.gatesActivity && !queue.isEmpty {
      guard left > 0 else { throw .runaway(core: "ODIN", budget: budget) }
      left -= 1
      runOne()
    }
  }

  private mutating func update(_ index: Int, _ change: ODINNeuron.Change) {
    let fires = neurons[index].update(change)
    directions[index] = neurons[index].direction
    guard fires && !neurons[index].isDisabled else { return }
    if !registers.tellsSources { output.append(UInt8(index)) }
    if !registers.isOpenLoop { queue.push(UInt16(index)) }
  }

  private func change(_ pre: UInt8, _ synapse: UInt8) -> ODINNeuron.Change {
    let passes = synapse & 8 != 0 || registers.propagatesUnmapped
    let magnitude = passes ? Int32(synapse & 7) : 0
    return registers.signs[Int(pre / 16)] >> UInt16(pre % 16) & 1 == 1 ? .inhibit(magnitude) : .excite(magnitude)
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
      sweep(UInt8(address))
      if registers.tellsSources { output.append(UInt8(address)) }
    }
    // Until here the event holds its place.
    queue.removeFirst()
  }

  /// A neuron's event: eight synapses learn, and then their old weights are integrated, and so on.
  private mutating func sweep(_ pre: UInt8) {
    for group in stride(from: 0, to: Self.neuronCount, by: 8) {
      let posts = UInt8(group)...UInt8(group + 7)
      let changes = posts.map { change(pre, synapses[pre, $0]) }
      for post in posts { learn(pre, post) }
      for (post, change) in zip(posts, changes) { update(Int(post), change) }
    }
  }
}

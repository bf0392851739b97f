/// The tinyODIN core as a host sees it: SPI frames and AER words in, AER events out.
///
/// 256 neurons with linear leak and reset to zero behind a full crossbar of 4-bit weights; one queue holds the events
/// to come. Feedback has no delay: what a neuron fires runs before the next input, unless the host is in a hurry.
/// Source: ChFrenkel/tinyODIN, revision 18656534.
public struct TinyODINMachine: Sendable {
  public static let neuronCount = 256

  /// Registers; hardware gives them no value at start, and this machine 0.
  public private(set) var registers = Registers()
  /// 32 bits a neuron: membrane 0–11, threshold 12–23, leak 24–30, disabled 31.
  public private(set) var neurons = [UInt32](repeating: 0, count: neuronCount)
  /// Weights of −8 to 7.
  public var synapses = CrossbarMemory()
  private var queue = EventQueue(capacity: 128)
  /// Events on the output bus that nobody has fetched.
  private var output: [UInt8] = []
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
      return reads && !writes ? neuronByte(frame.place) : reads ? 0 : nil
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
    case 2: registers.tellsSources = isOn
    case 3: registers.lastNeuron = frame.byte
    default: break
    }
  }

  private func neuronByte(_ place: UInt16) -> UInt8 {
    let byte = place >> 8
    return byte < 4 ? UInt8(truncatingIfNeeded: neurons[Int(place & 0xFF)] >> UInt32(8 * byte)) : 0
  }

  /// With the loop closed the comparator sees the old word, and what fires is queued: a quirk of the design.
  private mutating func writeNeuron(_ frame: SerialFrame) {
    guard registers.gatesActivity else { return }
    let index = Int(frame.place & 0xFF), byte = frame.place >> 8
    let word = neurons[index], neuron = TinyODINNeuron(word)
    if !registers.isOpenLoop && neuron.fires && !neuron.isDisabled { queue.push(UInt16(index)) }
    guard byte < 4 else { return }
    let shift = UInt32(8 * byte)
    neurons[index] =
      word & ~(0xFF << shift) | UInt32(frame.merged(with: UInt8(truncatingIfNeeded: word >> shift))) << shift
  }

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
    var left = budget
    while !registers.gatesActivity && !queue.isEmpty {
      guard left > 0 else { throw .runaway(core: "tinyODIN", budget: budget) }
      left -= 1
      runOne()
    }
    return take()
  }

  private mutating func take() -> [UInt8] {
    let taken = output
    output.removeAll(keepingCapacity: true)
    return taken
  }

  private mutating func accept(_ word: UInt16) {
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
      leak(Int(which))
    } else {
      for neuron in 0...Int(registers.lastNeuron) { leak(neuron) }
    }
  }

  private mutating func leak(_ index: Int) {
    var neuron = TinyODINNeuron(neurons[index])
    neuron.leak()
    settle(index, &neuron)
  }

  private mutating func integrate(_ index: Int, weight: Int32) {
    var neuron = TinyODINNeuron(neurons[index])
    neuron.add(weight)
    settle(index, &neuron)
  }

  private mutating func settle(_ index: Int, _ neuron: inout TinyODINNeuron) {
    if neuron.fires {
      neuron.membrane = 0
      if !neuron.isDisabled {
        if !registers.tellsSources { output.append(UInt8(index)) }
        if !registers.isOpenLoop { queue.push(UInt16(index)) }
      }
    }
    neurons[index] = neuron.word
  }

  private mutating func runOne() {
    guard let event = queue.first else { return }
    let weight = event >> 8
    if weight != 0 {
      integrate(Int(event & 0xFF), weight: signed(weight))
    } else {
      let pre = UInt8(event & 0xFF)
      for post in 0...registers.lastNeuron { integrate(Int(post), weight: signed(UInt16(synapses[pre, post]))) }
      if registers.tellsSources { output.append(UInt8(event & 0xFF)) }
    }
    // Until here the event holds its place.
    queue.removeFirst()
  }

  private func signed(_ nibble: UInt16) -> Int32 { Int32(nibble) - (nibble >= 8 ? 16 : 0) }
}

import BoardLink

/// What a core says over its line, packet by packet.
final class UCaspianLine {
  /// The longest silence of a core that has something to say.
  private static let patience = Duration.seconds(3)

  private let port: FTDIPort
  private var arrived: [UInt8] = []
  private var next = 0
  /// The steps since the core was cleared, as it has told.
  private var time: UInt32 = 0

  init(_ port: FTDIPort) {
    self.port = port
  }

  func close() { port.close() }

  func send(_ bytes: [UInt8]) throws(BoardLinkError) { try port.write(bytes) }

  /// Ends whatever an earlier program has left, and asks whether there is a core at all.
  func synchronise() throws(BoardLinkError) {
    // Zeros end a packet that was begun and are none themselves; a run that goes on ends by itself.
    try send([UInt8](repeating: UCaspianPacket.nothing, count: 8))
    try port.drain(quiet: .milliseconds(20))
    try port.purge()
    arrived.removeAll()
    next = 0
    try send([UCaspianPacket.clearActivity])
    try expect(UCaspianPacket.cleared, "the clearing that begins a session")
    time = 0
  }

  /// The next byte; nil at the deadline.
  private func byte(until deadline: ContinuousClock.Instant) throws(BoardLinkError) -> UInt8? {
    if next == arrived.count {
      arrived = try port.read(until: deadline)
      next = 0
      if arrived.isEmpty { return nil }
    }
    defer { next += 1 }
    return arrived[next]
  }

  private func byte(_ operation: String) throws(BoardLinkError) -> UInt8 {
    if let byte = try byte(until: .now + Self.patience) { return byte }
    throw .silent(port.address, operation: operation, milliseconds: Int(Self.patience / .milliseconds(1)))
  }

  /// Takes one byte, which must be this one.
  func expect(_ expected: UInt8, _ operation: String) throws(BoardLinkError) {
    let found = try byte(operation)
    guard found == expected else {
      throw .wrongAnswer(port.address, operation: operation, expected: expected, found: found)
    }
  }

  /// Clears the core's charges and time; spikes of a step that nobody waits for may be on their way.
  func clear() throws(BoardLinkError) {
    let operation = "the clearing before a sample"
    try send([UCaspianPacket.clearActivity])
    while true {
      let found = try byte(operation)
      if found == UCaspianPacket.cleared { break }
      guard found == UCaspianPacket.spike else {
        throw .wrongAnswer(port.address, operation: operation, expected: UCaspianPacket.cleared, found: found)
      }
      _ = try byte(operation)
    }
    time = 0
  }

  /// Takes times and spikes until the core tells the time at which its run ends.
  ///
  /// - Parameter onSpike: takes the step and the neuron; false for a neuron that is no output.
  func collect(
    until end: UInt32, _ onSpike: (_ time: UInt32, _ neuron: Int) -> Bool
  ) throws(BoardLinkError) {
    let operation = "a run to step \(end)"
    while time < end {
      let found = try byte(operation)
      switch found {
      case UCaspianPacket.time:
        var told: UInt32 = 0
        for _ in 0..<4 { told = told << 8 | UInt32(try byte(operation)) }
        guard told > time, told <= end else {
          throw .strayAnswer(port.address, operation: operation, what: "the time \(told) after \(time)")
        }
        time = told
      case UCaspianPacket.spike:
        let neuron = try byte(operation)
        guard time > 0, onSpike(time, Int(neuron)) else {
          throw .strayAnswer(
            port.address, operation: operation, what: "a spike of neuron \(neuron), which is no output")
        }
      default:
        throw .wrongAnswer(port.address, operation: operation, expected: UCaspianPacket.time, found: found)
      }
    }
  }
}

/// What the serial bus reaches in a core of this kind.
protocol SerialCore {
  var synapses: CrossbarMemory { get set }
  /// Whether activity is gated: only then the memories are written.
  var isGated: Bool { get }
  mutating func setRegister(_ frame: SerialFrame)
  mutating func writeNeuron(_ frame: SerialFrame)
  /// A byte of the neurons' memory; 0 beyond a neuron's word.
  func neuronByte(_ place: UInt16) -> UInt8
}

extension SerialCore {
  /// Carries out a frame; see `TinyODINMachine.transfer`.
  mutating func carryOut(_ frame: SerialFrame) -> UInt8? {
    let (reads, writes) = (frame.asksToRead, frame.asksToWrite)
    switch frame.command {
    case .register:
      // Read and write bits are ignored here, as in the design.
      setRegister(frame)
    case .neurons:
      if writes && !reads { writeNeuron(frame) }
      if reads && !writes { return neuronByte(frame.place) }
    case .synapses:
      if writes && !reads && isGated { synapses.write(frame) }
      if reads && !writes { return synapses.byte(at: frame.place) }
    case .none: break
    }
    return reads ? 0 : nil
  }
}

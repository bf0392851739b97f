extension UCaspianConfiguration {
  /// The greatest payload: the clearing, 256 neurons and 4,096 synapses.
  public static let maximumBytes =
    1 + UCaspianMachine.neuronCount * UCaspianPacket.neuronBytes
    + UCaspianMachine.synapseCount * UCaspianPacket.synapseBytes

  /// The packets in the order in which they are sent: the clearing, the neurons ascending, the synapses ascending.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = [UCaspianPacket.clearConfiguration]
    for (number, neuron) in neurons.enumerated() {
      bytes += [
        UCaspianPacket.neuron, UInt8(truncatingIfNeeded: number), neuron.threshold,
        neuron.delay << 4 | (neuron.tellsHost ? 8 : 0), UInt8(neuron.firstSynapse >> 8),
        UInt8(truncatingIfNeeded: neuron.firstSynapse), neuron.synapseCount,
      ]
    }
    for (place, synapse) in synapses.enumerated() {
      bytes += [
        UCaspianPacket.synapse, UInt8(truncatingIfNeeded: place >> 8), UInt8(truncatingIfNeeded: place),
        UInt8(bitPattern: synapse.weight), synapse.target,
      ]
    }
    return bytes
  }

  /// Reads the packets that `bytes` writes, and no others.
  ///
  /// - Throws: `UCaspianError` with the offset of the packet.
  public init(bytes: UnsafeRawBufferPointer) throws(UCaspianError) {
    guard bytes.count <= Self.maximumBytes else {
      throw .configuration(offset: Self.maximumBytes, problem: "more bytes than the core has memory for")
    }
    guard bytes.first == UCaspianPacket.clearConfiguration else {
      throw .configuration(offset: 0, problem: "the first packet does not clear the configuration")
    }
    self.init(neurons: [], synapses: [])
    var offset = 1
    while offset < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
      let problem: String?
      switch rest[0] {
      case UCaspianPacket.neuron:
        problem = readNeuron(rest)
        offset += UCaspianPacket.neuronBytes
      case UCaspianPacket.synapse:
        problem = readSynapse(rest)
        offset += UCaspianPacket.synapseBytes
      default: problem = "\(rest[0]) begins no packet of a configuration"
      }
      if let problem { throw .configuration(offset: bytes.count - rest.count, problem: problem) }
    }
    try checkReferences(bytes.count)
  }

  private mutating func readNeuron(_ packet: UnsafeRawBufferPointer) -> String? {
    guard packet.count >= UCaspianPacket.neuronBytes else { return "the packet of a neuron ends early" }
    guard synapses.isEmpty else { return "a neuron after the first synapse" }
    guard Int(packet[1]) == neurons.count else { return "neuron \(packet[1]) where neuron \(neurons.count) is due" }
    // The leak's bits do nothing in the core.
    guard packet[3] & 7 == 0 else { return "neuron \(packet[1]) has a leak" }
    let first = UInt16(packet[4]) << 8 | UInt16(packet[5])
    guard Int(first) + Int(packet[6]) <= UCaspianMachine.synapseCount else {
      return "the synapses of neuron \(packet[1]) end beyond the last"
    }
    neurons.append(
      Neuron(
        threshold: packet[2], delay: packet[3] >> 4, tellsHost: packet[3] & 8 != 0, firstSynapse: first,
        synapseCount: packet[6]))
    return nil
  }

  private mutating func readSynapse(_ packet: UnsafeRawBufferPointer) -> String? {
    guard packet.count >= UCaspianPacket.synapseBytes else { return "the packet of a synapse ends early" }
    let place = Int(packet[1]) << 8 | Int(packet[2])
    guard place == synapses.count else { return "synapse \(place) where synapse \(synapses.count) is due" }
    guard Int(packet[4]) < neurons.count else { return "synapse \(place) charges neuron \(packet[4]), which is none" }
    synapses.append(Synapse(weight: Int8(bitPattern: packet[3]), target: packet[4]))
    return nil
  }

  /// Each synapse is one neuron's, in the neurons' order.
  private func checkReferences(_ end: Int) throws(UCaspianError) {
    var next = 0
    for (number, neuron) in neurons.enumerated() {
      let first = neuron.synapseCount == 0 ? 0 : next
      guard Int(neuron.firstSynapse) == first else {
        throw .configuration(
          offset: 1 + number * UCaspianPacket.neuronBytes,
          problem: "the synapses of neuron \(number) begin at \(neuron.firstSynapse), not at \(first)")
      }
      next += Int(neuron.synapseCount)
    }
    guard next == synapses.count else {
      throw .configuration(offset: end, problem: "\(synapses.count) synapses, where the neurons have \(next)")
    }
  }
}

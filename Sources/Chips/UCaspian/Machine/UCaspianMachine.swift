/// The uCaspian core behind its serial line: bytes in, bytes out.
///
/// 256 neurons without leak, reset to zero, strictly above their threshold; 4,096 synapses, of which each neuron owns a
/// range; axonal delays of 0 to 15 steps. Source: ORNL/uCaspian, revision 185c31a.
public struct UCaspianMachine: Sendable {
  public static let neuronCount = 256
  public static let synapseCount = 4096

  /// Charges, kept from step to step.
  public internal(set) var charges = [Int16](repeating: 0, count: neuronCount)
  /// Steps since the last clearing.
  public internal(set) var time: UInt32 = 0
  var thresholds = [UInt8](repeating: 0, count: neuronCount)
  var delays = [UInt8](repeating: 0, count: neuronCount)
  var tellsHost = [Bool](repeating: false, count: neuronCount)
  /// Each neuron's first synapse, and how many it has.
  var firstSynapses = [UInt16](repeating: 0, count: neuronCount)
  var synapseCounts = [UInt8](repeating: 0, count: neuronCount)
  var weights = [Int8](repeating: 0, count: synapseCount)
  var targets = [UInt8](repeating: 0, count: synapseCount)
  /// What the next step integrates; wraps at 16 bits, as the memory does.
  var arrived = [Int16](repeating: 0, count: neuronCount)
  /// Whether nothing has arrived and no threshold has changed since the last step, so that no charge can pass one.
  var isQuiet = true
  /// Who delivers in which of the steps to come, [step mod 16].
  var deliveries = [[UInt8]](repeating: [], count: 16)
  /// The first bytes of a packet that is not whole yet.
  private var packet: [UInt8] = []

  public init() {}

  /// Takes bytes from the host and returns all that the core answers before it is quiet.
  ///
  /// - Throws: `UCaspianError.unknownPacket` for a first byte that begins none, `unknownMetric`.
  public mutating func receive(_ bytes: some Sequence<UInt8>) throws(UCaspianError) -> [UInt8] {
    var answer: [UInt8] = []
    for byte in bytes {
      packet.append(byte)
      let length = try Self.length(of: packet[0])
      if packet.count == length {
        try obey(&answer)
        packet.removeAll(keepingCapacity: true)
      }
    }
    return answer
  }

  /// Bytes of a packet that begins with this one.
  private static func length(of first: UInt8) throws(UCaspianError) -> Int {
    switch first {
    case UCaspianPacket.input...: 2
    case UCaspianPacket.run, UCaspianPacket.metric: 2
    case UCaspianPacket.nothing, UCaspianPacket.clearActivity, UCaspianPacket.clearConfiguration: 1
    case UCaspianPacket.neuron: UCaspianPacket.neuronBytes
    case UCaspianPacket.synapse, UCaspianPacket.synapses: UCaspianPacket.synapseBytes
    default: throw .unknownPacket(first)
    }
  }

  private mutating func obey(_ answer: inout [UInt8]) throws(UCaspianError) {
    switch packet[0] {
    case UCaspianPacket.input...:
      charge(Int(packet[0] & 0x7F), by: packet[1])
    case UCaspianPacket.run:
      run(Int(packet[1]), &answer)
    case UCaspianPacket.metric:
      throw .unknownMetric(packet[1])
    case UCaspianPacket.clearActivity:
      clearActivity()
      answer.append(UCaspianPacket.cleared)
    case UCaspianPacket.clearConfiguration:
      clearActivity()
      clearSynapses()
      answer.append(UCaspianPacket.cleared)
    case UCaspianPacket.neuron:
      configureNeuron()
      answer.append(UCaspianPacket.configured)
    case UCaspianPacket.synapse, UCaspianPacket.synapses:
      let place = (Int(packet[1]) << 8 | Int(packet[2])) & (Self.synapseCount - 1)
      weights[place] = Int8(bitPattern: packet[3])
      targets[place] = packet[4]
      answer.append(UCaspianPacket.configured)
    default:
      break
    }
  }

  private mutating func configureNeuron() {
    let neuron = Int(packet[1])
    thresholds[neuron] = packet[2]
    delays[neuron] = packet[3] >> 4
    tellsHost[neuron] = packet[3] & 8 != 0
    firstSynapses[neuron] = (UInt16(packet[4]) << 8 | UInt16(packet[5])) & UInt16(Self.synapseCount - 1)
    synapseCounts[neuron] = packet[6]
    isQuiet = false
  }

  /// Adds to what a neuron integrates in the next step, wrapping at 16 bits.
  mutating func charge(_ neuron: Int, by amount: UInt8) {
    arrived[neuron] &+= Int16(amount)
    isQuiet = false
  }

  mutating func clearActivity() {
    time = 0
    for neuron in 0..<Self.neuronCount { (charges[neuron], arrived[neuron]) = (0, 0) }
    for slot in deliveries.indices { deliveries[slot].removeAll(keepingCapacity: true) }
    isQuiet = true
  }

  /// Thresholds, delays and output flags stay, as the core leaves them.
  private mutating func clearSynapses() {
    for place in 0..<Self.synapseCount { (weights[place], targets[place]) = (0, 0) }
    for neuron in 0..<Self.neuronCount { (firstSynapses[neuron], synapseCounts[neuron]) = (0, 0) }
  }

  private mutating func run(_ steps: Int, _ answer: inout [UInt8]) {
    for step in 0..<steps {
      // A time stands before the first spike of a step, and in the last step whether there is one or not.
      let begin = answer.count
      self.step { neuron, tellsHost in
        if tellsHost { answer += [UCaspianPacket.spike, neuron] }
      }
      if answer.count == begin && step < steps - 1 { continue }
      answer.insert(
        contentsOf: [UCaspianPacket.time] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: time >> $0) }, at: begin)
    }
  }
}

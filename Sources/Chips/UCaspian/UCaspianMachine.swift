/// The uCaspian core behind its serial line: bytes in, bytes out.
///
/// 256 neurons without leak, reset to zero, strictly above their threshold; 4,096 synapses, of which each neuron owns a
/// range; axonal delays of 0 to 15 steps. Source: ORNL/uCaspian, revision 185c31a.
public struct UCaspianMachine: Sendable {
  public static let neuronCount = 256
  public static let synapseCount = 4096

  /// Charges, kept from step to step.
  public private(set) var charges = [Int16](repeating: 0, count: neuronCount)
  /// Steps since the last clearing.
  public private(set) var time: UInt32 = 0
  private var neurons = [Neuron](repeating: Neuron(), count: neuronCount)
  private var weights = [Int8](repeating: 0, count: synapseCount)
  private var targets = [UInt8](repeating: 0, count: synapseCount)
  /// What the next step integrates; wraps at 16 bits, as the memory does.
  private var arrived = [Int16](repeating: 0, count: neuronCount)
  /// Who delivers in which of the steps to come, [step mod 16].
  private var deliveries = [[UInt8]](repeating: [], count: 16)
  /// The first bytes of a packet that is not whole yet.
  private var packet: [UInt8] = []

  public init() {}

  private struct Neuron: Sendable {
    var threshold: UInt8 = 0
    var delay = 0
    var tellsHost = false
    var firstSynapse = 0
    var synapseCount = 0
  }

  /// Takes bytes from the host and returns all that the core answers before it is quiet.
  ///
  /// - Throws: `UCaspianError.unknownPacket` for a first byte that begins none.
  public mutating func receive(_ bytes: some Sequence<UInt8>) throws(UCaspianError) -> [UInt8] {
    var answer: [UInt8] = []
    for byte in bytes {
      packet.append(byte)
      let length = try Self.length(of: packet[0])
      if packet.count == length {
        obey(&answer)
        packet.removeAll(keepingCapacity: true)
      }
    }
    return answer
  }

  /// Bytes of a packet that begins with this one.
  private static func length(of first: UInt8) throws(UCaspianError) -> Int {
    switch first {
    case 0x80...: 2
    case 0x01, 0x02: 2
    case 0x04, 0x05: 1
    case 0x08: 7
    case 0x10, 0x11: 5
    default: throw .unknownPacket(first)
    }
  }

  private mutating func obey(_ answer: inout [UInt8]) {
    switch packet[0] {
    case 0x80...:
      arrived[Int(packet[0] & 0x7F)] &+= Int16(packet[1])
    case 0x01:
      run(Int(packet[1]), &answer)
    case 0x04:
      clearActivity()
      answer.append(0x04)
    case 0x05:
      clearActivity()
      clearSynapses()
      answer.append(0x04)
    case 0x08:
      let first = Int(packet[4]) << 8 | Int(packet[5])
      neurons[Int(packet[1])] = Neuron(
        threshold: packet[2], delay: Int(packet[3] >> 4), tellsHost: packet[3] & 8 != 0,
        firstSynapse: first & (Self.synapseCount - 1), synapseCount: Int(packet[6]))
      answer.append(0x18)
    case 0x10, 0x11:
      let place = (Int(packet[1]) << 8 | Int(packet[2])) & (Self.synapseCount - 1)
      weights[place] = Int8(bitPattern: packet[3])
      targets[place] = packet[4]
      answer.append(0x18)
    default:
      break
    }
  }

  private mutating func clearActivity() {
    time = 0
    for neuron in 0..<Self.neuronCount { (charges[neuron], arrived[neuron]) = (0, 0) }
    for slot in deliveries.indices { deliveries[slot].removeAll(keepingCapacity: true) }
  }

  /// Thresholds, delays and output flags stay, as the core leaves them.
  private mutating func clearSynapses() {
    for place in 0..<Self.synapseCount { (weights[place], targets[place]) = (0, 0) }
    for neuron in 0..<Self.neuronCount { (neurons[neuron].firstSynapse, neurons[neuron].synapseCount) = (0, 0) }
  }

  private mutating func run(_ steps: Int, _ answer: inout [UInt8]) {
    for step in 0..<steps {
      time &+= 1
      var told = false
      func tellTime(_ answer: inout [UInt8]) {
        if told { return }
        told = true
        answer.append(0x01)
        for shift in [24, 16, 8, 0] { answer.append(UInt8(truncatingIfNeeded: time >> UInt32(shift))) }
      }
      if step == steps - 1 { tellTime(&answer) }
      for index in 0..<Self.neuronCount {
        let sum = Int32(charges[index]) + Int32(arrived[index])
        arrived[index] = 0
        guard sum > Int32(neurons[index].threshold) else {
          // Saturates: −32768 − 5 stays −32768.
          charges[index] = Int16(clamping: sum)
          continue
        }
        charges[index] = 0
        deliveries[(Int(time & 15) + neurons[index].delay) & 15].append(UInt8(index))
        if neurons[index].tellsHost {
          tellTime(&answer)
          answer += [0x80, UInt8(index)]
        }
      }
      deliver()
    }
  }

  private mutating func deliver() {
    let slot = Int(time & 15)
    for index in deliveries[slot] {
      let neuron = neurons[Int(index)]
      for synapse in 0..<neuron.synapseCount {
        let place = (neuron.firstSynapse + synapse) & (Self.synapseCount - 1)
        arrived[Int(targets[place])] &+= Int16(weights[place])
      }
    }
    deliveries[slot].removeAll(keepingCapacity: true)
  }
}

import FixedPoint
import ImageFormat
import Images
import Mapper
import Networks

extension TinyODINFamily: PayloadEncoder {
  public var family: FourCharacterCode { FourCharacterCode("TODN") }

  /// The section `SPIF`: all frames that program the core.
  public func sections(for mapping: Mapping) throws -> [ImageSection] {
    guard let chip = mapping.chip else { throw Self.noChip }
    let network = chip.network
    var values: [UInt16] = [1, 1, 0, UInt16(max(network.neuronCount, 1) - 1)]
    values += CrossbarImage(chip).bytes { UInt8(truncatingIfNeeded: $0) & 15 }
    // A threshold that no membrane reaches, and silence besides.
    let idle = TinyODINNeuron(threshold: 4095, leak: 0, isDisabled: true)
    var neurons = network.neuronConstants.map { neuron in
      TinyODINNeuron(threshold: Int16(clamping: neuron.threshold), leak: Int16(clamping: neuron.leak))
    }
    neurons += Array(repeating: idle, count: max(0, Self.neuronCount - neurons.count))
    for byte in 0..<4 { values += neurons.map { UInt16($0.byte(byte)) } }
    values += [0, 0]
    return [
      ImageSection(kind: .frames, bytes: CrossbarProgram(slots: Self.slots, values: values).bytes)
    ]
  }

  private static var neuronCount: Int { TinyODINMachine.neuronCount }

  /// Gate, open loop, tell spikes, last neuron; synapses; neurons at rest; loop closed, gate open.
  static let slots: [FrameSlot] = {
    var slots = [
      FrameSlot(register: 0, value: 1), FrameSlot(register: 1, value: 1), FrameSlot(register: 2, value: 0),
      FrameSlot(register: 3, allowed: 0xFF),
    ]
    slots += CrossbarImage.slots
    // Membranes are 0: byte 0 and the low half of byte 1.
    for (byte, allowed) in [UInt8(0), 0xF0, 0xFF, 0xFF].enumerated() {
      slots += (0..<neuronCount).map {
        FrameSlot(memory: .neurons, place: UInt16(byte << 8 | $0), allowed: allowed)
      }
    }
    return slots + [FrameSlot(register: 1, value: 0), FrameSlot(register: 0, value: 0)]
  }()
}

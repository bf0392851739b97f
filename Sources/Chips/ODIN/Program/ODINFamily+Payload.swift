import FixedPoint
import ImageFormat
import Images
import Mapper
import Networks

extension ODINFamily: PayloadEncoder {
  public var family: FourCharacterCode { FourCharacterCode("ODIN") }

  /// The section `SPIF`: all frames that program the core.
  public func sections(for mapping: Mapping) throws -> [ImageSection] {
    guard let chip = mapping.chip else { throw Self.noChip }
    let image = CrossbarImage(chip)
    var values: [UInt16] = [1, 1]
    values += image.signs
    // No burst reference, spikes told, no monitor, no plasticity, no propagation without the mapping bit.
    values += [UInt16](repeating: 0, count: 8)
    // The mapping bit lets the magnitude through.
    values += image.bytes { $0 == 0 ? 0 : 8 | UInt8(truncatingIfNeeded: $0.magnitude) & 7 }
    let idle = ODINNeuron(threshold: 255, leak: 0, isDisabled: true)
    var neurons = chip.network.neuronConstants.map { neuron in
      ODINNeuron(threshold: UInt8(clamping: neuron.threshold), leak: UInt8(clamping: neuron.leak))
    }
    neurons += Array(repeating: idle, count: max(0, Self.neuronCount - neurons.count))
    for byte in 0..<16 { values += neurons.map { UInt16($0.byte(byte)) } }
    values += [0, 0]
    return [
      ImageSection(kind: .frames, bytes: CrossbarProgram(slots: Self.slots, values: values).bytes)
    ]
  }

  private static var neuronCount: Int { ODINMachine.neuronCount }

  /// Gate, open loop, signs, the other registers; synapses; neurons at rest, learning off; loop closed, gate open.
  static let slots: [FrameSlot] = {
    var slots = [FrameSlot(register: 0, value: 1), FrameSlot(register: 1, value: 1)]
    slots += (2...17).map { FrameSlot(register: $0, allowed: 0xFFFF) }
    slots += (18...25).map { FrameSlot(register: $0, value: 0) }
    slots += CrossbarImage.slots
    // Byte 0: an integrate-and-fire neuron and its λ; 1 and 2: leak on, threshold; 15: disabled.
    for byte in 0..<16 {
      let allowed: UInt8 = [0: 0xFF, 1: 0xFF, 2: 1, 15: 0x80][byte] ?? 0
      slots += (0..<neuronCount).map {
        FrameSlot(memory: .neurons, place: UInt16(byte << 8 | $0), allowed: allowed, required: byte == 0 ? 1 : 0)
      }
    }
    return slots + [FrameSlot(register: 1, value: 0), FrameSlot(register: 0, value: 0)]
  }()
}

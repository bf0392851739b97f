/// The first bytes of packets, and their lengths. Source: packet_spec.md and rtl/packet_interface.sv of ORNL/uCaspian;
/// where the two differ, the latter holds.
enum UCaspianPacket {
  static let nothing: UInt8 = 0x00
  /// Then the number of steps.
  static let run: UInt8 = 0x01
  /// Then the register.
  static let metric: UInt8 = 0x02
  static let clearActivity: UInt8 = 0x04
  static let clearConfiguration: UInt8 = 0x05
  static let neuron: UInt8 = 0x08
  static let synapse: UInt8 = 0x10
  /// Meant for ranges; the core takes it for `synapse`.
  static let synapses: UInt8 = 0x11
  /// With the neuron in the low seven bits; then the charge.
  static let input: UInt8 = 0x80

  /// The core's acknowledgement of a neuron or synapse, and of a clearing.
  static let configured: UInt8 = 0x18
  static let cleared: UInt8 = 0x04
  /// Then the time in four bytes, the greatest first.
  static let time: UInt8 = 0x01
  /// Then the neuron.
  static let spike: UInt8 = 0x80

  static let neuronBytes = 7
  static let synapseBytes = 5
}

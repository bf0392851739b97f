/// One frame of a core's program: where it writes, and what it may write there.
struct FrameSlot: Equatable {
  /// The frame with the value 0.
  let address: SerialFrame
  /// The bits that may be set.
  let allowed: UInt16
  /// The bits that must be set.
  let required: UInt16

  init(register: UInt16, allowed: UInt16, required: UInt16 = 0) {
    address = SerialFrame(register: register, value: 0)
    self.allowed = allowed
    self.required = required
  }

  /// A register that is always set to `value`.
  init(register: UInt16, value: UInt16) {
    self.init(register: register, allowed: value, required: value)
  }

  init(memory: SerialFrame.Command, place: UInt16, allowed: UInt8 = 0xFF, required: UInt8 = 0) {
    address = SerialFrame(writing: 0, to: memory, place: place)
    self.allowed = UInt16(allowed)
    self.required = UInt16(required)
  }

  /// The frame that writes `value` here.
  func frame(_ value: UInt16) -> SerialFrame {
    precondition(value & ~allowed == 0 && value & required == required, "a value that the slot does not hold")
    return SerialFrame(bits: address.bits | UInt64(value))
  }

  /// Whether a frame writes here, what it may.
  func takes(_ frame: SerialFrame) -> Bool {
    frame.bits >> 16 == address.bits >> 16 && frame.value & ~allowed == 0 && frame.value & required == required
  }
}

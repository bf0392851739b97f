import ImageFormat
import Images

/// All that a core is told before it runs: a frame for each slot, in their order.
///
/// A core's memories have no value at start, so every register, synapse and neuron is written.
struct CrossbarProgram: Equatable {
  let slots: [FrameSlot]
  let values: [UInt16]

  /// - Precondition: a value for each slot, each one that its slot holds.
  init(slots: [FrameSlot], values: [UInt16]) {
    precondition(slots.count == values.count)
    self.slots = slots
    self.values = values
  }

  /// The frames as a host sends them, 5 bytes each.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(slots.count * SerialFrame.byteCount)
    for (slot, value) in zip(slots, values) { bytes += slot.frame(value).wire }
    return bytes
  }

  /// Hands over the frames of a payload, one by one.
  ///
  /// - Throws: the problem in words where a frame is missing, is one too many, is another than that which comes next, or
  ///   writes what its place does not take.
  static func forEachFrame(
    of bytes: UnsafeRawBufferPointer, slots: [FrameSlot], _ body: (SerialFrame) -> Void
  ) throws(PayloadProblem) {
    let size = SerialFrame.byteCount
    guard bytes.count == slots.count * size else {
      throw PayloadProblem("\(bytes.count) bytes, where \(slots.count) frames of \(size) bytes are needed")
    }
    for (number, slot) in slots.enumerated() {
      let frame = SerialFrame(wire: UnsafeRawBufferPointer(rebasing: bytes[number * size..<(number + 1) * size]))
      guard slot.takes(frame) else {
        throw PayloadProblem(
          "frame \(number) is \(hexadecimal(frame.bits)), where \(hexadecimal(slot.address.bits)) with a value of the bits "
            + "\(hexadecimal(UInt64(slot.allowed))) is due")
      }
      body(frame)
    }
  }

  private static func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}

/// What is wrong with a payload, in words.
struct PayloadProblem: Error {
  let text: String

  init(_ text: String) { self.text = text }
}

extension FourCharacterCode {
  /// The frames that program a core, in the order in which they are sent, 5 bytes each.
  static var frames: Self { Self("SPIF") }
}

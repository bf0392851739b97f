/// One neuron of tinyODIN, unpacked from its word of 32 bits: membrane 0–11, threshold 12–23, leak 24–30, disabled 31.
struct TinyODINNeuron: Equatable {
  /// −2048…2047.
  var membrane: Int16 = 0
  /// 0…4095; no membrane reaches 2048.
  var threshold: Int16
  /// λ of a time reference, 0…127.
  var leak: Int16 = 0
  /// Integrates, leaks and resets, but tells nobody.
  var isDisabled = false

  init(threshold: Int16, leak: Int16, isDisabled: Bool = false) {
    self.threshold = threshold
    self.leak = leak
    self.isDisabled = isDisabled
  }

  init(_ word: UInt32) {
    membrane = Int16(truncatingIfNeeded: Int32(bitPattern: word << 20) >> 20)
    threshold = Int16(word >> 12 & 0xFFF)
    leak = Int16(word >> 24 & 0x7F)
    isDisabled = word >> 31 == 1
  }

  var word: UInt32 {
    let membrane = UInt32(truncatingIfNeeded: membrane) & 0xFFF
    let threshold = UInt32(truncatingIfNeeded: threshold) & 0xFFF
    let leak = UInt32(truncatingIfNeeded: leak) & 0x7F
    return membrane | threshold << 12 | leak << 24 | (isDisabled ? 1 << 31 : 0)
  }

  /// The byte of its memory, 0–3.
  func byte(_ place: Int) -> UInt8 { UInt8(truncatingIfNeeded: word >> UInt32(8 * (place & 3))) }
}

/// One neuron of tinyODIN, unpacked from its word.
struct TinyODINNeuron {
  var membrane: Int32
  let threshold: Int32
  let leakage: Int32
  let isDisabled: Bool
  private let rest: UInt32

  init(_ word: UInt32) {
    membrane = Int32(bitPattern: word << 20) >> 20
    threshold = Int32(word >> 12 & 0xFFF)
    leakage = Int32(word >> 24 & 0x7F)
    isDisabled = word >> 31 == 1
    rest = word & ~0xFFF
  }

  var word: UInt32 { rest | UInt32(bitPattern: membrane) & 0xFFF }

  var fires: Bool { membrane >= 0 && membrane >= threshold }

  /// Saturates: 2000 + 100 gives 2047.
  mutating func add(_ weight: Int32) { membrane = min(max(membrane + weight, -2048), 2047) }

  mutating func leak() {
    membrane = membrane >= 0 ? max(0, membrane - leakage) : min(0, membrane + leakage)
  }
}

import FixedPoint

extension NeuronModel {
  /// The usual leaky integrate-and-fire neuron: exact sums, ≥, soft reset after the leak, one spike a
  /// tick, a signed membrane of `membraneBits` bits.
  ///
  /// - Parameter membraneBits: 8–32; 16 gives −32768…32767.
  public static func lif(leak: DecayRule, membraneBits: Int = 16) -> NeuronModel {
    precondition((8...32).contains(membraneBits), "a membrane has 8 to 32 bits")
    let top = Int32(truncatingIfNeeded: (Int64(1) &<< Int64(membraneBits &- 1)) &- 1)
    return NeuronModel(lowerBound: .value(-top &- 1), upperBound: top, leak: leak)
  }
}

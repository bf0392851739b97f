import ImageFormat

extension CoreState {
  /// Adds count · weight · 2^shift of a row to the sums; sums wrap, which the writer of an image has excluded.
  @inline(__always)
  func addRow<Sum: FixedWidthInteger & SignedInteger>(
    _ axon: AxonRecord, count: Sum, to sums: UnsafeMutablePointer<Sum>
  ) {
    let factor = count &<< Sum(truncatingIfNeeded: axon.weightShift)
    // Only neurons with two currents have a second lane; validation has checked the weights that are not 0.
    let lane = sums + (lanes == 2 ? axon.current &* core.neuronCount : 0)
    guard let base = core.bytes.baseAddress else { return }
    let row = base + (core.synapsesOffset &+ axon.rowOffset)
    switch (axon.format, core.layout) {
    case (.dense, _): addDense(axon, row, factor, lane + axon.firstNeuron)
    case (.sparse, .compact):
      for index in 0..<axon.count {
        let neuron = Int(row.load(fromByteOffset: 2 &* index, as: UInt8.self))
        let weight = Sum(truncatingIfNeeded: row.load(fromByteOffset: 2 &* index &+ 1, as: Int8.self))
        lane[neuron] &+= weight &* factor
      }
    case (.sparse, .wide):
      var neuron = 0
      for index in 0..<axon.count {
        let entry = row + 3 &* index
        neuron &+= Int(UInt16(littleEndian: entry.loadUnaligned(as: UInt16.self)))
        lane[neuron] &+= Sum(truncatingIfNeeded: entry.load(fromByteOffset: 2, as: Int8.self)) &* factor
      }
    }
  }

  @inline(__always)
  private func addDense<Sum: FixedWidthInteger & SignedInteger>(
    _ axon: AxonRecord, _ row: UnsafeRawPointer, _ factor: Sum, _ sums: UnsafeMutablePointer<Sum>
  ) {
    switch axon.weightBits {
    case 8:
      let weights = row.assumingMemoryBound(to: Int8.self)
      for index in 0..<axon.count { sums[index] &+= Sum(truncatingIfNeeded: weights[index]) &* factor }
    case 4:
      let packed = row.assumingMemoryBound(to: Int8.self)
      for index in 0..<axon.count {
        let byte = packed[index &>> 1]
        let weight = index & 1 == 0 ? (byte &<< 4) &>> 4 : byte &>> 4
        sums[index] &+= Sum(truncatingIfNeeded: weight) &* factor
      }
    default:
      let packed = row.assumingMemoryBound(to: Int8.self)
      for index in 0..<axon.count {
        let weight = (packed[index &>> 2] &<< Int8(truncatingIfNeeded: 6 &- 2 &* (index & 3))) &>> 6
        sums[index] &+= Sum(truncatingIfNeeded: weight) &* factor
      }
    }
  }
}

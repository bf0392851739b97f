import CKernels

extension KernelSet {
  /// Lists the sources that are active in one frame of counts.
  ///
  /// - Parameters:
  ///   - counts: [sources], padded.
  ///   - frame: 0–63, the bit that is set in the mask of each active source.
  ///   - indices: receives the active sources, ascending; as long as `counts`.
  ///   - masks: one a source.
  ///   - beyondOne: becomes true when a count is above 1.
  /// - Returns: how many sources are active.
  public func collect(
    _ counts: UnsafeBufferPointer<UInt8>, frame: Int, indices: UnsafeMutableBufferPointer<UInt16>,
    masks: UnsafeMutableBufferPointer<UInt64>, beyondOne: inout Bool
  ) -> Int {
    checkRow(counts.count)
    precondition(counts.count <= 65536 && indices.count >= counts.count && masks.count >= counts.count)
    var above: Int32 = 0
    let found = table.pointee.collect(
      counts.baseAddress, counts.count, 1 &<< UInt64(frame), indices.baseAddress, masks.baseAddress, &above)
    if above != 0 { beyondOne = true }
    return found
  }

  /// Sums the weight rows of the active sources: `sums[j] = Σ rows[index][j]`.
  ///
  /// - Parameters:
  ///   - sums: [stride]; 32 bits, which hold the sum of 65,536 rows at count 255.
  ///   - rows: [sources][stride].
  ///   - indices: active sources, each inside `rows`.
  ///   - counts: the count of every source, when some are above 1.
  public func sumRows(
    _ sums: UnsafeMutableBufferPointer<Int32>, rows: UnsafeBufferPointer<Int8>,
    indices: UnsafeBufferPointer<UInt16>, counts: UnsafeBufferPointer<UInt8>?
  ) {
    let stride = sums.count
    checkRow(stride)
    let greatest = indices.last.map { Int($0) } ?? -1
    precondition((greatest + 1) * stride <= rows.count)
    if let counts {
      precondition(greatest < counts.count)
      table.pointee.sum_rows_counts(
        sums.baseAddress, rows.baseAddress, stride, indices.baseAddress, indices.count, counts.baseAddress)
    } else {
      table.pointee.sum_rows(sums.baseAddress, rows.baseAddress, stride, indices.baseAddress, indices.count)
    }
  }

  /// One tick of a layer: docs/neuron.md with spike cap 1.
  ///
  /// - Parameters:
  ///   - lastMembrane: u before the reset of the tick before; zeros in the first tick.
  ///   - lastSpikes: the spikes of the tick before, 0 or 1.
  ///   - input: Σ weight × count.
  ///   - membrane: receives u before the reset.
  ///   - spikes: receives 0 or 1.
  ///   - saturated: receives 1 where the unclamped sum lay outside −upper…upper.
  public func tick(
    _ neurons: NeuronTick, lastMembrane: UnsafeBufferPointer<Int32>, lastSpikes: UnsafeBufferPointer<UInt8>,
    input: UnsafeBufferPointer<Int32>, bias: UnsafeBufferPointer<Int32>,
    membrane: UnsafeMutableBufferPointer<Int32>, spikes: UnsafeMutableBufferPointer<UInt8>,
    saturated: UnsafeMutableBufferPointer<UInt8>
  ) {
    let count = membrane.count
    precondition(
      lastMembrane.count == count && lastSpikes.count == count && input.count == count && bias.count == count
        && spikes.count == count && saturated.count == count)
    var raw = neurons.raw
    table.pointee.tick(
      &raw, lastMembrane.baseAddress, lastSpikes.baseAddress, input.baseAddress, bias.baseAddress,
      membrane.baseAddress, spikes.baseAddress, saturated.baseAddress, count)
  }
}

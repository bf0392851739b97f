import CKernels

extension KernelSet {
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
}

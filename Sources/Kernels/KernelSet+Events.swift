import CKernels

extension KernelSet {
  /// Lists the sources that are active in one row of counts, ascending.
  ///
  /// - Parameters:
  ///   - counts: padded, at most 65,536.
  ///   - frame: 0–63, the bit that is set in the mask of each active source.
  ///   - indices: as long as `counts`.
  ///   - masks: one a source, or nil.
  ///   - beyondOne: becomes true when a count is above 1.
  /// - Returns: how many sources are active.
  public func events(
    _ counts: UnsafeBufferPointer<UInt8>, frame: Int = 0, indices: UnsafeMutableBufferPointer<UInt16>,
    masks: UnsafeMutableBufferPointer<UInt64>? = nil, beyondOne: inout Bool
  ) -> Int {
    checkRow(counts.count)
    precondition(counts.count <= 65536 && indices.count >= counts.count)
    if let masks { precondition(masks.count >= counts.count) }
    var above: Int32 = 0
    let found = table.pointee.events(
      counts.baseAddress, counts.count, 1 &<< UInt64(frame), indices.baseAddress, masks?.baseAddress, &above)
    if above != 0 { beyondOne = true }
    return found
  }

  /// The sum of all counts.
  public func total(_ counts: UnsafeBufferPointer<UInt8>) -> Int {
    table.pointee.total(counts.baseAddress, counts.count)
  }

  /// Sums of counts over square windows that lie inside the maps; sums wrap at 256.
  ///
  /// - Parameters:
  ///   - above: ((height − size) / step + 1) × ((width − size) / step + 1) positions of `stride` elements.
  ///   - below: height × width positions.
  public func pool(
    _ above: UnsafeMutableBufferPointer<UInt8>, _ below: UnsafeBufferPointer<UInt8>, height: Int, width: Int,
    size: Int, step: Int, stride: Int
  ) {
    precondition(size >= 1 && step >= 1 && size <= height && size <= width && below.count >= height * width * stride)
    precondition(above.count >= ((height - size) / step + 1) * ((width - size) / step + 1) * stride)
    table.pointee.pool(above.baseAddress, below.baseAddress, height, width, size, step, stride)
  }

  /// The derivative by counts that were pooled, from the derivative by their sums; `below` is overwritten.
  public func unpool<R: KernelScalar>(
    _ below: UnsafeMutableBufferPointer<R>, _ above: UnsafeBufferPointer<R>, height: Int, width: Int, size: Int,
    step: Int, stride: Int
  ) {
    precondition(size >= 1 && step >= 1 && size <= height && size <= width && below.count >= height * width * stride)
    precondition(above.count >= ((height - size) / step + 1) * ((width - size) / step + 1) * stride)
    R.reals(of: table).pointee.unpool(below.baseAddress, above.baseAddress, height, width, size, step, stride)
  }
}

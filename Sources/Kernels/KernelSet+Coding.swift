import CKernels

extension KernelSet {
  /// Draws spikes: input i of tick t spikes when 16 random bits are below its limit.
  ///
  /// The bits are half t mod 8 (low half first) of the block of Philox4x32-10 with counter (i, ⌊t/8⌋, sample, draw).
  ///
  /// - Parameters:
  ///   - spikes: receives 0 or 1 for each of `inputs`, in every row: [ticks][rowCount].
  ///   - inputs: the inputs to draw for, below `rowCount`; of these the first `count`, padded to whole lanes.
  ///   - limits: of each of `inputs`, 0–65536.
  public func drawSpikes(
    _ spikes: UnsafeMutableBufferPointer<UInt8>, rowCount: Int, ticks: Int, inputs: UnsafeBufferPointer<UInt32>,
    limits: UnsafeBufferPointer<UInt32>, count: Int, sample: UInt32, draw: UInt32, key: SIMD2<UInt32>
  ) {
    checkRow(inputs.count)
    precondition(inputs.count == limits.count && count >= 0 && count <= inputs.count)
    precondition(rowCount >= 0 && ticks >= 0 && spikes.count >= rowCount * ticks)
    precondition(inputs.prefix(count).allSatisfy { Int($0) < rowCount }, "an input outside the row")
    table.pointee.random_spikes(
      spikes.baseAddress, inputs.baseAddress, limits.baseAddress, count, rowCount, ticks, sample, draw, key.x, key.y)
  }
}

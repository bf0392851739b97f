import CKernels

extension KernelSet {
  /// The fast-sigmoid surrogate: `1 / (1 + slope·|u/θ − 1|)²`, the derivative of a spike by u/θ.
  public func fastSigmoid(
    _ factors: UnsafeMutableBufferPointer<Float>, membrane: UnsafeBufferPointer<Int32>, threshold: Int32,
    slope: Float
  ) {
    precondition(membrane.count == factors.count)
    table.pointee.fast_sigmoid(
      factors.baseAddress, membrane.baseAddress, threshold, 1 / Float(threshold), slope, factors.count)
  }

  /// The adjoint of the membrane, backward in time.
  ///
  /// `e[t] = g[t]·f[t] + decay·e[t+1]`, 0 where the membrane was saturated; with `zeroReset` the second
  /// term is 0 after a spike.
  ///
  /// - Parameters:
  ///   - upstream: g; [ticks][stride], or [stride] for the same in every tick.
  ///   - factors, spikes, saturated: [ticks][stride].
  public func adjoint(
    _ adjoint: UnsafeMutableBufferPointer<Float>, upstream: UnsafeBufferPointer<Float>,
    factors: UnsafeBufferPointer<Float>, spikes: UnsafeBufferPointer<UInt8>,
    saturated: UnsafeBufferPointer<UInt8>, decay: Float, zeroReset: Bool, ticks: Int, stride: Int
  ) {
    checkRow(stride)
    let count = ticks * stride
    precondition(adjoint.count == count && factors.count == count && spikes.count == count && saturated.count == count)
    precondition(upstream.count == count || upstream.count == stride)
    table.pointee.adjoint(
      adjoint.baseAddress, upstream.baseAddress, upstream.count == count ? stride : 0, factors.baseAddress,
      spikes.baseAddress, saturated.baseAddress, decay, zeroReset ? 1 : 0, ticks, stride)
  }

  /// A product of matrices: `c[m][n] = Σ a[m][k]·b[k][n]`, k ascending.
  ///
  /// - Parameters:
  ///   - c: [rows][columns], columns padded.
  ///   - a: [rows][aStride], of which `depth` are used.
  ///   - b: [depth][columns].
  public func multiply(
    _ c: UnsafeMutableBufferPointer<Float>, _ a: UnsafeBufferPointer<Float>, aStride: Int,
    _ b: UnsafeBufferPointer<Float>, rows: Int, depth: Int, columns: Int
  ) {
    checkRow(columns)
    precondition(c.count >= rows * columns && b.count >= depth * columns && depth <= aStride)
    precondition(a.count >= rows * aStride)
    table.pointee.multiply(
      c.baseAddress, columns, a.baseAddress, aStride, b.baseAddress, columns, rows, depth, columns)
  }

  /// Adds the rows of a matrix to `total`, in order.
  public func sumColumns(
    _ total: UnsafeMutableBufferPointer<Float>, _ values: UnsafeBufferPointer<Float>, rows: Int
  ) {
    precondition(values.count >= rows * total.count)
    table.pointee.sum_columns(total.baseAddress, values.baseAddress, rows, total.count)
  }

  /// Adds what samples contribute to some rows of a weight gradient:
  /// `gradient[row] += Σ count·adjoint[frame]`, over samples in order and active frames ascending.
  ///
  /// - Parameters:
  ///   - gradient: [sources][stride].
  ///   - rows: the sources to do; any partition of them gives the same result.
  ///   - words: 64-bit words of frames in a mask.
  ///   - countStride: elements between frames of the traces' counts.
  public func gather(
    _ gradient: UnsafeMutableBufferPointer<Float>, stride: Int, rows: Range<Int>, sources: Int, words: Int,
    countStride: Int, traces: UnsafeBufferPointer<SampleTracePointers>
  ) {
    checkRow(stride)
    precondition(rows.lowerBound >= 0 && rows.upperBound <= sources && gradient.count >= rows.upperBound * stride)
    traces.withMemoryRebound(to: ck_trace.self) { raw in
      table.pointee.gather(
        gradient.baseAddress, stride, rows.lowerBound, rows.count, sources, words, countStride, raw.baseAddress,
        raw.count)
    }
  }
}

/// Where `gather` finds what one sample left behind. The memory must outlive the call.
public struct SampleTracePointers {
  private let raw: ck_trace

  /// - Parameters:
  ///   - masks: [words][sources]; bit f of word w is frame 64·w + f.
  ///   - adjoint: [frames][stride].
  ///   - counts: [frames][countStride], or nil when every active count is 1.
  public init(
    masks: UnsafeBufferPointer<UInt64>, adjoint: UnsafeBufferPointer<Float>, counts: UnsafeBufferPointer<UInt8>?
  ) {
    raw = ck_trace(masks: masks.baseAddress, adjoint: adjoint.baseAddress, counts: counts?.baseAddress)
  }
}

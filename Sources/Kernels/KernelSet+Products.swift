import CKernels

extension KernelSet {
  /// A product of matrices, `c[m][n] = Σ a[m][k]·b[k][n]`, k ascending, by fused multiplications and additions; or
  /// added to `c`, first its own value.
  ///
  /// - Parameters:
  ///   - c: [rows] of `columns` elements, `cStride` apart; columns padded.
  ///   - a: [rows][aStride], of which `depth` are used.
  ///   - b: [depth][columns].
  public func product<R: KernelScalar>(
    _ c: UnsafeMutableBufferPointer<R>, cStride: Int, _ a: UnsafeBufferPointer<R>, aStride: Int,
    _ b: UnsafeBufferPointer<R>, rows: Int, depth: Int, columns: Int, adding: Bool
  ) {
    checkRow(columns)
    if rows == 0 { return }
    precondition(c.count >= (rows - 1) * cStride + columns && b.count >= depth * columns)
    precondition(a.count >= (rows - 1) * aStride + depth)
    R.reals(of: table).pointee.multiply(
      c.baseAddress, cStride, a.baseAddress, aStride, b.baseAddress, columns, rows, depth, columns, adding ? 1 : 0)
  }

  /// Adds what samples contribute to some rows of a weight gradient: `gradient[row] += scale · Σ count·adjoint[frame]`,
  /// over samples in order and active frames ascending.
  ///
  /// - Parameters:
  ///   - gradient: [rows][stride].
  ///   - rows: the sources to do; any partition of them gives the same result.
  ///   - sources: elements of a word of masks.
  ///   - frames: the most frames of a sample; the adjoints of consecutive samples lie so many rows apart.
  ///   - countStride: elements between frames of the traces' counts.
  ///   - pitch: elements between frames of the adjoints.
  public func gather<R: KernelScalar>(
    _ gradient: UnsafeMutableBufferPointer<R>, stride: Int, rows: Range<Int>, sources: Int, frames: Int,
    countStride: Int, pitch: Int, scale: Double, traces: UnsafeBufferPointer<TracePointers<R>>
  ) {
    checkRow(stride)
    precondition(rows.lowerBound >= 0 && rows.upperBound <= sources && gradient.count >= rows.upperBound * stride)
    traces.withMemoryRebound(to: ck_sample_trace.self) { raw in
      R.reals(of: table).pointee.gather(
        gradient.baseAddress, stride, rows.lowerBound, rows.count, sources, (frames + 63) / 64, frames, countStride,
        pitch, raw.baseAddress, raw.count, scale)
    }
  }

  /// Adds `scale` times the rows of a matrix to `total`, in order.
  public func sumColumns<R: KernelScalar>(
    _ total: UnsafeMutableBufferPointer<R>, _ values: UnsafeBufferPointer<R>, rows: Int, rowStride: Int, scale: Double
  ) {
    if rows == 0 { return }
    precondition(values.count >= (rows - 1) * rowStride + total.count)
    R.reals(of: table).pointee.sum_columns(
      total.baseAddress, values.baseAddress, rows, rowStride, total.count, scale)
  }
}

/// Where `gather` finds what one sample left behind. The memory must outlive the call.
public struct TracePointers<R: KernelScalar> {
  private let raw: ck_sample_trace

  /// - Parameters:
  ///   - masks: [words][sources]; bit f of word w is frame 64·w + f.
  ///   - adjoint: [frames][pitch].
  ///   - counts: [frames][countStride], or nil when every active count is 1.
  public init(masks: UnsafePointer<UInt64>, adjoint: UnsafePointer<R>, counts: UnsafePointer<UInt8>?) {
    raw = ck_sample_trace(masks: masks, adjoint: adjoint, counts: counts)
  }
}

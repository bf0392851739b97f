import CKernels

/// The sizes of a 2-D cross-correlation over maps, square in kernel, stride and zero padding.
public struct ConvolutionShape: Sendable {
  let raw: ck_convolution

  /// - Parameters:
  ///   - height, width, channels: of the maps below.
  ///   - below: elements of a position of the counts below.
  ///   - kernel: at least 1, and more than `padding`.
  ///   - outChannels: of the maps above, whose positions have so many elements, padded.
  public init(
    height: Int, width: Int, channels: Int, below: Int, kernel: Int, stride: Int, padding: Int, outChannels: Int
  ) {
    precondition(height >= 1 && width >= 1 && channels >= 1 && below >= channels && outChannels >= 1)
    precondition(kernel >= 1 && stride >= 1 && padding >= 0 && padding < kernel)
    precondition(height + 2 * padding >= kernel && width + 2 * padding >= kernel)
    raw = ck_convolution(
      height: height, width: width, channels: channels, below: below, below_pitch: channels.paddedToLanes,
      kernel: kernel, stride: stride, padding: padding, out_height: (height + 2 * padding - kernel) / stride + 1,
      out_width: (width + 2 * padding - kernel) / stride + 1, out_channels: outChannels,
      above: outChannels.paddedToLanes)
  }

  /// Elements of the counts below, and of the rows above.
  public var belowCount: Int { raw.height * raw.width * raw.below }
  public var aboveCount: Int { raw.out_height * raw.out_width * raw.above }
  /// Elements of a gradient by the maps below, whose positions are padded.
  public var belowGradientCount: Int { raw.height * raw.width * raw.below_pitch }
  /// Elements of a position of such a gradient.
  public var belowPitch: Int { raw.below_pitch }
  /// Elements of weights, [channel][ky][kx][above].
  public var weightCount: Int { raw.channels * raw.kernel * raw.kernel * raw.above }
  /// Elements of transposed weights, [out channel][ky][kx][belowPitch].
  public var transposedCount: Int { raw.out_channels * transposedRow }
  /// Elements of the workspace of `convolveAdjoint`.
  public var workCount: Int { 8 * transposedRow }
  /// Elements of the workspaces of `convolveGradient`: a map with a border of zeros, and lists of events; 0 where none is used.
  public var paddedCount: Int {
    raw.stride == 1
      ? (raw.out_height + 2 * (raw.kernel - 1)) * (raw.out_width + 2 * (raw.kernel - 1)) * raw.above : 0
  }
  public var sortedCount: Int { raw.stride == 1 ? 2 * belowCount + raw.channels + 1 : 0 }
  /// Elements of the 16-bit workspace of a forward pass in integers; 0 where none is used.
  public var narrowCount: Int { raw.stride == 1 ? aboveCount + (weightCount + 1) / 2 : 0 }
  private var transposedRow: Int { raw.kernel * raw.kernel * raw.below_pitch }
}

extension KernelSet {
  /// Adds count · adjoint of the active counts to the gradient of the weights.
  ///
  /// - Parameters:
  ///   - padded: `paddedCount` elements, zeros at first and used for this shape alone.
  ///   - sorted: `sortedCount` elements.
  public func convolveGradient<R: KernelScalar>(
    _ gradient: UnsafeMutableBufferPointer<R>, adjoint: UnsafeBufferPointer<R>, shape: ConvolutionShape,
    indices: UnsafeBufferPointer<UInt16>, counts: UnsafeBufferPointer<UInt8>, padded: UnsafeMutableBufferPointer<R>,
    sorted: UnsafeMutableBufferPointer<UInt32>
  ) {
    check(shape, adjoint.count, gradient.count, indices, counts)
    precondition(padded.count >= shape.paddedCount && sorted.count >= shape.sortedCount)
    let isPadded = shape.paddedCount > 0
    withUnsafePointer(to: shape.raw) {
      R.reals(of: table).pointee.convolve_gradient(
        gradient.baseAddress, adjoint.baseAddress, $0, indices.baseAddress, indices.count, counts.baseAddress,
        isPadded ? padded.baseAddress : nil, isPadded ? sorted.baseAddress : nil)
    }
  }

  /// The derivative by the maps below, whose positions have `belowPitch` elements.
  ///
  /// - Parameter work: `workCount` elements.
  public func convolveAdjoint<R: KernelScalar>(
    _ below: UnsafeMutableBufferPointer<R>, adjoint: UnsafeBufferPointer<R>, transposed: UnsafeBufferPointer<R>,
    shape: ConvolutionShape, work: UnsafeMutableBufferPointer<R>
  ) {
    precondition(below.count >= shape.belowGradientCount && adjoint.count >= shape.aboveCount)
    precondition(transposed.count >= shape.transposedCount && work.count >= shape.workCount)
    withUnsafePointer(to: shape.raw) {
      R.reals(of: table).pointee.convolve_adjoint(
        below.baseAddress, adjoint.baseAddress, transposed.baseAddress, $0, work.baseAddress)
    }
  }

  private func check(
    _ shape: ConvolutionShape, _ above: Int, _ weights: Int, _ indices: UnsafeBufferPointer<UInt16>,
    _ counts: UnsafeBufferPointer<UInt8>
  ) {
    precondition(above >= shape.aboveCount && weights >= shape.weightCount && counts.count >= shape.belowCount)
    precondition(indices.last.map { Int($0) < shape.belowCount } ?? true)
  }
}

import CKernels

/// All ticks of one population for one sample: events, weighted sums, currents and neurons.
///
/// Pointers are to the whole record of a sample, as the parameters say; none is kept beyond a call. Integers have weights
/// of 8 and everything else of 32 bits; floats are all of one width.
public struct ForwardCall {
  var raw = ck_forward()
  private var convolution: ConvolutionShape?
  private var integers: IntegerNeurons?
  private var reals: RealNeurons?

  /// What the population is.
  ///
  /// - Parameters:
  ///   - recurrentDelay: nil without recurrent weights.
  ///   - sources: elements of a row of counts, padded.
  ///   - count: neurons, padded.
  ///   - merges: whether consecutive ticks with equal counts share their sums, and a frame of the trace.
  public init(
    ticks: Int, delay: Int, recurrentDelay: Int?, sources: Int, count: Int, merges: Bool, convolution: ConvolutionShape?
  ) {
    precondition(sources % KernelSet.lanes == 0 && count % KernelSet.lanes == 0 && sources <= 65536 && count <= 65536)
    precondition(ticks >= 1 && delay >= 0 && recurrentDelay ?? 1 >= 1)
    (raw.ticks, raw.delay, raw.recurrent_delay) = (ticks, delay, recurrentDelay ?? 0)
    (raw.sources, raw.count, raw.merges) = (sources, count, merges ? 1 : 0)
    self.convolution = convolution
  }

  /// Neurons in integers.
  public mutating func setNeurons(_ neurons: IntegerNeurons) {
    integers = neurons
    guard let leak = neurons.currentLeak else { return }
    raw.has_current = 1
    (raw.current_decay, raw.current_shift) = KernelSet.decay(leak, isWide: true)
  }

  /// Neurons in floats; with a current its decay, and what weighted counts are multiplied with.
  public mutating func setNeurons(_ neurons: RealNeurons, current: (decay: Double, scale: Double)?) {
    reals = neurons
    guard let current else { return }
    raw.has_current = 1
    (raw.current_leak, raw.current_scale) = (current.decay, current.scale)
  }

  /// What is read: counts [ticks][sources], and weights and biases in the layout of the parameters.
  public mutating func read(
    counts: UnsafePointer<UInt8>, weights: UnsafeRawPointer, recurrent: UnsafeRawPointer?, bias: UnsafeRawPointer
  ) {
    (raw.counts, raw.weights, raw.recurrent, raw.bias) = (counts, weights, recurrent, bias)
  }

  /// What is recorded: membranes before the reset and spikes [1 + ticks][count] with a row for the time before
  /// the first tick, flags and currents before their decay [ticks][count]. Membranes in floats are less the threshold,
  /// those of readouts as they are.
  public mutating func record(
    membranes: UnsafeMutableRawPointer, spikes: UnsafeMutablePointer<UInt8>, flags: UnsafeMutablePointer<UInt8>,
    currents: UnsafeMutableRawPointer?
  ) {
    (raw.membranes, raw.spikes, raw.flags, raw.currents) = (membranes, spikes, flags, currents)
  }

  /// Rows to work in, of one element a neuron; `indices` as long as the longer of a row of counts and of neurons;
  /// `narrow` of a convolution's `narrowCount` elements, or nil.
  public mutating func work(
    sums: UnsafeMutableRawPointer, recurrentSums: UnsafeMutableRawPointer?, current: UnsafeMutableRawPointer?,
    residual: UnsafeMutableRawPointer?, held: UnsafeMutableRawPointer?, pending: UnsafeMutablePointer<UInt8>?,
    left: UnsafeMutablePointer<UInt16>?, indices: UnsafeMutablePointer<UInt16>, narrow: UnsafeMutablePointer<Int16>?
  ) {
    raw.narrow = narrow
    (raw.sums, raw.recurrent_sums, raw.current, raw.residual) = (sums, recurrentSums, current, residual)
    (raw.held, raw.pending, raw.left, raw.indices) = (held, pending, left, indices)
  }

  /// What gradients need: active sources [words][sources], the first tick of each frame [ticks], and where some may be
  /// above 1 counts [ticks][sources]; the same of the population's own spikes, a frame a tick.
  public mutating func trace(
    masks: UnsafeMutablePointer<UInt64>?, frameStart: UnsafeMutablePointer<Int32>?,
    counts: UnsafeMutablePointer<UInt8>?,
    recurrentMasks: UnsafeMutablePointer<UInt64>?, recurrentCounts: UnsafeMutablePointer<UInt8>?
  ) {
    (raw.masks, raw.frame_start, raw.frame_counts) = (masks, frameStart, counts)
    (raw.recurrent_masks, raw.recurrent_counts) = (recurrentMasks, recurrentCounts)
  }

  /// What a call found: frames of the trace, whether a count of the source was above 1, and all spikes.
  public struct Result: Sendable {
    public let frames: Int
    public let beyondOne: Bool
    public let spikes: Int
  }

  mutating func run(_ forward: (UnsafeMutablePointer<ck_forward>) -> Void) -> Result {
    precondition(raw.counts != nil && raw.membranes != nil && raw.sums != nil)
    func run<Shape>(_ shape: Shape?, _ body: (UnsafePointer<Shape>?) -> Void) {
      if var shape { body(&shape) } else { body(nil) }
    }
    run(convolution?.raw) { shape in
      run(integers?.raw) { integers in
        run(reals?.raw) { reals in
          (raw.convolution, raw.integer_neurons, raw.real_neurons) = (shape, integers, reals)
          forward(&raw)
        }
      }
    }
    (raw.convolution, raw.integer_neurons, raw.real_neurons) = (nil, nil, nil)
    return Result(frames: raw.frames, beyondOne: raw.beyond_one != 0, spikes: raw.total)
  }
}

extension KernelSet {
  /// Runs a population in integers.
  public func forward(_ call: inout ForwardCall) -> ForwardCall.Result {
    call.run { table.pointee.forward($0) }
  }

  /// Runs a population in floats.
  public func forward<R: KernelScalar>(_ call: inout ForwardCall, as type: R.Type) -> ForwardCall.Result {
    call.run { R.reals(of: table).pointee.forward($0) }
  }
}

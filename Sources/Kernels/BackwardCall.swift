import CKernels
import NeuronCore

/// Backpropagation through the neurons of one population, for some samples and ticks.
///
/// For U the membrane before the reset, n the spikes, e the derivative by the unclamped membrane, e′ that of the next
/// executed tick, α the leak and κ 1 where the reset is differentiated:
/// `δ = G − κθe′` (`subtractAfterLeak`), `G − κθαe′` (`subtractBeforeLeak`), `G − κα U e′` (`zero`);
/// `e = δσ′ + αe′`, after a spike with `zero` without the last term, and 0 where the membrane was cut.
/// Resting ticks are passed over. With a current of decay β: `c = e + βc′`, and the derivative by the input is βc.
public struct BackwardCall<R: KernelScalar> {
  var raw = ck_backward()

  /// The neurons.
  ///
  /// - Parameters:
  ///   - surrogate: its kind, numbered as `SurrogateKind`.
  ///   - integers: nil in floats, else the integer threshold.
  ///   - leak: α as the backward pass sees it.
  ///   - threshold: θ in the units of the derivatives.
  ///   - currentLeak: β; nil without a current.
  ///   - rests: whether neurons may be refractory.
  ///   - needsScalars: whether sums for θ, α or β are wanted.
  public init(
    surrogate: SurrogateShape, reset: Reset, isAttached: Bool, spikeCap: Int,
    integers: (threshold: Int32, isWide: Bool)?,
    leak: Double, threshold: Double, currentLeak: Double?, rests: Bool, needsScalars: Bool
  ) {
    raw.surrogate = surrogate.kind.rawValue
    (raw.shape0, raw.shape1) = (surrogate.first, surrogate.second)
    raw.reset = Int32(reset.rawValue)
    raw.attached = isAttached ? 1 : 0
    raw.cap = Int32(spikeCap)
    raw.integers = integers == nil ? 0 : 1
    raw.integer_threshold = integers?.threshold ?? 1
    raw.unit = integers.map { threshold / Double($0.threshold) } ?? 1
    (raw.leak, raw.threshold, raw.current_leak) = (leak, threshold, currentLeak ?? 1)
    raw.has_current = currentLeak == nil ? 0 : 1
    let isCommon =
      spikeCap == 1 && !rests && currentLeak == nil && !isAttached && !needsScalars && !(integers?.isWide ?? false)
    raw.full = isCommon ? 0 : 1
  }

  /// What is read: the derivative by spikes (of a readout by membranes) and the record of the forward pass.
  ///
  /// - Parameters:
  ///   - upstreamTick: elements from tick to tick, 0 for one row for all.
  ///   - membranes, currents: Int32 or R; tick 0 of sample 0, [tick][count] a sample.
  public mutating func read(
    upstream: UnsafePointer<R>, upstreamTick: Int, upstreamSample: Int, membranes: UnsafeRawPointer,
    membraneSample: Int, spikes: UnsafePointer<UInt8>, spikeSample: Int, flags: UnsafePointer<UInt8>, flagSample: Int,
    currents: UnsafeRawPointer?, currentSample: Int
  ) {
    raw.upstream = UnsafeRawPointer(upstream)
    (raw.upstream_tick, raw.upstream_sample) = (upstreamTick, upstreamSample)
    (raw.membranes, raw.membrane_sample) = (membranes, membraneSample)
    (raw.spikes, raw.spike_sample) = (spikes, spikeSample)
    (raw.flags, raw.flag_sample) = (flags, flagSample)
    (raw.currents, raw.current_sample) = (currents, currentSample)
  }

  /// What is written: the derivative by the weighted input, and what is carried from tick to tick, zeros at first.
  ///
  /// - Parameters:
  ///   - sums: rows that derivatives by each neuron's bias, θ, α and β are added to; nil where not wanted.
  ///   - stateSample: elements from sample to sample of `next`, `nextCurrent` and the sums.
  public mutating func write(
    adjoint: UnsafeMutablePointer<R>, adjointTick: Int, adjointSample: Int, next: UnsafeMutablePointer<R>,
    nextCurrent: UnsafeMutablePointer<R>,
    sums: (
      bias: UnsafeMutablePointer<R>?, threshold: UnsafeMutablePointer<R>?, leak: UnsafeMutablePointer<R>?,
      currentLeak: UnsafeMutablePointer<R>?
    ), stateSample: Int
  ) {
    raw.adjoint = UnsafeMutableRawPointer(adjoint)
    (raw.adjoint_tick, raw.adjoint_sample) = (adjointTick, adjointSample)
    raw.next = UnsafeMutableRawPointer(next)
    raw.next_current = UnsafeMutableRawPointer(nextCurrent)
    raw.bias_sum = UnsafeMutableRawPointer(sums.bias)
    raw.threshold_sum = UnsafeMutableRawPointer(sums.threshold)
    raw.leak_sum = UnsafeMutableRawPointer(sums.leak)
    raw.current_sum_row = UnsafeMutableRawPointer(sums.currentLeak)
    raw.state_sample = stateSample
  }
}

/// A surrogate as the kernels take it.
public struct SurrogateShape: Sendable {
  public enum Kind: Int32, Sendable {
    case sigmoid = 0
    case triangular = 1
    case rectangular = 2
    case fastSigmoid = 3
    case arctan = 4
    /// A readout, whose derivative by its membrane comes from above.
    case none = 5
  }

  public let kind: Kind
  /// Sigmoid and fast sigmoid k; triangular 1/w; rectangular a/2; arctan π/2·α.
  public let first: Double
  /// Rectangular 1/a; arctan α/2.
  public let second: Double

  public init(_ kind: Kind, first: Double = 0, second: Double = 0) {
    (self.kind, self.first, self.second) = (kind, first, second)
  }
}

extension KernelSet {
  /// Runs ticks, the last first.
  ///
  /// - Parameter count: elements of a row, padded.
  public func backward<R: KernelScalar>(_ call: BackwardCall<R>, samples: Int, ticks: Range<Int>, count: Int) {
    checkRow(count)
    precondition(call.raw.upstream != nil && call.raw.adjoint != nil)
    var raw = call.raw
    (raw.samples, raw.first, raw.end, raw.n) = (samples, ticks.lowerBound, ticks.upperBound, count)
    R.reals(of: table).pointee.backward(&raw)
  }

  /// Runs all ticks of recurrent neurons: what is read as `upstream`, which is written as well, gets the adjoint of
  /// `delay` ticks later times the transposed recurrent weights.
  ///
  /// - Parameter weights: [depth][count].
  public func backward<R: KernelScalar>(
    _ call: BackwardCall<R>, samples: Int, ticks: Int, count: Int, weights: UnsafeBufferPointer<R>, delay: Int,
    depth: Int
  ) {
    checkRow(count)
    precondition(call.raw.upstream != nil && call.raw.adjoint != nil && weights.count >= depth * count && delay >= 1)
    precondition(call.raw.upstream_tick == count)
    var raw = call.raw
    (raw.samples, raw.first, raw.end, raw.n) = (samples, 0, ticks, count)
    R.reals(of: table).pointee.backward_recurrent(&raw, weights.baseAddress, delay, depth)
  }
}

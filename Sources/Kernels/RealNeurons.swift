import CKernels
import NeuronCore

/// The neurons of one population in floats.
public struct RealNeurons: Sendable {
  let raw: ck_real_neurons
  /// Whether the state after the reset is kept in rows of its own: caps above 1, rest after a spike.
  public let keepsState: Bool

  /// - Parameters:
  ///   - leak: α, what remains of a membrane; 1 for no leak.
  ///   - inputScale: what weighted counts are multiplied with; 1 where a current has done so.
  ///   - spikes: false for a readout.
  public init(
    leak: Double, threshold: Double, inputScale: Double, reset: Reset, spikeCap: Int, refractoryTicks: Int, spikes: Bool
  ) {
    raw = ck_real_neurons(
      leak: leak, threshold: threshold, input_scale: inputScale, reset: Int32(reset.rawValue),
      cap: Int32(spikeCap), refractory: Int32(refractoryTicks), spikes: spikes ? 1 : 0)
    keepsState = spikeCap > 1 || refractoryTicks > 0
  }
}

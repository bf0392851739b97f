import Kernels

/// A trained tensor: its values, their gradient, and what the optimiser remembers of each.
final class Parameter<R: KernelScalar>: @unchecked Sendable {
  /// What a value is, which decides how it starts, decays and is bounded.
  enum Role: Sendable { case weights, recurrentWeights, biases, threshold, leak, currentLeak, clip }

  let role: Role
  let values: AlignedBuffer<R>
  /// Summed over the samples of a step.
  let gradient: AlignedBuffer<R>
  let first: AlignedBuffer<R>
  let second: AlignedBuffer<R>

  init(_ role: Role, count: Int) {
    self.role = role
    values = AlignedBuffer(count: count, repeating: 0)
    gradient = AlignedBuffer(count: count, repeating: 0)
    first = AlignedBuffer(count: count, repeating: 0)
    second = AlignedBuffer(count: count, repeating: 0)
  }
}

/// What is trained of one population. Values are in the units of the float weights: a membrane is compared with
/// `threshold`, whatever integers the target computes with.
struct PopulationParameters<R: KernelScalar>: Sendable {
  /// Dense: [pooled.count][output.stride]. Convolution: [input channel][ky][kx][output.stride].
  let weights: Parameter<R>
  /// [output.count][output.stride] (dense populations only).
  let recurrent: Parameter<R>?
  /// One a channel: [output.stride]; nil without biases.
  let biases: Parameter<R>?
  /// One value each, in the first element of a row of lanes; they exist also where they are not trained.
  let threshold: Parameter<R>
  let leak: Parameter<R>
  let currentLeak: Parameter<R>
}

import NeuronCore

/// What the neurons of a population are to be; the target decides what is not said.
public struct NeuronDescription: Sendable, Hashable, Codable {
  /// What is taken from the neurons.
  public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    /// Their spikes.
    case spiking
    /// Their membranes: they never spike. Only the last population may be so.
    case readout
  }

  /// A decay with a factor a tick: what remains of a value.
  public struct Leak: Sendable, Hashable, Codable {
    /// α at the beginning, 0–1. In integers it is rounded to the nearest that the target has.
    public var factor: Double
    public var isTrained: Bool

    public init(factor: Double, isTrained: Bool = false) {
      self.factor = factor
      self.isTrained = isTrained
    }

    /// The leak that takes 2^−shift of the value: shift 3 keeps 0.875.
    public init(shift: Int, isTrained: Bool = false) {
      self.init(factor: 1 - 1 / Double(UInt64(1) << UInt64(min(max(shift, 0), 63))), isTrained: isTrained)
    }
  }

  public var role: Role
  /// The membrane's leak; nil for none (integrate and fire).
  public var leak: Leak?
  /// The decay of the synaptic current that all input passes; nil for input straight into the membrane.
  public var currentLeak: Leak?
  /// θ at the beginning, above 0, in units of the float weights.
  public var threshold: Double
  public var trainsThreshold: Bool
  /// nil for the target's first, or `subtractBeforeLeak` without a target.
  public var reset: Reset?
  /// Ticks after a spike in which the membrane rests.
  public var refractoryTicks: Int
  /// The most spikes in one tick, 1–255.
  public var spikeCap: Int
  /// Whether every neuron has a trained bias.
  public var hasBias: Bool

  public init(
    role: Role = .spiking, leak: Leak? = Leak(shift: 3), currentLeak: Leak? = nil, threshold: Double = 1,
    trainsThreshold: Bool = false, reset: Reset? = nil, refractoryTicks: Int = 0, spikeCap: Int = 1,
    hasBias: Bool = false
  ) {
    self.role = role
    self.leak = leak
    self.currentLeak = currentLeak
    self.threshold = threshold
    self.trainsThreshold = trainsThreshold
    self.reset = reset
    self.refractoryTicks = refractoryTicks
    self.spikeCap = spikeCap
    self.hasBias = hasBias
  }
}

extension Reset: Codable {}

import NeuronCore
import Training

/// The words of the section `layers` of a model file.
enum LayerKeys {
  /// What a layer may be.
  enum Kind: String, CaseIterable {
    case dense
    case recurrent
    case conv
    case pool
    case flatten
    case readout
  }

  /// What the neurons of a layer may be.
  enum Neurons: String, CaseIterable {
    /// Leaky integrate-and-fire.
    case lif
    /// Integrate-and-fire: nothing leaks.
    case integrator = "if"
    /// Leaky, behind a synaptic current that decays by itself.
    case cuba
    /// They never spike; their membranes are the result.
    case readout
  }

  /// Keys of every layer that has neurons.
  static let neuronKeys = [
    "type", "name", "neurons", "leak", "current_leak", "threshold", "trained", "reset", "refractory", "spikes_per_tick",
    "bias", "delay", "bits",
  ]

  /// All keys of a kind of layer.
  static func keys(of kind: Kind) -> [String] {
    switch kind {
    case .dense, .readout: neuronKeys + ["size"]
    case .recurrent: neuronKeys + ["size", "recurrent_delay"]
    case .conv: neuronKeys + ["channels", "kernel", "stride", "padding"]
    case .pool: ["type", "kind", "size", "stride"]
    case .flatten: ["type"]
    }
  }

  /// What training may change beside weights.
  static let trained = ["threshold", "leak", "current_leak"]

  static let resets: [(word: String, reset: Reset)] = [
    ("zero", .zero), ("subtract_before_leak", .subtractBeforeLeak), ("subtract_after_leak", .subtractAfterLeak),
  ]

  /// What remains of a membrane after a tick, where nothing is said.
  static let leak = NeuronDescription.Leak(shift: 3)
  /// What remains of a synaptic current after a tick, where nothing is said.
  static let currentLeak = NeuronDescription.Leak(shift: 2)
  /// A layer's greatest size in one direction.
  static let greatest = 1 << 16
}

import Kernels

/// What the neurons of a population have come to: thresholds and leaks, trained ones and as the target rounds them.
public struct NeuronFigures: Sendable, Hashable, Codable {
  /// A leak: what remains of a value after a tick.
  public struct Leak: Sendable, Hashable, Codable {
    /// α as it is trained, or as it was given.
    public var factor: Double
    /// α of the target's rule, without its rounding; nil in floats and for rules whose loss has no factor.
    public var targetFactor: Double?
    public var isTrained: Bool

    public init(factor: Double, targetFactor: Double?, isTrained: Bool) {
      self.factor = factor
      self.targetFactor = targetFactor
      self.isTrained = isTrained
    }

    /// Whether the target's leak is another than the one that was given or trained.
    public var isRounded: Bool { targetFactor.map { ($0 - factor).magnitude > 1e-6 } ?? false }
  }

  /// The population's.
  public var name: String
  /// θ in the units of the float weights; nil of readouts, which have none.
  public var threshold: Double?
  /// θ_q; nil in floats and of readouts.
  public var integerThreshold: Int?
  public var trainsThreshold: Bool
  /// The membrane's; nil of neurons that do not leak.
  public var leak: Leak?
  /// The synaptic current's; nil without one.
  public var currentLeak: Leak?

  public init(
    name: String, threshold: Double?, integerThreshold: Int?, trainsThreshold: Bool, leak: Leak?, currentLeak: Leak?
  ) {
    self.name = name
    self.threshold = threshold
    self.integerThreshold = integerThreshold
    self.trainsThreshold = trainsThreshold
    self.leak = leak
    self.currentLeak = currentLeak
  }

  /// Whether something of it was trained.
  public var isTrained: Bool { trainsThreshold || leak?.isTrained == true || currentLeak?.isTrained == true }

  /// Whether it has to be told: something was trained, or a leak is another on the target.
  public var isNews: Bool { isTrained || leak?.isRounded == true || currentLeak?.isRounded == true }
}

extension TrainingRun {
  /// The neurons of every population as they stand; in integers only where the forward pass is in integers.
  var neuronFigures: [NeuronFigures] {
    defer { withExtendedLifetime(self) {} }
    return plan.populations.enumerated().map { index, population in
      let values = parameters[index], neurons = population.neurons
      let quantiser = isFloat || quantisers.isEmpty ? nil : quantisers[index]
      func leak(_ described: NeuronDescription.Leak?, _ parameter: Parameter<R>) -> NeuronFigures.Leak? {
        guard let described else { return nil }
        // What is not trained is as it was given, and not as a float holds it.
        let factor = described.isTrained ? Double(parameter.values.elements[0]) : described.factor
        return NeuronFigures.Leak(
          factor: factor, targetFactor: quantiser?.targetFactor(factor), isTrained: described.isTrained)
      }
      let spikes = neurons.role == .spiking
      return NeuronFigures(
        name: population.name, threshold: spikes ? Double(values.threshold.values.elements[0]) : nil,
        integerThreshold: spikes ? quantiser.map { Int($0.integerThreshold) } : nil,
        trainsThreshold: spikes && neurons.trainsThreshold, leak: leak(neurons.leak, values.leak),
        currentLeak: leak(neurons.currentLeak, values.currentLeak))
    }
  }
}

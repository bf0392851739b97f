import NeuronCore
import Targets

/// What a chip that is no grid of cores asks of the networks that are trained for it, beside its arithmetic.
public struct ChipRules: Sendable, Hashable {
  /// The membranes that a neuron's bounds may span: 0…255 for 8 bits without a sign.
  public var membranes: ClosedRange<Int32>
  /// The greatest magnitude of a weight; of −8…7 it is 7.
  public var weightLimit: Int
  /// Who owns the sign of a weight.
  public var weightSigns: WeightSigns
  /// The greatest λ of a linear leak.
  public var maximumLeakAmount: Int
  /// When spikes act on other neurons.
  public var timing: Timing
  /// The events that the queue of an event-driven core holds, the one that is executed among them; those beyond are
  /// lost.
  public var queuedEvents: Int
  /// What its neurons cannot do without.
  public var neurons: FixedNeurons?

  /// Neurons whose caps and currents are wired.
  public struct FixedNeurons: Sendable, Hashable {
    /// The most spikes a tick of every hidden neuron.
    public var hiddenCap: Int
    /// The most spikes a tick of every output.
    public var outputCap: Int

    public init(hiddenCap: Int, outputCap: Int) { (self.hiddenCap, self.outputCap) = (hiddenCap, outputCap) }
  }

  public init(
    membranes: ClosedRange<Int32>, weightLimit: Int, weightSigns: WeightSigns = .perSynapse, maximumLeakAmount: Int = 0,
    timing: Timing = .synchronous, queuedEvents: Int = .max, neurons: FixedNeurons? = nil
  ) {
    self.membranes = membranes
    self.weightLimit = weightLimit
    self.weightSigns = weightSigns
    self.maximumLeakAmount = maximumLeakAmount
    self.timing = timing
    self.queuedEvents = queuedEvents
    self.neurons = neurons
  }

  /// The rules of a target's chip; nil for a grid of cores.
  public init?(_ target: Target) {
    guard let limits = target.chip else { return nil }
    let range = target.membraneRange
    self.init(
      membranes: Int32(clamping: range.lowerBound)...Int32(clamping: range.upperBound),
      weightLimit: max(min(limits.weights.upperBound, -limits.weights.lowerBound), 0),
      weightSigns: limits.weightSigns, maximumLeakAmount: limits.maximumLeakAmount, timing: limits.timing,
      queuedEvents: limits.queuedEvents,
      neurons: limits.hiddenSpikeCap == Budgets.unlimited || limits.outputSpikeCap == Budgets.unlimited
        ? nil : FixedNeurons(hiddenCap: limits.hiddenSpikeCap, outputCap: limits.outputSpikeCap))
  }
}

extension TrainingArithmetic {
  /// The arithmetic of a target, within the limits of its chip where it has such.
  public init(_ target: Target) {
    self.init(target.arithmetic)
    guard let limits = target.chip, let rules = ChipRules(target) else { return }
    chip = rules
    // The same room above and below as on grids, but within what the chip stores.
    let top = rules.membranes.upperBound
    let most = max(top / 8, min(top / 2, 255), 1)
    let least = Int32(clamping: max(limits.thresholds.lowerBound, 1))
    thresholds = least...max(least, min(most, Int32(clamping: limits.thresholds.upperBound)))
    // A family has refused biases that its membranes cannot hold; here they only must not trap.
    let lower = min(Int32(clamping: limits.biases.lowerBound), biases.upperBound)
    let greatest = max(Int32(clamping: limits.biases.upperBound), biases.lowerBound)
    let lowest = max(lower, biases.lowerBound)
    biases = lowest...max(lowest, min(greatest, biases.upperBound))
  }

  /// How arrivals are summed: exactly where the target can or where no sum leaves 16 bits.
  var accumulator: Accumulator {
    accumulators.contains(.exact)
      ? .exact : accumulators.contains(.wrap16) ? .wrap16 : accumulators.first ?? .exact
  }

  /// Whether spikes act at once, event by event.
  var isEventDriven: Bool { chip?.timing == .withinTick }

  /// The greatest magnitude of a weight of `bits` bits on this target.
  func weightLimit(bits: Int) -> Int { min(Self.weightLimit(bits: bits), chip?.weightLimit ?? .max) }
}
